"""What a programme says, as plain frozen values: tiers, requirements, benefits. Versions and drafts keep it as JSON."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

CODE = r"^[a-z0-9][a-z0-9_-]*$"
Number = Annotated[Decimal, PlainSerializer(lambda value: format(value.normalize(), "f"), return_type=str)]
BenefitKind = Literal["discount", "protection", "funds", "content", "support", "badge", "text"]
Months = Annotated[int | None, Field(ge=1, le=120, description="Rolling window; null: since the beginning.")]


class Part(BaseModel):
    """Base of all parts: unknown words are refused, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Criterion(Part):
    """A figure must be at least so much, within the last ``months``."""

    kpi: str = Field(max_length=80, examples=["deals.won_revenue"])
    at_least: Number = Field(ge=0, max_digits=14, decimal_places=2)
    months: Months = 12


class Group(Part):
    """Criteria of which all, or any one, must be met."""

    need: Literal["all", "any"] = "all"
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=20)


class ScoreLine(Part):
    """A line of the scorecard: up to ``points`` for a figure, all of them from ``full_at`` on, in proportion below."""

    kpi: str = Field(max_length=80)
    full_at: Number = Field(gt=0, max_digits=14, decimal_places=2)
    points: int = Field(ge=1, le=100)
    months: Months = 12
    category: str = Field(default="", max_length=40)


class Score(Part):
    """Points of the programme's scorecard that a tier asks for: in all, and at least so many in a category."""

    least: int = Field(ge=1, le=100)
    minimums: dict[str, int] = Field(default_factory=dict)


class Benefit(Part):
    """Something a tier gives.

    ``amount`` is points for a discount, days for a protection window, and for funds a percentage of the revenue won or
    (``per="year"``) a sum in the reporting currency. ``line`` is the product line's key; without it: all lines.
    """

    code: str = Field(max_length=40, pattern=CODE)
    kind: BenefitKind
    text: str = Field(default="", max_length=200)
    amount: Number | None = Field(default=None, ge=0, max_digits=14, decimal_places=2)
    line: str | None = Field(default=None, max_length=80)
    per: Literal["revenue", "year"] = "revenue"


class Tier(Part):
    """A step of the ladder: every group must be met, and the score where one is asked for."""

    code: str = Field(max_length=40, pattern=CODE)
    name: str = Field(min_length=1, max_length=60)
    grace_days: int = Field(default=90, ge=0, le=730)
    requirements: tuple[Group, ...] = Field(default=(), max_length=10)
    score: Score | None = None
    benefits: tuple[Benefit, ...] = Field(default=(), max_length=40)

    @property
    def by_hand(self) -> bool:
        """Say whether this tier asks for nothing: unless it is the lowest, it is given by hand only."""
        return not self.requirements and self.score is None

    def benefit(self, code: str) -> Benefit | None:
        """Return a benefit of this tier by its code."""
        return next((one for one in self.benefits if one.code == code), None)


class Definition(Part):
    """A programme as one of its versions has it; tiers from the lowest to the highest.

    ``joins`` is the audience of partners who become members by themselves; None: nobody does. ``place`` orders
    programmes: a partner's leading programme is the first one that it is in.
    """

    name: str = Field(min_length=1, max_length=80)
    description: str = Field(default="", max_length=2000)
    reporting: str = Field(default="", max_length=2000, description="What partners report, and by when.")
    review: bool = Field(default=False, description="Propose moves instead of making them.")
    place: int = Field(default=100, ge=0, le=1000)
    joins: dict[str, Any] | None = None
    scorecard: tuple[ScoreLine, ...] = Field(default=(), max_length=20)
    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=12)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the tiers, lowest first."""
        return tuple(tier.code for tier in self.tiers)

    def tier(self, code: str) -> Tier:
        """Return a tier; KeyError if there is none of that code."""
        for tier in self.tiers:
            if tier.code == code:
                return tier
        raise KeyError(code)

    def above(self, code: str) -> Tier | None:
        """Return the next higher tier, if there is one."""
        place = self.codes.index(code) + 1
        return self.tiers[place] if place < len(self.tiers) else None


def load(plain: Any) -> Definition:
    """Return a definition from JSON values."""
    return Definition.model_validate(plain)


def dump(definition: Definition) -> dict[str, Any]:
    """Return a definition as JSON values."""
    return definition.model_dump(mode="json")
