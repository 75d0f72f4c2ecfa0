"""What programs send and read about programmes."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime

from openprm.kernel.api import Field, PageQuery, Schema
from openprm.program.definition import Benefit, Definition

Reason = Field(min_length=1, max_length=400, description="The partner reads it.")


class ProgrammeOut(Schema):
    """A programme, and what the version in force says (null before it is published)."""

    id: UUID
    code: str
    name: str
    archived: bool
    number: int | None = None
    definition: Definition | None = None


class ProgrammeIn(Schema):
    """A programme to begin with."""

    code: str = Field(min_length=1, max_length=40, examples=["reseller"])
    definition: Definition


class ProgrammeDraftOut(Schema):
    """The draft of a programme's next version."""

    id: UUID
    version: int
    definition: Definition
    changed_by: str
    updated_at: datetime


class ProgrammeVersionOut(Schema):
    """A version of a programme."""

    id: UUID
    number: int
    definition: Definition
    note: str
    changes: list[str]
    published_by: str
    created_at: datetime


class PublishNote(Schema):
    """Why the programme changes."""

    note: str = Field("", max_length=400)
    draft_version: int | None = Field(
        None, ge=1, description="The version of the draft that you looked at. Refused, if it is another by now."
    )


class Archiving(Schema):
    """Whether the programme is archived."""

    archived: bool


class TrialOut(Schema):
    """What a draft would do. Ask again until `state` is `done`; then `result` has the moves and costs."""

    id: UUID
    state: Literal["running", "done", "failed"]
    done: int
    total: int
    result: dict[str, Any]


class MembershipOut(Schema):
    """A partner in a programme."""

    id: UUID
    partner_id: UUID
    programme: str
    tier: str
    tier_since: datetime
    reason: str
    grace_until: datetime | None
    held: bool
    held_until: datetime | None
    held_reason: str

    @staticmethod
    def resolve_programme(row: Any) -> str:
        """Return the programme's code."""
        return row if isinstance(row, str) else str(row.programme.code)


class MembershipIn(Schema):
    """Which partner joins which programme."""

    partner_id: UUID
    programme: str = Field(min_length=1, max_length=40, examples=["reseller"])


class MemberQuery(PageQuery):
    """Which members."""

    programme: str = Field("", max_length=40)
    tier: str = Field("", max_length=40)
    partner_id: UUID | None = None
    in_grace: bool | None = None


class CriterionOut(Schema):
    """A criterion with its value."""

    kpi: str
    label: str
    months: int | None
    at_least: Decimal
    value: Decimal
    gap: Decimal
    met: bool


class GroupOut(Schema):
    """A group of criteria."""

    need: Literal["all", "any"]
    met: bool
    criteria: list[CriterionOut]


class HistoryStepOut(Schema):
    """A tier, and what of it is met."""

    tier: str
    name: str
    held: bool
    met: bool
    groups: list[GroupOut]
    score: Decimal | None
    score_needed: int | None
    benefits: list[str]


class StandingOut(Schema):
    """Where a member stands, why, and what the next tier asks for."""

    membership: MembershipOut
    version: int
    next_tier: str | None
    expected: datetime | None
    steps: list[HistoryStepOut]
    benefits: list[str]


class SourceRowOut(Schema):
    """One of the rows a figure is made of."""

    label: str
    value: Decimal
    at: datetime


class KpiFigureOut(Schema):
    """A figure of a member, and a page of the rows it is made of, newest first."""

    kpi: str
    value: Decimal
    rows: list[SourceRowOut]
    page: int
    pages: int


class FigureQuery(Schema):
    """Over how many months (null: since the beginning), and which page of rows."""

    months: int | None = Field(None, ge=1, le=120)
    page: int = Field(1, ge=1, le=1000)


class SetTier(Schema):
    """A tier by hand."""

    tier: str = Field(min_length=1, max_length=40)
    reason: str = Reason
    until: AwareDatetime | None = None


class OverrideWhy(Schema):
    """OverrideWhy."""

    reason: str = Reason


class Grant(Schema):
    """A benefit by hand."""

    benefit: Benefit
    reason: str = Reason
    until: AwareDatetime | None = None


class Withholding(Schema):
    """A benefit of the tier that is withheld."""

    code: str = Field(min_length=1, max_length=40)
    reason: str = Reason


class GrantOut(Schema):
    """What was given, or withheld, by hand."""

    id: UUID
    partner_id: UUID
    code: str
    withheld: bool
    benefit: dict[str, Any]
    reason: str
    since: datetime
    until: datetime | None


class TierMoveOut(Schema):
    """A step in a partner's history."""

    id: UUID
    partner_id: UUID
    programme_id: UUID
    kind: str
    before: str
    after: str
    at: datetime
    grace_until: datetime | None
    version_number: int
    why: list[str]
    reason: str
    actor: str


class MoveQuery(PageQuery):
    """Which moves."""

    partner_id: UUID | None = None


class ProposalOut(Schema):
    """A move that waits for approval, or was decided."""

    id: UUID
    partner_id: UUID
    membership_id: UUID
    before: str
    after: str
    why: list[str]
    state: str
    decided_by: str
    decided_at: datetime | None
    note: str


class ProposalQuery(PageQuery):
    """Which proposals."""

    state: Literal["open", "approved", "rejected", "outdated"] = "open"


class RejectIn(Schema):
    """OverrideWhy the move is not made."""

    note: str = Field(min_length=1, max_length=400)


class KpiOut(Schema):
    """A figure that requirements can ask for."""

    key: str
    label: str
    unit: str
    category: str
    rolling: bool


class CustomKpiIn(Schema):
    """A figure of the vendor's own."""

    label: str = Field(min_length=1, max_length=80)
    unit: Literal["count", "money", "percent", "score"] = "count"


class ValueIn(Schema):
    """A figure about a partner."""

    partner_id: UUID
    kpi: str = Field(max_length=80, examples=["program.satisfaction"])
    value: Decimal = Field(max_digits=15, decimal_places=2)
    source: str = Field(min_length=1, max_length=120, examples=["Survey, spring 2027"])
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    note: str = Field("", max_length=400)


class ValueOut(Schema):
    """A recorded figure."""

    id: UUID
    partner_id: UUID
    kpi: str
    value: Decimal
    source: str
    valid_from: datetime
    valid_until: datetime | None
    note: str


class RateIn(Schema):
    """What one unit is worth in the reporting currency."""

    rate: Decimal = Field(gt=0, max_digits=17, decimal_places=8)


class RateOut(Schema):
    """An exchange rate."""

    currency: str
    rate: Decimal
