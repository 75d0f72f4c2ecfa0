"""What an applicant does: begins, saves, sends, confirms, answers, withdraws. Runs as the system; a link is the key."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openprm.accounts.models import normalised
from openprm.kernel import files, settings_store
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events import announce
from openprm.kernel.files.models import StoredFile
from openprm.kernel.ui import countries
from openprm.recruiting import events, fields, rules, words
from openprm.recruiting.lifecycle import EDITABLE, State
from openprm.recruiting.models import Application, ApplicationForm, ApplicationMessage
from openprm.recruiting.services import assessing, links, writing
from openprm.recruiting.services.moving import NotNow, go, guest, locked, say
from openprm.recruiting.shapes import Answers, FormQuestion, Value

MOST_FILES = 10
CONTACT = {"contact_name": 120, "contact_title": 120, "contact_phone": 40}
ORIGIN = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "ref")


class FormClosed(Refusal):
    """Nobody can begin on this form now."""

    code = "form_closed"


def checked_start(given: Mapping[str, Any]) -> dict[str, str]:
    """Return what the first step asks, in its plain form; raise Invalid naming each field that is wrong."""
    wrong: dict[str, str] = {}
    kept = {name: " ".join(str(given.get(name) or "").split()) for name in (*CONTACT, "legal_name", "country", "email")}
    try:
        validate_email(kept["email"])
        kept["email"] = normalised(kept["email"])
    except ValidationError:
        wrong["email"] = _("Give an e-mail address at which we reach you.")
    for name, most in CONTACT.items():
        if len(kept[name]) > most:
            wrong[name] = str(words.WRONG["too_long"])
    if not kept["contact_name"]:
        wrong["contact_name"] = _("Tell us your name.")
    if not kept["legal_name"] or len(kept["legal_name"]) > 200:
        wrong["legal_name"] = _("Give the company's name as it stands in the register.")
    kept["country"] = kept["country"].upper()
    if kept["country"] not in countries.NAMES:
        wrong["country"] = _("Choose a country.")
    if any("\x00" in value for value in kept.values()):
        wrong["legal_name"] = _("There is a character in this name that cannot be stored.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    return kept


@transaction.atomic
def start(
    *,
    form: ApplicationForm,
    given: Mapping[str, Any],
    at: datetime,
    origin: Mapping[str, str] | None = None,
    source: str = "",
    by: Actor | None = None,
) -> tuple[Application, str]:
    """Begin an application; a letter with its own link goes out. Return it with the secret for the browser."""
    if form.state != ApplicationForm.State.PUBLISHED:
        raise FormClosed(form.closed_text or _("Applications are closed at the moment."))
    said = checked_start(given)
    kept = {name: str(value)[:200] for name, value in (origin or {}).items() if name in ORIGIN and value}
    application = Application(
        form=form,
        state=State.STARTED,
        state_since=at,
        email=said["email"],
        company=said["legal_name"],
        country=said["country"],
        locale=get_language() or "",
        answers={"legal_name": said["legal_name"], "country": said["country"]},
        source=source if source in words.SOURCES else source_of(kept),
        campaign=(kept.get("utm_campaign") or kept.get("utm_source") or kept.get("ref", ""))[:120],
        origin=kept,
        created_at=at,
        updated_at=at,
        **{name: said[name] for name in CONTACT},
    )
    application.stopped_at = rules.stopped_at(form.questions, application.answers)
    with as_system():
        application.save(force_insert=True)
        fact = events.Started(form.code, form.programme, application.source, application.campaign)
        announce(fact, about=application, by=by or guest(application), at=at)
        secret = links.issue(application, by_mail=False, at=at)
        writing.write(application, "begun")
    return application, secret


def source_of(origin: Mapping[str, str]) -> str:
    """Return by which way somebody came, from the words in the address of their first visit."""
    if origin.get("ref") == "directory":
        return "directory"
    if origin.get("ref") == "invitation":
        return "invitation"
    if origin.get("ref"):
        return "referral"
    return "campaign" if any(name.startswith("utm_") for name in origin) else "direct"


@transaction.atomic
def save(
    *, application: Application, questions: Sequence[FormQuestion], given: Mapping[str, Value], step: int, at: datetime
) -> dict[str, str]:
    """Keep what was typed on a step, also what is wrong with it; return what is wrong, by question.

    Nothing typed is lost: an answer that cannot be taken is kept as it is until it is mended, and never sent.
    """
    application = _being_written(application, at)
    wrong: dict[str, str] = {}
    answers: Answers = dict(application.answers)
    for one in questions:
        if one.key not in given or one.kind == "file":
            continue
        try:
            answers[one.key] = cleaned(one, given[one.key])
        except rules.Unfit as problem:
            wrong[one.key] = str(words.WRONG[problem.code])
            answers[one.key] = _raw(given[one.key])
    asked = rules.asked(application.form.questions, answers)
    here = {one.key for one in questions}
    needed = [one for one in asked if one.key in here and one.required and not rules.listed(answers.get(one.key))]
    wrong |= {one.key: str(words.WRONG["missing"]) for one in needed if one.key not in wrong}
    application.answers = answers
    application.company = str(answers.get("legal_name") or "")[:300]
    application.step = max(application.step, step)
    application.stopped_at = rules.stopped_at(application.form.questions, answers)
    application.write("answers", "company", "step", "stopped_at", at=at)
    return {key: text for key, text in wrong.items() if key in {one.key for one in asked}}


def cleaned(question: FormQuestion, given: Value) -> Value:
    """Return an answer in its plain form, or raise Unfit."""
    return rules.clean(question, given, [value for value, _label in fields.options(question)])


def problems(application: Application) -> dict[str, str]:
    """Return what keeps an application from being sent, by question."""
    wrong = {key: str(words.WRONG["missing"]) for key in rules.missing(application.form.questions, application.answers)}
    for one in rules.asked(application.form.questions, application.answers):
        if one.key in application.answers and one.kind != "file":
            try:
                cleaned(one, application.answers[one.key])
            except rules.Unfit as problem:
                wrong[one.key] = str(words.WRONG[problem.code])
    return wrong


@transaction.atomic
def attach(*, application: Application, question: FormQuestion, uploads: Sequence[Any], at: datetime) -> None:
    """Keep files that answer a question."""
    application = _being_written(application, at)
    kept = rules.listed(application.answers.get(question.key))
    if len(kept) + len(uploads) > rules.MOST_FILES or _files(application).count() + len(uploads) > MOST_FILES:
        message = str(words.WRONG["too_many"])
        raise Invalid(message, fields={question.key: message})
    try:
        stored = [files.store(one, owner=application, by=guest(application), at=at) for one in uploads]
    except Invalid as problem:
        raise Invalid(str(problem), fields={question.key: str(problem)}) from problem
    application.answers = {**application.answers, question.key: [*kept, *(str(one.pk) for one in stored)]}
    application.stopped_at = rules.stopped_at(application.form.questions, application.answers)
    application.write("answers", "stopped_at", at=at)


@transaction.atomic
def detach(*, application: Application, file_id: str, at: datetime) -> None:
    """Take a file back."""
    application = _being_written(application, at)
    file = _files(application).filter(pk=file_id).first()
    if file is None:
        return
    application.answers = {
        key: [one for one in value if one != str(file_id)] if isinstance(value, list) else value
        for key, value in application.answers.items()
    }
    application.stopped_at = rules.stopped_at(application.form.questions, application.answers)
    application.write("answers", "stopped_at", at=at)
    files.remove(file)


@transaction.atomic
def send(
    *, application: Application, consents: Sequence[str], at: datetime, proven: bool = False, by: Actor | None = None
) -> Application:
    """Send the application off: it counts once the e-mail address is confirmed (``proven`` says that it is)."""
    application = _editable(application)
    wrong = problems(application)
    given = [one for one in application.form.asks.consents if one.key in consents]
    wrong |= {
        f"consent_{one.key}": _("We need your agreement to this.")
        for one in application.form.asks.consents
        if one.required and one not in given
    }
    if wrong:
        raise Invalid(_("Some answers are missing or need mending."), fields=wrong)
    application.consents = [
        {"key": one.key, "label": one.label, "text": one.text, "edition": one.edition, "at": at.isoformat()}
        for one in given
    ]
    application.asked = _as_asked(application)
    application.stopped_at = ""
    application.write("consents", "asked", "stopped_at", at=at)
    if proven:
        _prove(application, by=by, at=at)
    if application.verified_at is not None:
        return _submit(application, by=by, at=at)
    if application.state == State.STARTED:
        go(application, "send", at=at)
    writing.write(application, "confirm")
    return application


@transaction.atomic
def confirm(*, application: Application, at: datetime) -> Application:
    """Note that the mailbox is the applicant's; what was sent before counts from now on."""
    application = locked(application)
    _prove(application, by=None, at=at)
    return _submit(application, by=None, at=at) if application.state == State.UNVERIFIED else application


