"""The shapes of deals in the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from openprm.deals import words
from openprm.deals.models import DealRegistration
from openprm.deals.rules import Reason
from openprm.kernel.api import Field, PageQuery, Schema
from openprm.kernel.audiences import EVERYBODY

StateName = Literal[
    "draft",
    "submitted",
    "in_review",
    "action_required",
    "approved",
    "won",
    "lost",
    "expired",
    "rejected",
    "duplicate",
    "withdrawn",
]
LevelName = Literal["clear", "possible", "blocked"]
MostValue = Decimal("999999999999.99")


class ReasonOut(Schema):
    """Why a verdict is what it is, and what the partner can do."""

    code: str = Field(examples=["similar_name"])
    title: str
    advice: str
    steps: list[str] = Field([], examples=[["review", "other_line"]], description="What the partner can do next.")
    reference: str = Field("", description="The partner's own deal, where that stands in the way.")


class VerdictOut(Schema):
    """What a registration would meet."""

    level: LevelName
    reasons: list[ReasonOut]


class DealContent(Schema):
    """What a partner says about a deal. A draft may leave anything out."""

    customer_name: str = Field("", max_length=300, examples=["Contoso GmbH"])
    website: str = Field("", max_length=300, examples=["https://contoso.example"])
    country: str = Field("", pattern="^([A-Z]{2})?$", examples=["DE"])
    product_lines: list[str] = Field([], max_length=50, examples=[["cloud"]], description="Keys of product lines.")
    value: Decimal | None = Field(None, ge=0, le=MostValue, decimal_places=2, examples=["25000.00"])
    currency: str = Field("", pattern="^([A-Z]{3})?$", examples=["EUR"])
    close_date: date | None = Field(None, examples=["2027-02-01"])
    contact: str = Field("", max_length=200)
    description: str = Field("", max_length=4000, examples=["Replaces the old warehouse servers."])


class DealIn(DealContent):
    """A new deal: kept as a draft, or submitted at once."""

    submit: bool = Field(False, description="Submit at once; everything must then be complete.")
    evidence: str = Field("", max_length=4000, description="Why a blocked deal should be reviewed all the same.")


class DealChange(Schema):
    """What to change; what is left out stays."""

    customer_name: str | None = Field(None, max_length=300)
    website: str | None = Field(None, max_length=300)
    country: str | None = Field(None, pattern="^([A-Z]{2})?$")
    product_lines: list[str] | None = Field(None, max_length=50)
    value: Decimal | None = Field(None, ge=0, le=MostValue, decimal_places=2)
    currency: str | None = Field(None, pattern="^([A-Z]{3})?$")
    close_date: date | None = None
    contact: str | None = Field(None, max_length=200)
    description: str | None = Field(None, max_length=4000)


class DealOut(Schema):
    """A deal as both sides may see it."""

    id: UUID
    reference: str = Field(examples=["DR-7KQ2-M9XV"])
    partner_id: UUID
    owner_id: UUID | None
    owner_name: str
    state: StateName
    state_since: datetime
    customer_name: str
    website: str
    country: str
    product_lines: list[str]
    value: Decimal | None
    currency: str
    close_date: date | None
    contact: str
    description: str
    verdict: LevelName | None
    reasons: list[ReasonOut]
    rules_version: int | None = Field(None, description="The version of the rules that gave the verdict.")
    rules_since: datetime | None = Field(None, description="Since when that version was in force.")
    asked_fields: list[str]
    asked_text: str
    submitted_at: datetime | None
    due_at: datetime | None
    decided_at: datetime | None
    automatic: bool
    protected_until: datetime | None
    closed_at: datetime | None
    closing_code: str
    closing_text: str
    version: int

    @staticmethod
    def resolve_product_lines(deal: DealRegistration) -> list[str]:
        """Return the keys of the product lines."""
        return sorted(line.product_line.key for line in deal.lines.all())

    @staticmethod
    def resolve_verdict(deal: DealRegistration) -> str | None:
        """Return the verdict; a draft has none yet."""
        return deal.verdict or None

    @staticmethod
    def resolve_reasons(deal: DealRegistration) -> list[dict[str, Any]]:
        """Return the reasons in words."""
        return [said(Reason(**reason), deal.rules_id) for reason in deal.verdict_reasons]

    @staticmethod
    def resolve_rules_version(deal: DealRegistration) -> int | None:
        """Return the number of the version; None where none was kept."""
        return deal.rules_version.number if deal.rules_version else None

    @staticmethod
    def resolve_rules_since(deal: DealRegistration) -> datetime | None:
        """Return since when the version was in force."""
        return deal.rules_version.since if deal.rules_version else None


class DealFilter(PageQuery):
    """Which deals are wanted."""

    state: StateName | None = None
    partner_id: UUID | None = None
    customer: str = Field("", max_length=200, description="A part of the customer's name.")


class CompanyIn(Schema):
    """What a deal's customer and an account are to each other."""

    account_id: UUID
    verdict: Literal["same", "different", "subsidiary_of", "parent_of"] = Field(
        description="What the customer is: the account's company, another one, its subsidiary, or its parent."
    )
    why: str = Field("", max_length=2000)


class Why(Schema):
    """A coded reason, and words if wanted."""

    code: str = Field(max_length=40, examples=["other"])
    text: str = Field("", max_length=2000)


class Ask(Schema):
    """What the partner is asked for."""

    fields: list[str] = Field([], max_length=20, examples=[["website"]])
    text: str = Field(min_length=1, max_length=2000, examples=["Which company of the group buys?"])


class Worth(Schema):
    """What the order came to, in the deal's currency."""

    value: Decimal | None = Field(None, ge=0, le=MostValue, decimal_places=2)


class Evidence(Schema):
    """Why a blocked deal should be reviewed all the same."""

    evidence: str = Field("", max_length=4000)


class CommentIn(Schema):
    """Something to say."""

    text: str = Field(min_length=1, max_length=4000)


class CommentOut(CommentIn):
    """Something said."""

    id: UUID
    author_name: str
    author_side: str
    created_at: datetime


class NoteOut(CommentIn):
    """An internal note."""

    id: UUID
    author_name: str
    created_at: datetime


class RuleIn(Schema):
    """Which deals need nobody to decide."""

    name: str = Field(min_length=1, max_length=120, examples=["Small and clear"])
    enabled: bool = True
    audience: dict[str, Any] = Field(default_factory=lambda: dict(EVERYBODY), description="A predicate over partners.")
    most: Decimal = Field(gt=0, le=MostValue, decimal_places=2, examples=["10000.00"])
    currency: str = Field(pattern="^[A-Z]{3}$", examples=["EUR"])
    levels: list[LevelName] = Field(min_length=1, max_length=3, examples=[["clear"]])


class RuleOut(RuleIn):
    """A rule for automatic approval."""

    id: UUID
    version: int


def said(reason: Reason, rules: UUID | None) -> dict[str, Any]:
    """Return a reason in the words of the version of the rules that gave it."""
    told = words.said(reason, rules)
    plain = {"code": told.code, "title": str(told.title), "advice": str(told.advice), "reference": told.reference}
    return {**plain, "steps": [step for step, _words in told.steps]}
