"""The facts of disputes. The milestones are told of the deal, the rest of the case itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from openprm.disputes import words
from openprm.kernel import events

_Reference = Annotated[str, events.Words(_("dispute number"))]
_DueAt = Annotated[datetime, events.Words(_("date by which it is to be decided"))]
_Answer = Annotated[str, events.Words(_("partner's answer"))]
_Files = Annotated[int, events.Words(_("number of files"))]
_Outcome = Annotated[str, events.Words(_("outcome"), words.OUTCOMES)]
_Code = Annotated[str, events.Words(_("reason"), words.CODES)]
_Remedy = Annotated[str, events.Words(_("what the decision demands"), words.REMEDIES)]
_Explanation = Annotated[str, events.Words(_("explanation"))]
_Days = Annotated[int | None, events.Words(_("days of extension granted"))]
_Registration = Annotated[str, events.Words(_("registration number"))]
_Review = Annotated[str, events.Words(_("number of the review"))]


@events.declare("dispute.opened", _("A partner contested a verdict or a decision"))
@dataclass(frozen=True)
class Opened:
    """What is contested, and by when it is to be decided."""

    reference: _Reference
    subject: Annotated[str, events.Words(_("what is contested"), words.SUBJECTS)]
    due_at: _DueAt
    text: Annotated[str, events.Words(_("partner's reasons"))]


@events.declare("dispute.review_started", _("A dispute is being reviewed"))
@dataclass(frozen=True)
class ReviewStarted:
    """Somebody looks at it."""

    reference: _Reference


@events.declare("dispute.evidence_requested", _("The vendor asked the partner for evidence in a dispute"))
@dataclass(frozen=True)
class EvidenceRequested:
    """What is asked. The clock stands still."""

    reference: _Reference
    text: Annotated[str, events.Words(_("question to the partner"))]


@events.declare("dispute.evidence_given", _("The partner answered what was asked in a dispute"))
@dataclass(frozen=True)
class EvidenceGiven:
    """The answer, and the new due date."""

    reference: _Reference
    due_at: _DueAt
    text: _Answer


@events.declare("dispute.statement_added", _("Somebody added a statement to a dispute"))
@dataclass(frozen=True)
class StatementAdded:
    """What was said, with how many files."""

    reference: _Reference
    text: Annotated[str, events.Words(_("statement"))]
    files: _Files


@events.declare("dispute.decided", _("A dispute was decided"))
@dataclass(frozen=True)
class Decided:
    """The outcome, its coded reason, its words, and what it demands; ``days`` where an extension is granted."""

    reference: _Reference
    outcome: _Outcome
    code: _Code
    remedy: _Remedy
    text: _Explanation
    days: _Days = None


@events.declare("dispute.appealed", _("The partner appealed against a decision"))
@dataclass(frozen=True)
class Appealed:
    """Why, and by when the appeal is to be decided."""

    reference: _Reference
    due_at: _DueAt
    text: Annotated[str, events.Words(_("reasons for the appeal"))]


@events.declare("dispute.appeal_decided", _("An appeal was decided"))
@dataclass(frozen=True)
class AppealDecided:
    """The final outcome."""

    reference: _Reference
    outcome: _Outcome
    code: _Code
    remedy: _Remedy
    text: _Explanation
    days: _Days = None


@events.declare("dispute.remedy_carried_out", _("What a decision about a dispute demands was done"))
@dataclass(frozen=True)
class RemedyCarriedOut:
    """What was done."""

    reference: _Reference
    remedy: _Remedy


@events.declare("dispute.withdrawn", _("The partner withdrew a dispute"))
@dataclass(frozen=True)
class Withdrawn:
    """Nothing was decided."""

    reference: _Reference


@events.declare("dispute.closed", _("A dispute was closed"))
@dataclass(frozen=True)
class Closed:
    """``accepted`` says that the partner accepted the decision before its time to appeal was over."""

    reference: _Reference
    accepted: Annotated[bool, events.Words(_("accepted by the partner"))]


@events.declare("dispute.escalated", _("A dispute is overdue and went to the next level"), shared=False)
@dataclass(frozen=True)
class Escalated:
    """Which level was late."""

    reference: _Reference
    level: Annotated[int, events.Words(_("level that was late"), words.LEVELS)]
    due_at: _DueAt


@events.declare("dispute.note_added", _("An internal note was added to a dispute"), shared=False)
@dataclass(frozen=True)
class NoteAdded:
    """The note stays with the vendor."""

    reference: _Reference
    text: Annotated[str, events.Words(_("note"))]


@events.declare(
    "dispute.other_side_asked", _("The holder of another registration was asked for evidence"), shared=False
)
@dataclass(frozen=True)
class OtherSideAsked:
    """Which registration, and in which review. The vendor's alone: neither partner learns of the other."""

    reference: _Reference
    registration: _Registration
    review: _Review


@events.declare("registration_review.opened", _("The vendor is reviewing a registration"))
@dataclass(frozen=True)
class ReviewOpened:
    """Told to the registration's own partner; it says nothing about why."""

    review: _Review
    registration: _Registration


@events.declare("registration_review.answered", _("The partner gave evidence for its registration"))
@dataclass(frozen=True)
class ReviewAnswered:
    """What was said, with how many files."""

    review: _Review
    registration: _Registration
    text: _Answer
    files: _Files


@events.declare("registration_review.closed", _("The review of a registration ended"))
@dataclass(frozen=True)
class ReviewClosed:
    """No more evidence is taken."""

    review: _Review
    registration: _Registration
