"""The facts of disputes. The milestones are told of the deal, the rest of the case itself."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("dispute.opened", _("A partner contested a verdict or a decision"))
@dataclass(frozen=True)
class Opened:
    """What is contested, and by when it is to be decided."""

    reference: str
    subject: str
    due_at: datetime
    text: str


@events.declare("dispute.review_started", _("A dispute is being reviewed"))
@dataclass(frozen=True)
class ReviewStarted:
    """Somebody looks at it."""

    reference: str


@events.declare("dispute.evidence_requested", _("The vendor asked the partner for evidence in a dispute"))
@dataclass(frozen=True)
class EvidenceRequested:
    """What is asked. The clock stands still."""

    reference: str
    text: str


@events.declare("dispute.evidence_given", _("The partner answered what was asked in a dispute"))
@dataclass(frozen=True)
class EvidenceGiven:
    """The answer, and the new due date."""

    reference: str
    due_at: datetime
    text: str


@events.declare("dispute.statement_added", _("Somebody added a statement to a dispute"))
@dataclass(frozen=True)
class StatementAdded:
    """What was said, with how many files."""

    reference: str
    text: str
    files: int


@events.declare("dispute.decided", _("A dispute was decided"))
@dataclass(frozen=True)
class Decided:
    """The outcome, its coded reason, its words, and what it demands; ``days`` where an extension is granted."""

    reference: str
    outcome: str
    code: str
    remedy: str
    text: str
    days: int | None = None


@events.declare("dispute.appealed", _("The partner appealed against a decision"))
@dataclass(frozen=True)
class Appealed:
    """Why, and by when the appeal is to be decided."""

    reference: str
    due_at: datetime
    text: str


@events.declare("dispute.appeal_decided", _("An appeal was decided"))
@dataclass(frozen=True)
class AppealDecided:
    """The final outcome."""

    reference: str
    outcome: str
    code: str
    remedy: str
    text: str
    days: int | None = None


@events.declare("dispute.remedy_carried_out", _("What a decision about a dispute demands was done"))
@dataclass(frozen=True)
class RemedyCarriedOut:
    """What was done."""

    reference: str
    remedy: str


@events.declare("dispute.withdrawn", _("The partner withdrew a dispute"))
@dataclass(frozen=True)
class Withdrawn:
    """Nothing was decided."""

    reference: str


@events.declare("dispute.closed", _("A dispute was closed"))
@dataclass(frozen=True)
class Closed:
    """``accepted`` says that the partner accepted the decision before its time to appeal was over."""

    reference: str
    accepted: bool


@events.declare("dispute.escalated", _("A dispute is overdue and went to the next level"), shared=False)
@dataclass(frozen=True)
class Escalated:
    """Which level was late."""

    reference: str
    level: int
    due_at: datetime


@events.declare("dispute.note_added", _("An internal note was added to a dispute"), shared=False)
@dataclass(frozen=True)
class NoteAdded:
    """The note stays with the vendor."""

    reference: str
    text: str


@events.declare(
    "dispute.other_side_asked", _("The holder of another registration was asked for evidence"), shared=False
)
@dataclass(frozen=True)
class OtherSideAsked:
    """Which registration, and in which review. The vendor's alone: neither partner learns of the other."""

    reference: str
    registration: str
    review: str


@events.declare("registration_review.opened", _("The vendor is reviewing a registration"))
@dataclass(frozen=True)
class ReviewOpened:
    """Told to the registration's own partner; it says nothing about why."""

    review: str
    registration: str


@events.declare("registration_review.answered", _("The partner gave evidence for its registration"))
@dataclass(frozen=True)
class ReviewAnswered:
    """What was said, with how many files."""

    review: str
    registration: str
    text: str
    files: int


@events.declare("registration_review.closed", _("The review of a registration ended"))
@dataclass(frozen=True)
class ReviewClosed:
    """No more evidence is taken."""

    review: str
    registration: str
