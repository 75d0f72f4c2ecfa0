"""The e-mails that accounts send; called by jobs only."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from openprm.accounts.models import Invitation, Person
from openprm.kernel import settings_store
from openprm.kernel.mail.letters import Letter, Part, send
from openprm.kernel.ui import times

SIGN_IN = "/sign-in/"


def invitation(row: Invitation, link: str) -> None:
    """Invite somebody: the link is in this letter and nowhere else."""
    with _speaking("") as programme:
        words = {"inviter": row.inviter_name, "company": row.partner, "programme": programme}
        joins = (
            _("%(inviter)s invites you to work for %(company)s in %(programme)s.")
            if row.partner
            else _("%(inviter)s invites you to the vendor's own team in %(programme)s.")
        ) % words
        until = _(
            "Choose your password and start. The link works once, until %(day)s. If you did not expect this, you need"
            " do nothing."
        ) % {"day": times.day(row.expires_at)}
        title = _("You are invited to %(programme)s") % words
        part = Part(title, f"{joins}\n\n{until}", link)
        send(Letter(title, [part], intro=_hello(row.name), button=_("Accept the invitation")), to=row.email)


def already_here(row: Invitation) -> None:
    """Tell somebody who has an account that they cannot be invited once more."""
    with _speaking("") as programme:
        words = {"inviter": row.inviter_name, "company": row.partner or programme, "programme": programme}
        title = _("You already have access to %(programme)s") % words
        body = _(
            "%(inviter)s wanted to invite you to work for %(company)s. Your address already belongs to an account, and"
            " an account belongs to one company, so nothing has changed. If you have changed companies, ask to be"
            " invited at another address."
        )
        part = Part(title, body % words, SIGN_IN)
        send(Letter(title, [part], intro=_hello(row.name), button=_("Sign in")), to=row.email)


def reset(person: Person, link: str) -> None:
    """Send somebody the link at which they choose a new password."""
    with _speaking(person.locale) as programme:
        title = _("Choose a new password for %(programme)s") % {"programme": programme}
        body = _(
            "Somebody, probably you, asked for a new password. The link works once, for one hour. If it was not you,"
            " you need do nothing: your password stays as it is."
        )
        letter = Letter(title, [Part(title, body, link)], intro=_hello(person.name), button=_("Choose a new password"))
        send(letter, to=person.email)


def password_changed(person: Person) -> None:
    """Tell somebody that their password was changed, so that they hear of it when it was not them."""
    with _speaking(person.locale) as programme:
        title = _("Your password for %(programme)s was changed") % {"programme": programme}
        body = _(
            "All other sessions were ended, and your personal API tokens were revoked. If it was not you, ask for a new"
            " password at once, and tell your administrator."
        )
        part = Part(title, body, f"{SIGN_IN}password/")
        letter = Letter(title, [part], intro=_hello(person.name), button=_("It was not me"))
        send(letter, to=person.email)


def _hello(name: str) -> str:
    return _("Hello %(name)s,") % {"name": name} if name else _("Hello,")


@contextmanager
def _speaking(locale: str) -> Iterator[str]:
    """Use the reader's language; give the programme's name."""
    with translation.override(locale or settings.LANGUAGE_CODE):
        yield settings_store.get("brand.name")