@transaction.atomic
def reopen(*, application: Application, at: datetime) -> Application:
    """Go on writing in what was sent but not confirmed yet."""
    application = locked(application)
    if application.state == State.UNVERIFIED:
        go(application, "reopen", at=at)
    return application


@transaction.atomic
def answer(*, application: Application, text: str, at: datetime) -> Application:
    """Answer the reviewer's question; the clock runs on from where it stood."""
    application = locked(application)
    if not text.strip() or len(text) > rules.LONGEST_LONG_TEXT or "\x00" in text:
        message = _("Write your answer, at most 5,000 characters.")
        raise Invalid(message, fields={"text": message})
    waited = at - application.asked_at if application.asked_at else timedelta()
    due = application.due_at + waited if application.due_at else None
    go(application, "answer", at=at, due_at=due, asked_at=None)
    by = guest(application)
    say(application, ApplicationMessage.Kind.ANSWER, text, by, at)
    announce(events.Answered(text.strip()), about=application, by=by, at=at)
    return application


@transaction.atomic
def withdraw(*, application: Application, at: datetime) -> Application:
    """Take the application back."""
    application = locked(application)
    go(application, "withdraw", at=at)
    announce(events.Withdrawn(application.form.code), about=application, by=guest(application), at=at)
    return application


def resend_links(*, email: str, at: datetime) -> None:
    """Send new links to everything this address has applied for; nobody is told whether there is anything."""
    writing.write_again(normalised(email))


