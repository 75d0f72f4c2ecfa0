"""What programs send to recruiting and read from it."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from openprm.kernel.api import Field, PageQuery, Schema
from openprm.recruiting.models import Application
from openprm.recruiting.shapes import FormDefinition, Value

StateName = Literal[
    "started",
    "unverified",
    "submitted",
    "in_review",
    "asked",
    "approved",
    "rejected",
    "withdrawn",
    "forgotten",
]
SourceName = Literal["direct", "campaign", "referral", "directory", "invitation", "api", "import"]
ReasonName = Literal[
    "does_not_fit",
    "region_not_covered",
    "market_covered",
    "already_partner",
    "competitor",
    "incomplete",
    "no_answer",
    "spam",
    "other",
]


class FormIn(Schema):
    """A form: its words and times, what it asks, and how answers are judged."""

    title: str = Field(min_length=1, max_length=120)
    programme: str = Field("", max_length=80, description="The code of the programme that approved partners join.")
    intro: str = Field("", max_length=4000)
    closed_text: str = Field("", max_length=1000)
    target_hours: int = Field(72, ge=1, le=2160)
    approve_as: Literal["active", "applicant"] = "active"
    order: int = Field(100, ge=0, le=1000)
    definition: FormDefinition = Field(default_factory=FormDefinition)


class NewForm(FormIn):
    """A form to make; it is a draft at first."""

    code: str = Field(min_length=1, max_length=40, examples=["resellers"])


class FormOut(Schema):
    """A form."""

    id: UUID
    code: str
    state: Literal["draft", "published", "closed"]
    title: str
    programme: str
    intro: str
    closed_text: str
    target_hours: int
    approve_as: str
    order: int
    definition: FormDefinition
    public_url: str
    version: int


class ApplicationOut(Schema):
    """An application as it stands."""

    id: UUID
    reference: str = Field(examples=["AP-7KQ2-M9XV"])
    form: str = Field(description="The form's code.")
    state: StateName
    state_since: datetime
    company: str
    country: str
    email: str
    contact_name: str
    contact_title: str
    contact_phone: str
    source: SourceName
    campaign: str
    created_at: datetime
    verified_at: datetime | None
    submitted_at: datetime | None
    due_at: datetime | None
    score: int
    duplicate_count: int
    decided_at: datetime | None
    decided_by_name: str
    automatic: bool
    reason: str
    partner_id: UUID | None
    version: int

    @staticmethod
    def resolve_form(row: Application) -> str:
        """Return the form's code."""
        return row.form.code


class Said(Schema):
    """A question as it was asked, with its answer."""

    key: str
    field: str
    kind: str
    label: str
    step: str
    value: Any
    words: str


class Spoken(Schema):
    """Something said about an application."""

    kind: Literal["question", "answer", "note"]
    text: str
    author_name: str
    created_at: datetime


class ApplicationDetail(ApplicationOut):
    """An application with its answers and everything found out about it."""

    answers: list[Said]
    consents: list[dict[str, Any]]
    duplicates: list[dict[str, Any]]
    findings: dict[str, Any]
    score_lines: list[dict[str, Any]]
    note: str
    decision_why: str
    talk: list[Spoken]

    @staticmethod
    def resolve_answers(row: Application) -> Any:
        """Return the answers as they were asked for."""
        return row.asked

    @staticmethod
    def resolve_talk(row: Application) -> Any:
        """Return what was said, oldest first."""
        return row.messages.all()


class ApplicationFilter(PageQuery):
    """Which applications are wanted."""

    state: StateName | None = None
    source: SourceName | None = None
    form: str | None = Field(None, max_length=40, description="A form's code.")
    late: bool | None = None


class ApplicationIn(Schema):
    """An application that another system took, such as your own website."""

    form: str = Field(max_length=40, examples=["resellers"])
    email: str = Field(max_length=254)
    contact_name: str = Field(max_length=120)
    contact_title: str = Field("", max_length=120)
    contact_phone: str = Field("", max_length=40)
    legal_name: str = Field(max_length=200)
    country: str = Field(max_length=2, examples=["DE"])
    answers: dict[str, Value] = Field(default_factory=dict, description="By the question's key.")
    consents: list[str] = Field(default_factory=list, description="Keys of what was agreed to.")
    campaign: str = Field("", max_length=120)
    verified: bool = Field(
        False, description="The e-mail address was confirmed already. Otherwise a letter asks for it first."
    )


class ApplicationWords(Schema):
    """Something to say."""

    text: str = Field(min_length=1, max_length=5000)


class ApprovalIn(Schema):
    """An approval."""

    text: str = Field("", max_length=5000, description="The letter; empty: the usual words.")
    partner_id: UUID | None = Field(None, description="The company on file that it is; left out: a new partner.")


class RejectionIn(Schema):
    """A rejection."""

    reason: ReasonName
    text: str = Field("", max_length=5000, description="The letter; empty: the usual words for the reason.")


class StageOut(Schema):
    """A stage of the funnel."""

    key: str
    label: str
    count: int


class FunnelOut(Schema):
    """How far applications came."""

    stages: list[StageOut]
    by_source: dict[str, dict[str, int]]
    median_hours: float | None
    in_time_percent: float | None


class FunnelQuery(Schema):
    """Which applications are counted: those begun in a time, on a form."""

    form: str | None = Field(None, max_length=40)
    since: date | None = None
    until: date | None = None


class ListingIn(Schema):
    """What the public directory tells of a company."""

    listed: bool
    description: str = Field("", max_length=1500)
    show_website: bool = True


class ListingOut(ListingIn):
    """An entry of the public directory."""

    agreed_by_name: str
    agreed_at: datetime | None


class ColumnsIn(Schema):
    """Which column (from 0) is which field, where new partners stand, and whether people are invited."""

    mapping: dict[str, int] = Field(examples=[{"legal_name": 0, "country": 1}])
    status: Literal["prospect", "applicant", "active"] = "active"
    invite: bool = False


class PartnerImportOut(Schema):
    """An import of partners and people."""

    id: UUID
    file_name: str
    state: Literal["uploaded", "running", "finished", "failed", "undone"]
    headers: list[str]
    mapping: dict[str, int]
    rows_total: int
    created: int
    updated: int
    unchanged: int
    failed: int
    people: int
    undone: int
    kept: int
    problem: str
    created_at: datetime
    version: int


class ProblemRow(Schema):
    """A row that could not be used."""

    number: int
    problem: str
