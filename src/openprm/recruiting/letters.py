"""The e-mails that applicants get; called by jobs only."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from openprm.kernel import settings_store
from openprm.kernel.mail.letters import Letter, Part, send
from openprm.recruiting import words
from openprm.recruiting.models import Application, ApplicationMessage


def write(row: Application, letter: str, link: str) -> None:
    """Send one of the letters."""
    with translation.override(row.locale or settings.LANGUAGE_CODE):
        brand = settings_store.many("brand.name", "brand.vendor")
        name = {"programme": brand["brand.name"], "form": row.form.title, "company": row.company}
        subject, body, button = _LETTERS[letter](row, name)
        hello = _("Hello %(name)s,") % {"name": row.contact_name} if row.contact_name else _("Hello,")
        send(Letter(subject, [Part(subject, body, link)], intro=hello, button=button), to=row.email)


Words = tuple[str, str, str]
Names = dict[str, str]


def _begun(row: Application, name: Names) -> Words:
    body = _(
        "You began an application for %(company)s. With this link you go on at any time, on any device. Keep"
        " it to yourself: whoever has it can read and change the application. If you did not expect this, you need do"
        " nothing."
    )
    return _("Your application: %(form)s") % name, body % name, _("Go on with the application")


def _confirm(row: Application, name: Names) -> Words:
    body = _(
        "The application of %(company)s is complete. Confirm with one click that this address is yours; only then it"
        " reaches us."
    )
    return _("Confirm your application: %(form)s") % name, body % name, _("Confirm my address")


def _received(row: Application, name: Names) -> Words:
    body = _("The application of %(company)s has reached us. We answer within %(hours)s hours.") % {
        **name,
        "hours": row.form.target_hours,
    }
    return _("We received your application: %(form)s") % name, body, _("See where it stands")


def _asked(row: Application, name: Names) -> Words:
    question = row.messages.filter(kind=ApplicationMessage.Kind.QUESTION).last()
    body = "{}\n\n{}".format(
        _("We read the application of %(company)s and would like to know:") % name, question.text if question else ""
    )
    return _("A question about your application: %(form)s") % name, body, _("Answer")


def _approved(row: Application, name: Names) -> Words:
    body = row.note or str(words.APPROVED)
    return _("Your application is approved: %(form)s") % name, body, _("See where it stands")


def _rejected(row: Application, name: Names) -> Words:
    return _("About your application: %(form)s") % name, row.note, _("See the application")


def _again(row: Application, name: Names) -> Words:
    body = _("You asked for a new link to the application of %(company)s. If it was not you, you need do nothing.")
    return _("Your link: %(form)s") % name, body % name, _("Open the application")


_LETTERS = {
    "begun": _begun,
    "confirm": _confirm,
    "received": _received,
    "asked": _asked,
    "approved": _approved,
    "rejected": _rejected,
    "again": _again,
}
