"""What programs send and get about disputes."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from openprm.disputes.models import Dispute
from openprm.kernel.api import Field, PageQuery, Schema

SubjectName = Literal["verdict", "rejection", "duplicate", "protection", "extension"]
StateName = Literal[
    "opened",
    "under_review",
    "evidence_requested",
    "decided",
    "appealed",
    "decided_on_appeal",
    "closed",
    "withdrawn",
]
OutcomeName = Literal["upheld", "partly", "rejected"]
RemedyName = Literal["none", "reopen", "approve", "grant"]


class DecisionOut(Schema):
    """The answer of one level."""

    level: int = Field(examples=[1], description="1: first decision; 2: appeal.")
    outcome: OutcomeName
    code: str = Field(examples=["engagement_proven"])
    text: str
    remedy: RemedyName
    remedy_days: int | None
    decided_by_name: str
    created_at: datetime


class DisputeOut(Schema):
    """A dispute as both sides may see it."""

    id: UUID
    reference: str = Field(examples=["DP-7KQ2-M9XV"])
    partner_id: UUID
    deal_id: UUID
    subject: SubjectName
    contested_since: datetime
    contested_id: UUID | None = Field(description="The declined extension, where one is contested.")
    opened_by_name: str
    state: StateName
    state_since: datetime
    level: int
    due_at: datetime = Field(description="By when it is to be decided. It stands still while evidence is asked for.")
    asked_text: str
    appeal_until: datetime | None
    outcome: OutcomeName | None
    remedy: RemedyName
    remedy_days: int | None
    remedy_done_at: datetime | None
    decisions: list[DecisionOut]
    version: int

    @staticmethod
    def resolve_outcome(dispute: Dispute) -> str | None:
        """Return the latest outcome; there is none before the first decision."""
        return dispute.outcome or None

    @staticmethod
    def resolve_decisions(dispute: Dispute) -> Any:
        """Return the decisions, the first one first."""
        return dispute.decisions.all()


class DisputeFilter(PageQuery):
    """Which disputes are wanted."""

    state: StateName | None = None
    subject: SubjectName | None = None
    level: Literal["1", "2"] | None = None
    partner_id: UUID | None = None
    deal_id: UUID | None = None
    overdue: bool | None = None


class ContestIn(Schema):
    """What is contested, and why."""

    subject: SubjectName
    text: str = Field(min_length=1, max_length=4000, examples=["The customer asked us in writing before anybody else."])


class DisputeWords(Schema):
    """Something to say."""

    text: str = Field(min_length=1, max_length=4000)


class EvidenceFileOut(Schema):
    """A file of evidence; download it from ``url``."""

    id: UUID
    name: str
    size: int
    media_type: str
    url: str


class StatementOut(DisputeWords):
    """Something said in a dispute, with its files."""

    id: UUID
    author_name: str
    author_side: str
    created_at: datetime
    files: list[EvidenceFileOut]


class DisputeNoteOut(DisputeWords):
    """An internal note."""

    id: UUID
    author_name: str
    created_at: datetime


class DecisionIn(Schema):
    """A decision; the partner reads all of it. What follows happens when somebody carries it out."""

    outcome: OutcomeName
    code: str = Field(max_length=40, examples=["evidence_insufficient"])
    text: str = Field(min_length=1, max_length=4000)
    remedy: RemedyName = "none"
    days: int | None = Field(None, ge=1, le=730, description="For an extension; left out: as many as were asked for.")


class RemedyIn(Schema):
    """How to carry a decision out; left out: as it was decided."""

    remedy: Literal["", "reopen", "approve", "grant"] = ""


class OtherSide(Schema):
    """Whose holder is asked for evidence."""

    deal_id: UUID


class ReviewOut(Schema):
    """A review of a registration, as its holder is told."""

    id: UUID
    reference: str = Field(examples=["RV-7KQ2-M9XV"])
    deal_id: UUID
    created_at: datetime
    text: str
    answered_at: datetime | None
    closed_at: datetime | None
    files: list[EvidenceFileOut]
    version: int