@transaction.atomic
def forget_due(*, at: datetime) -> int:
    """Delete what was typed and never sent, or withdrawn, long ago; its place in the funnel stays."""
    days = settings_store.get("recruiting.keep_days")
    old = Application.objects.filter(
        state__in=[State.STARTED, State.UNVERIFIED, State.WITHDRAWN], updated_at__lt=at - timedelta(days=days)
    )
    many = 0
    for application in old.order_by("updated_at")[:500]:
        for file in _files(application):
            files.remove(file)
        emptied: dict[str, Any] = {
            "email": "",
            "company": "",
            "answers": {},
            "asked": [],
            "findings": {},
            "duplicates": [],
            **dict.fromkeys(CONTACT, ""),
        }
        go(application, "forget", at=at, **emptied)
        application.links.all().delete()
        application.messages.all().delete()
        many += 1
    return many


def _submit(application: Application, *, by: Actor | None, at: datetime) -> Application:
    due = at + timedelta(hours=application.form.target_hours)
    go(application, "submit", at=at, submitted_at=at, due_at=due)
    form = application.form
    public = {one["key"]: one["value"] for one in application.asked if one["kind"] != "file"}
    fact = events.Submitted(
        form.code, form.programme, application.company, application.country, application.source, public
    )
    announce(fact, about=application, by=by or guest(application), at=at)
    assessing.assess_soon(application)
    writing.write(application, "received")
    return application


def _prove(application: Application, *, by: Actor | None, at: datetime) -> None:
    if application.verified_at is None:
        application.verified_at = at
        application.write("verified_at", at=at)
        fact = events.Verified(application.form.code, application.form.programme)
        announce(fact, about=application, by=by or guest(application), at=at)


def _as_asked(application: Application) -> list[dict[str, Any]]:
    """Return the questions as they stand now with their answers, so that later changes to the form change nothing."""
    names = {str(one.pk): one.name for one in _files(application)}
    kept = []
    for one in rules.asked(application.form.questions, application.answers):
        value = application.answers.get(one.key) or ""
        said = ", ".join(names.get(pk, "") for pk in value) if one.kind == "file" else fields.words(one, value)
        kept.append(
            {
                "key": one.key,
                "field": one.field,
                "kind": one.kind,
                "label": one.label,
                "step": one.step,
                "value": value,
                "words": said,
            }
        )
    return kept


def _editable(application: Application) -> Application:
    application = locked(application)
    if application.state not in EDITABLE:
        raise NotNow(_("This application was sent already. Answer our question or write to us if something changes."))
    return application


def _being_written(application: Application, at: datetime) -> Application:
    """Return an application to write on. What was sent and not confirmed is to be sent again, as it is then.

    Otherwise reviewers would read what was sent, and rules judge what was written afterwards.
    """
    application = _editable(application)
    if application.state == State.UNVERIFIED:
        go(application, "reopen", at=at)
    return application


def _files(application: Application) -> Any:
    return StoredFile.objects.filter(owner_type=Application._meta.label, owner_id=application.pk)


def _raw(given: Value) -> Value:
    if isinstance(given, str):
        return given.replace("\x00", "")[: rules.LONGEST_LONG_TEXT]
    return [one.replace("\x00", "")[: rules.LONGEST_TEXT] for one in given[:100]]
