"""Where a dispute stands, as a page says it: the word, its tone, since when, and what happens next."""

from datetime import datetime

from django.utils.translation import gettext as _

from openprm.disputes import queries, words
from openprm.disputes.lifecycle import State
from openprm.disputes.models import Dispute
from openprm.disputes.rules import Outcome, can_be_appealed
from openprm.kernel.ui import times
from openprm.kernel.ui.tones import Status

TONES: dict[State, str] = {
    State.OPENED: "info",
    State.UNDER_REVIEW: "info",
    State.EVIDENCE_REQUESTED: "possible",
    State.DECIDED: "neutral",
    State.APPEALED: "info",
    State.DECIDED_ON_APPEAL: "neutral",
    State.CLOSED: "neutral",
    State.WITHDRAWN: "neutral",
}
ICONS: dict[State, str] = {
    State.OPENED: "gavel",
    State.UNDER_REVIEW: "eye",
    State.EVIDENCE_REQUESTED: "message-2",
    State.DECIDED: "circle-check",
    State.APPEALED: "scale",
    State.DECIDED_ON_APPEAL: "circle-check",
    State.CLOSED: "archive",
    State.WITHDRAWN: "arrow-back-up",
}
OUTCOME_ICONS: dict[Outcome, str] = {
    Outcome.UPHELD: "thumb-up",
    Outcome.PARTLY: "adjustments",
    Outcome.REJECTED: "thumb-down",
}


def badge(dispute: Dispute) -> Status:
    """Return the state as a badge."""
    state = State(dispute.state)
    return Status(label=dispute.state_label, tone=TONES[state], icon=ICONS[state], since=dispute.state_since)


def outcome(value: str) -> Status | None:
    """Return an outcome as a badge; None where there is none yet."""
    if not value:
        return None
    found = Outcome(value)
    return Status(label=words.OUTCOMES[found], tone=queries.TONES[found], icon=OUTCOME_ICONS[found])


def is_overdue(dispute: Dispute, *, at: datetime) -> bool:
    """Say whether the vendor is late."""
    return dispute.clock_runs and dispute.due_at <= at


def for_partner(dispute: Dispute, *, at: datetime) -> str:
    """Return what happens next, in a sentence for the partner."""
    match State(dispute.state):
        case State.OPENED | State.UNDER_REVIEW | State.APPEALED if is_overdue(dispute, at=at):
            return _("The decision was promised %(when)s. It was brought before the next level.") % _when(dispute)
        case State.OPENED | State.UNDER_REVIEW:
            return _("The vendor decides by %(day)s at the latest. You can add statements until then.") % _day(dispute)
        case State.EVIDENCE_REQUESTED:
            return _("Answer the question. The clock stands still until you have.")
        case State.APPEALED:
            return _("Somebody who did not decide before decides your appeal by %(day)s at the latest.") % _day(dispute)
        case State.DECIDED | State.DECIDED_ON_APPEAL if dispute.remedy_is_due:
            return _("The vendor has yet to carry it out: %(what)s.") % {"what": _small(dispute.remedy_label)}
        case State.DECIDED if dispute.appeal_until and can_be_appealed(Outcome(dispute.outcome)):
            day = times.exact(dispute.appeal_until)
            return _("Accept the decision, or appeal until %(day)s. Without either it is closed then.") % {"day": day}
        case State.CLOSED if dispute.remedy_done_at:
            return _("It is closed. What was done: %(what)s.") % {"what": _small(dispute.remedy_label)}
        case _:
            return _("Nothing more to do.")


def for_vendor(dispute: Dispute, *, at: datetime) -> str:
    """Return what happens next, in a sentence for the vendor."""
    match State(dispute.state):
        case State.OPENED | State.UNDER_REVIEW | State.APPEALED if is_overdue(dispute, at=at):
            return _("Decide now. The partner was promised a decision %(when)s; the next level was told.") % _when(
                dispute
            )
        case State.OPENED | State.UNDER_REVIEW:
            return _("Hear both sides and decide. The partner was promised a decision; due %(when)s.") % _when(dispute)
        case State.EVIDENCE_REQUESTED:
            return _("The partner answers; the clock stands still. You can decide without the answer.")
        case State.APPEALED:
            return _("Somebody other than the first decider decides the appeal; due %(when)s.") % _when(dispute)
        case State.DECIDED | State.DECIDED_ON_APPEAL if dispute.remedy_is_due:
            return _("Carry out what was decided: %(what)s.") % {"what": _small(dispute.remedy_label)}
        case State.DECIDED:
            return _("The partner accepts it or appeals; otherwise it closes by itself.")
        case State.CLOSED if dispute.remedy_done_at:
            return _("It is closed. What was done: %(what)s.") % {"what": _small(dispute.remedy_label)}
        case _:
            return _("Nothing; it is closed.")


def _small(label: object) -> str:
    text = str(label)
    return text[:1].lower() + text[1:]


def _day(dispute: Dispute) -> dict[str, str]:
    return {"day": times.exact(dispute.due_at)}


def _when(dispute: Dispute) -> dict[str, str]:
    return {"when": times.relative(dispute.due_at)}
