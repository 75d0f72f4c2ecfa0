"""What programs send and read about journeys and tasks."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from openprm.journeys.content import Owner, StageDoc, TaskDoc, Work
from openprm.kernel.api import Field, PageQuery, Schema
from openprm.kernel.files.models import StoredFile

TaskState = Literal["pending", "waiting_approval", "completed", "action_required", "skipped"]
JourneyState = Literal["running", "completed", "cancelled"]


class JourneyTemplateIn(Schema):
    """A journey as it is drawn."""

    name: str = Field(min_length=1, max_length=120, examples=["Reseller onboarding"])
    description: str = Field("", max_length=1000)
    stages: list[StageDoc] = Field(default_factory=list, max_length=20)


class NewTemplateIn(JourneyTemplateIn):
    """A journey to draw."""

    code: str = Field("", max_length=80, description="Its lasting name; empty: made from the name.")


class JourneyTemplateOut(Schema):
    """A journey as it is drawn, and what of it is in force."""

    id: UUID
    code: str
    name: str
    description: str
    state: Literal["draft", "published", "archived"]
    number: int = Field(description="How often it was published; the version in force.")
    published_at: datetime | None
    stages: list[StageDoc] = Field(description="As they are drawn now.")
    published: list[StageDoc] = Field(description="What a journey that starts is made of.")
    has_edits: bool
    version: int


class TaskFileOut(Schema):
    """A file of a task."""

    id: UUID
    name: str
    size: int
    media_type: str
    stored_by_name: str
    url: str

    @staticmethod
    def resolve_url(file: StoredFile) -> str:
        """Return where it is downloaded, on this server."""
        return file.url


class TaskOut(Schema):
    """A task and where it stands."""

    id: UUID
    partner_id: UUID
    journey_id: UUID | None
    key: str
    kind: str
    title: str
    stage: str
    owner: Owner
    turn: str = Field(description="Whose turn it is: partner, a role of the account team, or empty.")
    state: TaskState
    state_since: datetime
    optional: bool
    approval: bool
    depends_on: list[str]
    opened_at: datetime | None = Field(description="Null while it waits for other tasks.")
    due_on: date | None
    said: str = Field(description="Why it was sent back or skipped.")
    submitted_at: datetime | None
    submitted_by: str
    ended_at: datetime | None
    ended_by: str
    version: int


class TaskDetail(TaskOut):
    """A task with how it was drawn, what was filled in, and its files."""

    drawn: TaskDoc
    answers: Work
    files: list[TaskFileOut]


class JourneyOut(Schema):
    """A journey of a partner."""

    id: UUID
    partner_id: UUID
    code: str
    name: str
    number: int
    state: JourneyState
    stage: str
    stage_since: datetime
    started_at: datetime
    started_by: str
    progressed_at: datetime
    ended_at: datetime | None
    ended_text: str
    done: int
    total: int
    version: int


class JourneyStartIn(Schema):
    """Which journey for which partner."""

    template: str = Field(min_length=1, max_length=80, description="The template's code.", examples=["reseller"])
    partner_id: UUID


class StartManyIn(Schema):
    """Which journey for all partners who match."""

    template: str = Field(min_length=1, max_length=80)
    audience: dict[str, Any] = Field(description="A predicate over partners.")


class RefusedOut(Schema):
    """A partner that was left out, and why."""

    partner_id: UUID
    reason: str


class StartedOut(Schema):
    """What became of starting a journey for many."""

    started: list[JourneyOut]
    refused: list[RefusedOut]


class GivenTask(Schema):
    """A single task for a partner or somebody of its account team."""

    partner_id: UUID
    task: TaskDoc


class WhyIn(Schema):
    """The reason."""

    text: str = Field(min_length=1, max_length=2000, examples=["The signature is missing."])


class SkipIn(Schema):
    """Why a task is left out; partners need not say it."""

    text: str = Field("", max_length=500)


class JourneyFilter(PageQuery):
    """Which journeys are wanted."""

    state: JourneyState | None = None
    template: str | None = Field(None, max_length=80)
    partner_id: UUID | None = None
    stuck: bool | None = None


class TaskFilter(PageQuery):
    """Which tasks are wanted."""

    state: TaskState | None = None
    partner_id: UUID | None = None
    journey_id: UUID | None = None
    turn: Literal["partner", "vendor"] | None = None


class FiguresOut(Schema):
    """How long onboarding takes; null where nobody is there yet."""

    running: int
    stuck: int
    median_days_to_activate: int | None
    median_days_to_first_deal: int | None


class FiguresFilter(Schema):
    """Of which template."""

    template: str | None = Field(None, max_length=80)
