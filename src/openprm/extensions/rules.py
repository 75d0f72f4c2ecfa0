"""Whether an extension may be asked for, and what the activities say about it. Pure decisions, no Django."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What somebody did about a deal."""

    CALL = "call"
    MEETING = "meeting"
    MAIL = "mail"
    STAGE = "stage"
    NOTE = "note"


class Allowed(StrEnum):
    """How often a deal may be extended."""

    NONE = "none"
    ONCE = "once"
    UNLIMITED = "unlimited"


class Outcome(StrEnum):
    """What a rule makes of a request."""

    GRANT = "grant"
    DECLINE = "decline"
    ASK = "ask"  # a person decides


class Barred(StrEnum):
    """Why a partner cannot ask for an extension now."""

    NOT_ALLOWED = "not_allowed"
    USED_UP = "used_up"
    PENDING = "pending"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    TOO_LONG = "too_long"


LOGGED_WITHIN = timedelta(days=3)  # of what happened: what is logged later, a person looks at

DECLINED_BECAUSE = (
    "no_activity",
    "no_progress",
    "customer_taken",
    "customer_undecided",
    "programme_limit",
    "not_decided_in_time",
    "other",
)
BY_PEOPLE = ("no_activity", "no_progress", "customer_undecided", "programme_limit", "other")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule says. Zero switches a condition off.

    ``grant_from`` activities of ``kinds`` (none named: of any) in the last ``grant_days`` grant a request at once;
    none at all in the last ``quiet_days`` declines it.
    """

    allowed: Allowed = Allowed.ONCE
    most_days: int = 30
    grant_from: int = 0
    grant_days: int = 30
    kinds: frozenset[str] = frozenset()
    quiet_days: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """An activity: its kind, when it was, whether somebody of the partner logged it, and when, if not at once."""

    kind: str
    at: datetime
    by_partner: bool = True
    logged_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Say whether it was logged so long after it happened that no rule takes its word."""
        return logged_late(self.at, self.logged_at or self.at)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a deal stands when an extension is asked for."""

    end: datetime
    granted: int = 0
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule makes of a request, how many activities in how many days it counted, and how many came too late."""

    outcome: Outcome
    counted: int = 0
    days: int = 0
    late: int = 0


def barred(
    terms: Terms, situation: Situation, *, wanted: int, at: datetime, opens: timedelta, grace: timedelta
) -> Barred | None:
    """Return why ``wanted`` days cannot be asked for at ``at``; None if they can.

    Asking opens ``opens`` before the end and closes ``grace`` after it.
    """
    if terms.allowed is Allowed.NONE:
        return Barred.NOT_ALLOWED
    if terms.allowed is Allowed.ONCE and situation.granted:
        return Barred.USED_UP
    if situation.pending:
        return Barred.PENDING
    if at < situation.end - opens:
        return Barred.TOO_EARLY
    if situation.end + grace <= at:
        return Barred.TOO_LATE
    return Barred.TOO_LONG if wanted > terms.most_days else None


def judge(terms: Terms, acts: Iterable[Act], *, at: datetime) -> Judgement:
    """Return what the activities make of a request.

    Only what the partner's people logged counts, each kind once a day: ten notes of one afternoon are one. What was
    logged late grants nothing, but somebody was active: a person looks.
    """
    own = [act for act in acts if act.by_partner and act.at <= at]
    if terms.quiet_days and not counted(own, days=terms.quiet_days, at=at):
        return Judgement(Outcome.DECLINE, 0, terms.quiet_days)
    timely = [act for act in own if not act.is_late]
    done = counted(timely, days=terms.grant_days, at=at, kinds=terms.kinds)
    late = counted(own, days=terms.grant_days, at=at, kinds=terms.kinds) - done
    outcome = Outcome.GRANT if terms.grant_from and done >= terms.grant_from else Outcome.ASK
    return Judgement(outcome, done, terms.grant_days, late)


def logged_late(happened_at: datetime, logged_at: datetime) -> bool:
    """Say whether an activity was logged too long after it happened to count without a person's look."""
    return logged_at - happened_at > LOGGED_WITHIN


def counted(acts: Iterable[Act], *, days: int, at: datetime, kinds: Collection[str] = ()) -> int:
    """Return how many activities of the last ``days`` count: of each kind one a day (of UTC)."""
    since = at - timedelta(days=days)
    return len({(act.kind, act.at.date()) for act in acts if since < act.at <= at and (not kinds or act.kind in kinds)})
