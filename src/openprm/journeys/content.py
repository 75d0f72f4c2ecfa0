"""What a journey is made of, as plain values: stages of tasks. The same shape in the database, the API and as code."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

KEY = r"^[a-z0-9][a-z0-9_-]*$"
PARTNER = "partner"
MOST_STAGES, MOST_TASKS, MOST_QUESTIONS = 20, 60, 30


class Kind(StrEnum):
    """What a task asks for; features declare further kinds (``kernel/task_kinds``)."""

    FORM = "form"
    DOCUMENT = "document"
    CONFIRM = "confirm"
    MEETING = "meeting"
    LINK = "link"
    APPROVAL = "approval"


Owner = Literal["partner", "channel_manager", "technical_account_manager", "marketing_manager"]
Answer = Literal["text", "long_text", "choice", "number", "date", "yes_no"]
ProfileField = Literal["trading_name", "website", "business_models", "verticals"]


class Part(BaseModel):
    """A part of a journey; unknown words are refused, so that a slip is found."""

    model_config = ConfigDict(extra="forbid")


class Question(Part):
    """A question of a form."""

    key: str = Field(pattern=KEY, max_length=40, examples=["employees"])
    label: str = Field(min_length=1, max_length=200, examples=["How many people work for you?"])
    kind: Answer = "text"
    required: bool = True
    choices: list[str] = Field(default_factory=list, max_length=50, description="For a choice: what can be chosen.")
    help: str = Field("", max_length=300)


class TaskDoc(Part):
    """A task as it is drawn."""

    key: str = Field(pattern=KEY, max_length=40, examples=["company-profile"])
    title: str = Field(min_length=1, max_length=120, examples=["Tell us about your company"])
    text: str = Field("", max_length=4000, description="What to do, or what to read and confirm.")
    kind: str = Field("form", max_length=60, description="A built-in kind, or one that a feature declares.")
    owner: Owner = "partner"
    approval: bool = Field(False, description="What is handed in waits for the vendor's approval.")
    optional: bool = Field(False, description="The partner may skip it.")
    due_days: int | None = Field(None, ge=0, le=730, description="Null: without a due date.")
    due_from: Literal["start", "dependencies"] = "start"
    depends_on: list[str] = Field(default_factory=list, max_length=20, description="Keys of tasks to be done before.")
    questions: list[Question] = Field(default_factory=list, max_length=MOST_QUESTIONS)
    profile_fields: list[ProfileField] = Field(
        default_factory=list, max_length=4, description="For a form: what of the company's profile is filled in."
    )
    link: str = Field("", max_length=500, examples=["https://example.com/kit"])
    details: dict[str, Any] = Field(default_factory=dict, description="What a declared kind needs to be told.")


class StageDoc(Part):
    """A stage: a group of tasks that the board shows as a column."""

    key: str = Field(pattern=KEY, max_length=40, examples=["contract"])
    name: str = Field(min_length=1, max_length=80, examples=["Contract"])
    text: str = Field("", max_length=500)
    tasks: list[TaskDoc] = Field(default_factory=list, max_length=MOST_TASKS)


def read(stages: Any) -> list[StageDoc]:
    """Return stored stages as values."""
    return [StageDoc.model_validate(stage) for stage in stages]


def plain(stages: Sequence[StageDoc]) -> list[dict[str, Any]]:
    """Return stages as they are stored; what is as usual is left out."""
    return [stage.model_dump(mode="json", exclude_defaults=True) for stage in stages]


def tasks_of(stages: Sequence[StageDoc]) -> Iterator[tuple[StageDoc, TaskDoc]]:
    """Yield every task with its stage, in order."""
    for stage in stages:
        for task in stage.tasks:
            yield stage, task


def free_key(text: str, taken: set[str]) -> str:
    """Return a lasting name made of a title that nothing else has."""
    letters = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in text.lower())
    stem = "-".join(part for part in letters.split("-") if part)[:32].strip("-") or "part"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


class Work(BaseModel):
    """What was filled in for a task, complete or not."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, Any] = Field(default_factory=dict, description="Answers by the key of their question.")
    profile: dict[str, Any] = Field(default_factory=dict, description="What of the company's profile is filled in.")
    confirmed: bool = Field(False, description="For read and confirm, and for links.")
    meeting_at: str = Field("", max_length=40, description="The proposed time of a meeting, with its offset from UTC.")
    note: str = Field("", max_length=2000)
