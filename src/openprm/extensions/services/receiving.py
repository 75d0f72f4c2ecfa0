"""Mail to a deal's own address becomes an activity, as the one who sent it; what cannot be, is answered with why."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from openprm.accounts import actors
from openprm.accounts.models import Person, normalised
from openprm.deals.models import DealRegistration
from openprm.extensions import addresses, events, letters, policies
from openprm.extensions.letters import Letter, Unreadable
from openprm.extensions.models import Activity, InboundMail
from openprm.extensions.rules import Kind
from openprm.extensions.services import activities
from openprm.kernel import settings_store
from openprm.kernel.access import Actor, as_system, enter
from openprm.kernel.errors import Problem
from openprm.kernel.events import announce
from openprm.kernel.files import kinds
from openprm.kernel.notifications import notify

MEGABYTE = 1024 * 1024
Outcome = InboundMail.Outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message, as a mail server says it: ``smtp`` is the reply to give to whoever delivered it."""

    outcome: str
    code: str
    message: str
    smtp: str
    activity: Activity | None = None

    @property
    def is_bounce(self) -> bool:
        """Say whether the sender should get it back."""
        return self.smtp.startswith("5")


class _Refused(Exception):
    """A message is not taken; ``smtp`` is the status to answer with."""

    def __init__(self, code: str, message: str, smtp: str = "550 5.7.1") -> None:
        super().__init__(message)
        self.code, self.message, self.smtp = code, message, smtp


class _Case:
    """What is known of a message while it is looked at."""

    def __init__(self, raw: bytes, recipient: str) -> None:
        self.raw, self.recipient = raw, recipient
        self.letter: Letter | None = None
        self.deal: DealRegistration | None = None
        self.person: Person | None = None


@transaction.atomic
def receive(*, raw: bytes, by: Actor, at: datetime, recipient: str = "") -> Answer:
    """Log a raw message (RFC 5322) as an activity of its sender's, and say what became of it.

    ``recipient`` is the address of the envelope, where the server knows it; the headers are looked at besides. The
    sender must be an active person of the deal's partner, or of the vendor, who may log activities there.
    """
    by.require(policies.DELIVER)
    case = _Case(raw, recipient)
    with as_system():
        try:
            answer = _logged(case, at)
        except activities.LoggedAlready as repeated:
            answer = Answer(Outcome.REPEATED, repeated.problem_code, str(repeated), "250 2.0.0")
        except _Refused as refused:
            answer = Answer(Outcome.REFUSED, refused.code, refused.message, refused.smtp)
        except Problem as problem:
            answer = Answer(Outcome.REFUSED, problem.problem_code, str(problem), "550 5.7.1")
        _note(case, answer, by, at)
    return answer


def _logged(case: _Case, at: datetime) -> Answer:
    chosen = settings_store.many("extensions.mail_domain", "extensions.mail_megabytes")
    domain, most = chosen.values()
    if len(case.raw) > most * MEGABYTE:
        raise _Refused("too_large", _("The message is larger than %(most)s MB.") % {"most": most}, "552 5.3.4")
    letter = case.letter = _read(case.raw)
    case.deal = _deal(letter, case.recipient, domain)
    if letter.automatic:  # nobody reads an answer to it, and a bounce could go round for ever
        raise _Refused("automatic", _("Automatic messages are not logged."), "250 2.0.0")
    actor = _sender(case)
    with enter(actor):
        activity = activities.log(
            deal=case.deal,
            kind=Kind.MAIL,
            title=letter.subject or _("Mail without a subject"),
            text=letter.text,
            uploads=[_upload(enclosure) for enclosure in letter.enclosures[: activities.MOST_FILES]],
            source=Activity.Source.MAIL,
            message_id=letter.message_id,
            tolerant=True,
            by=actor,
            at=at,
        )
    return Answer(Outcome.LOGGED, "", _("Logged on %s.") % case.deal.reference, "250 2.0.0", activity)


def _read(raw: bytes) -> Letter:
    try:
        return letters.read(raw)
    except Unreadable:
        message = _("This is no e-mail that can be read: it needs one sender.")
        raise _Refused("unreadable", message, "554 5.6.0") from None


def _deal(letter: Letter, recipient: str, domain: str) -> DealRegistration:
    reference = addresses.reference_in([recipient, *letter.recipients], domain)
    deal = DealRegistration.objects.select_related("partner").filter(reference=reference).first() if reference else None
    if deal is None:
        raise _Refused("no_such_address", _("There is no such address. Copy it from the deal's page."), "550 5.1.1")
    return deal


def _sender(case: _Case) -> Actor:
    """Return the sender as the one who acts; nobody else's mail is taken, and nothing about the deal is said."""
    assert case.letter is not None
    assert case.deal is not None
    person = Person.objects.select_related("partner").filter(email=normalised(case.letter.sender)).first()
    if person is not None and actors.has_access(person) and person.partner_id in (None, case.deal.partner_id):
        actor = actors.of(person)
        case.person = person
        with enter(actor):
            if policies.may_log(actor, case.deal):
                return actor
    raise _Refused("sender_not_known", _("You cannot log mail here. Send it from the address that you sign in with."))


def _upload(enclosure: letters.Enclosure) -> SimpleUploadedFile:
    name = enclosure.name
    if "." not in name:
        kind = kinds.kind_of(BytesIO(enclosure.content), name)
        name += kind.endings[0] if kind else ""
    return SimpleUploadedFile(name, enclosure.content)


def _note(case: _Case, answer: Answer, by: Actor, at: datetime) -> None:
    """Keep what became of it in the vendor's log, and tell a sender whom we know."""
    letter, deal = case.letter, case.deal
    row = InboundMail.objects.create(
        deal=deal,
        sender=(letter.sender if letter else "")[:320],
        recipient=letters.plain(case.recipient)[:320],
        subject=letter.subject if letter else "",
        message_id=letter.message_id if letter else "",
        size=len(case.raw),
        outcome=answer.outcome,
        code=answer.code,
        answer=answer.message[:500],
        created_at=at,
        updated_at=at,
    )
    if answer.outcome == Outcome.REFUSED:
        announce(events.MailRefused(row.sender, row.recipient, answer.code), about=row, by=by, at=at)
    if answer.is_bounce and deal is not None and case.person is not None and case.person.partner_id:
        title = _("Your mail about %s was not logged") % deal.customer_name
        notify(
            kind="extensions.mail_refused", to=[case.person.pk], title=title, body=answer.message,
            url=deal.get_absolute_url(), at=at,
        )  # fmt: skip
