"""What can be contested and until when, what a decision may say and demand, and how the clock runs. Pure decisions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from openprm.deals.lifecycle import UNDECIDED
from openprm.deals.lifecycle import State as Deal

FIRST, APPEAL = 1, 2  # the levels


class Subject(StrEnum):
    """What a partner contests."""

    VERDICT = "verdict"
    REJECTION = "rejection"
    DUPLICATE = "duplicate"
    PROTECTION = "protection"
    EXTENSION = "extension"


class Outcome(StrEnum):
    """How a dispute was decided."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"


class Remedy(StrEnum):
    """What the vendor does about an upheld dispute."""

    NONE = "none"
    REOPEN = "reopen"
    APPROVE = "approve"
    GRANT = "grant"


CODES: dict[Outcome, tuple[str, ...]] = {
    Outcome.UPHELD: ("engagement_proven", "registered_first", "another_company", "vendor_mistake", "goodwill", "other"),
    Outcome.PARTLY: ("some_product_lines", "some_entities", "shared_customer", "other"),
    Outcome.REJECTED: ("evidence_insufficient", "other_side_first", "rules_applied", "vendor_engaged", "other"),
}
FEWER_DAYS = "fewer_days"
EXTENSION_CODES: dict[Outcome, tuple[str, ...]] = {
    Outcome.UPHELD: ("activity_proven", "vendor_mistake", "goodwill", "other"),
    Outcome.PARTLY: (FEWER_DAYS, "other"),
    Outcome.REJECTED: ("evidence_insufficient", "rules_applied", "other"),
}
KNOWN_CODES = frozenset(code for each in (CODES, EXTENSION_CODES) for codes in each.values() for code in codes)
MOST_DAYS = 730

CLOSED_SUBJECTS: dict[Deal, Subject] = {
    Deal.REJECTED: Subject.REJECTION,
    Deal.DUPLICATE: Subject.DUPLICATE,
    Deal.EXPIRED: Subject.PROTECTION,
}
EXTENDABLE = frozenset({Deal.APPROVED, Deal.EXPIRED})


@dataclass(frozen=True, slots=True)
class Contested:
    """Something about a deal that can be contested: what it is, since when, until when, and the row that holds it."""

    subject: Subject
    since: datetime
    until: datetime
    row: UUID | None = None


def contestable(
    *,
    state: Deal,
    verdict: str,
    verdict_at: datetime | None,
    closed_at: datetime | None,
    days: int,
    at: datetime,
    declared: Iterable[tuple[Subject, UUID, datetime]] = (),
) -> list[Contested]:
    """Return what of a deal can be contested at this moment.

    The verdict while nobody has decided yet; afterwards the decision itself, and what other features have decided
    about it (``declared``). Each within ``days`` of when it was told.
    """
    found: list[tuple[Subject, datetime | None, UUID | None]] = []
    if state in UNDECIDED and verdict in ("possible", "blocked"):
        found.append((Subject.VERDICT, verdict_at, None))
    if state in CLOSED_SUBJECTS:
        found.append((CLOSED_SUBJECTS[state], closed_at, None))
    found += [(subject, since, row) for subject, row, since in declared]
    within = timedelta(days=days)
    return [
        Contested(subject, since, since + within, row)
        for subject, since, row in found
        if since is not None and at <= since + within
    ]


def due(at: datetime, hours: int) -> datetime:
    """Return by when a level should have decided."""
    return at + timedelta(hours=hours)


def resumed(due_at: datetime, *, asked_at: datetime, answered_at: datetime) -> datetime:
    """Return the due date after a pause: the time the partner took to answer is not the vendor's."""
    return due_at + max(answered_at - asked_at, timedelta(0))


def can_be_appealed(outcome: Outcome) -> bool:
    """Say whether anything was refused: what was upheld in full leaves nothing to appeal."""
    return outcome is not Outcome.UPHELD


def may_decide_appeal(*, decider: UUID | None, first_decider: UUID | None) -> bool:
    """Say whether this person may decide the appeal: somebody known, and not who decided before."""
    return decider is not None and decider != first_decider


def codes(subject: Subject) -> dict[Outcome, tuple[str, ...]]:
    """Return the coded reasons for each outcome of a dispute about this."""
    return EXTENSION_CODES if subject is Subject.EXTENSION else CODES


def remedies(outcome: Outcome, deal: Deal, subject: Subject) -> tuple[Remedy, ...]:
    """Return what a decision can demand, what is likeliest first. Nothing follows from a rejected dispute."""
    if outcome is Outcome.REJECTED:
        return (Remedy.NONE,)
    if subject is Subject.EXTENSION:
        return (Remedy.GRANT, Remedy.NONE) if deal in EXTENDABLE else (Remedy.NONE,)
    if deal in CLOSED_SUBJECTS:
        return (Remedy.REOPEN, Remedy.APPROVE, Remedy.NONE)
    return (Remedy.APPROVE, Remedy.NONE) if deal in UNDECIDED and deal is not Deal.ACTION_REQUIRED else (Remedy.NONE,)


def reopening_code(outcome: Outcome, level: int) -> str:
    """Return the coded reason with which deals are reopened."""
    word = "appeal" if level == APPEAL else "dispute"
    return f"{word}_partly_upheld" if outcome is Outcome.PARTLY else f"{word}_upheld"


def settled(*, final: bool, outcome: Outcome, appeal_until: datetime, remedy_is_due: bool, at: datetime) -> bool:
    """Say whether a decided dispute can be closed: nothing is to be done, and nothing can be appealed any more."""
    return not remedy_is_due and (final or not can_be_appealed(outcome) or at > appeal_until)


def steps(remedy: Remedy, deal: Deal) -> tuple[str, ...]:
    """Return what to do with the deal, in order; nothing where it stands there already."""
    if remedy is Remedy.NONE:
        return ()
    if remedy is Remedy.GRANT:
        return ("grant",) if deal in EXTENDABLE else ()
    reopening = ("reopen",) if deal in CLOSED_SUBJECTS else ()
    approving = ("approve",) if remedy is Remedy.APPROVE and (reopening or deal in UNDECIDED) else ()
    return reopening + approving


def ways(remedy: Remedy) -> tuple[Remedy, ...]:
    """Return the ways to carry a remedy out: where it is impossible by then, the deal is at least reopened."""
    return (remedy, Remedy.REOPEN) if remedy in (Remedy.APPROVE, Remedy.GRANT) else (remedy,)
