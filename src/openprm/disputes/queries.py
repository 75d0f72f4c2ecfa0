"""The questions that the pages and programs of disputes ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from openprm.deals.lifecycle import State as DealState
from openprm.deals.models import DealRegistration
from openprm.disputes import events as facts
from openprm.disputes import rules, words
from openprm.disputes.lifecycle import OPEN, State
from openprm.disputes.models import Decision, Dispute, Hearing, Review, Statement
from openprm.disputes.rules import Contested, Outcome, Remedy, Subject
from openprm.kernel import contests, settings_store
from openprm.kernel.access import as_system
from openprm.kernel.events.models import Event
from openprm.kernel.files.models import StoredFile
from openprm.kernel.ui import times

MOST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline."""

    at: datetime
    title: str
    actor: str = ""
    text: str = ""
    icon: str = "point"
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with its files."""

    statement: Statement
    files: list[StoredFile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Heard:
    """A review that a dispute asked for, with its files."""

    hearing: Hearing
    review: Review
    files: list[StoredFile] = field(default_factory=list)


def contestable(deal: DealRegistration, *, at: datetime) -> list[Contested]:
    """Return what of a deal its partner can contest at this moment, whether or not it did already."""
    return rules.contestable(
        state=DealState(deal.state),
        verdict=deal.verdict,
        verdict_at=deal.verdict_at,
        closed_at=deal.closed_at,
        days=settings_store.get("disputes.contest_days"),
        at=at,
        declared=[
            (Subject(contest.key), ruling.row, ruling.since)
            for contest in contests.contests()
            for ruling in contest.rulings(deal)
        ],
    )


def open_to(deal: DealRegistration, disputes: Iterable[Dispute], *, at: datetime) -> list[Contested]:
    """Return what of a deal can be contested and was not yet."""
    taken = {(one.subject, one.contested_since) for one in disputes if one.state != State.WITHDRAWN}
    busy = {one.subject for one in disputes if one.state in OPEN}
    found = contestable(deal, at=at)
    return [one for one in found if one.subject not in busy and (one.subject, one.since) not in taken]


def talk(dispute: Dispute) -> list[Said]:
    """Return what was said, the oldest first, each with its files."""
    rows = list(reversed(dispute.statements.order_by("-created_at", "-pk")[:MOST]))
    kept = files_of("disputes.Statement", [row.pk for row in rows])
    return [Said(row, kept.get(row.pk, [])) for row in rows]


def heard(dispute: Dispute) -> dict[UUID, Heard]:
    """Return the reviews that the dispute asked for, by the registration's id. For the vendor's eyes."""
    rows = list(dispute.hearings.select_related("review__deal", "review__partner").order_by("created_at"))
    kept = files_of("disputes.Review", [row.review_id for row in rows])
    return {row.review.deal_id: Heard(row, row.review, kept.get(row.review_id, [])) for row in rows}


def files_of(owner_type: str, owners: Sequence[UUID]) -> dict[UUID, list[StoredFile]]:
    """Return stored files by the rows they belong to, with one query."""
    found: dict[UUID, list[StoredFile]] = {}
    for file in StoredFile.objects.filter(owner_type=owner_type, owner_id__in=owners).order_by("created_at", "pk"):
        found.setdefault(file.owner_id, []).append(file)
    return found


def milestones(dispute: Dispute, *, shared_only: bool) -> list[Entry]:
    """Return what happened to the case, the newest first; what was said has its own place."""
    of_the_deal = Q(subject_id=dispute.deal_id, name__startswith="dispute.", payload__reference=dispute.reference)
    rows = Event.objects.filter(Q(subject_id=dispute.pk) | of_the_deal)
    rows = rows.exclude(name__in=["dispute.statement_added", "dispute.note_added"])
    if shared_only:
        rows = rows.filter(shared=True)
    return [_entry(row) for row in rows.order_by("-at", "-id")[:MOST]]


def _entry(row: Event) -> Entry:
    title, text, icon, tone = _told(row)
    return Entry(row.at, title, _("automatically") if row.actor_kind == "system" else row.actor_name, text, icon, tone)


def _told(row: Event) -> tuple[str, str, str, str]:
    """Return title, text, icon and tone."""
    fact = row.fact
    match fact:
        case facts.Opened():
            subject = str(words.SUBJECTS[Subject(fact.subject)])
            return _("Contested"), f"{subject}. {_due(fact.due_at)}", "gavel", "info"
        case facts.ReviewStarted():
            return _("Review began"), "", "eye", "info"
        case facts.EvidenceRequested():
            return _("Evidence was asked for"), fact.text, "message-2", "possible"
        case facts.EvidenceGiven():
            return _("Answered"), _due(fact.due_at), "send", "info"
        case facts.Decided() | facts.AppealDecided():
            on_appeal = isinstance(fact, facts.AppealDecided)
            text = f"{words.OUTCOMES[Outcome(fact.outcome)]}: {words.code(fact.code)}"
            return _("Decided on appeal") if on_appeal else _("Decided"), text, "gavel", TONES[Outcome(fact.outcome)]
        case facts.Appealed():
            return _("Appealed"), _due(fact.due_at), "scale", "info"
        case facts.RemedyCarriedOut():
            return _("Carried out"), str(words.REMEDIES[Remedy(fact.remedy)]), "circle-check", "clear"
        case facts.Escalated():
            return _("Overdue: brought before the next level"), _due(fact.due_at), "clock-exclamation", "blocked"
        case facts.OtherSideAsked():
            return _("The other side was asked for evidence"), fact.registration, "users", "neutral"
        case facts.Closed():
            return _("Closed"), _("The partner accepted the decision.") if fact.accepted else "", "archive", "neutral"
        case _:
            return str(row.type.label), getattr(fact, "text", ""), "clock", "neutral"


def _due(at: datetime) -> str:
    return _("To be decided by %(date)s.") % {"date": times.exact(at)}


TONES: dict[Outcome, str] = {Outcome.UPHELD: "clear", Outcome.PARTLY: "possible", Outcome.REJECTED: "blocked"}


def linked_disputes(review: Review) -> list[Dispute]:
    """Return the disputes that asked for a review. For the vendor's eyes."""
    with as_system():
        return list(Dispute.objects.filter(hearings__review=review).select_related("partner", "deal"))


def done_instead(dispute: Dispute, decisions: Sequence[Decision]) -> str:
    """Return what was done where it is less than what was decided, in words; nothing where it is the same."""
    demanded = [one.remedy for one in decisions if one.remedy != Remedy.NONE]
    if dispute.remedy_done_at is None or not demanded or demanded[-1] == dispute.remedy:
        return ""
    what = words.remedy(Remedy(dispute.remedy))
    return _("%(what)s. What was decided was not possible any more, so the deal is decided anew.") % {"what": what}
