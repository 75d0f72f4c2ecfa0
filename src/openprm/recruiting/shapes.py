"""What an application form is made of, as plain values: kept as JSON, sent by the API, written down in blueprints."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

KEY = r"^[a-z][a-z0-9_]{0,39}$"
Kind = Literal["text", "long_text", "number", "yes_no", "choice", "choices", "url", "file"]
Value = str | list[str]
Answers = dict[str, Value]


class Plain(BaseModel):
    """A value that refuses words it does not know, so that a slip is found."""

    model_config = ConfigDict(extra="forbid")


class Choice(Plain):
    """One of the answers that can be chosen."""

    value: str = Field(min_length=1, max_length=80)
    label: str = Field(min_length=1, max_length=200)


class Condition(Plain):
    """When a question is asked: an earlier answer is (or is not) one of these values."""

    question: str = Field(pattern=KEY)
    op: Literal["is", "is_not"] = "is"
    values: list[str] = Field(min_length=1, max_length=50)


class FormQuestion(Plain):
    """A question. ``field`` names the partner's field that the answer fills; without one it is the form's own."""

    key: str = Field(pattern=KEY)
    field: str = Field(default="", max_length=80)
    kind: Kind = "text"
    label: str = Field(default="", max_length=200)
    help: str = Field(default="", max_length=500)
    required: bool = False
    choices: list[Choice] = Field(default_factory=list, max_length=100)
    step: str = Field(default="", max_length=80)
    when: Condition | None = None


class Consent(Plain):
    """A text to agree to. A new wording is a new version: each application keeps which one it agreed to."""

    key: str = Field(pattern=KEY)
    label: str = Field(min_length=1, max_length=300)
    text: str = Field(default="", max_length=10_000)
    edition: int = Field(default=1, ge=1)
    required: bool = True


class Comparison(Plain):
    """A comparison over one answer, or over what is found out about the applicant (``fact.…``)."""

    field: str = Field(min_length=1, max_length=80)
    op: Literal["is", "is_not", "contains", "at_least", "at_most", "answered"]
    values: list[str] = Field(default_factory=list, max_length=50)


class ScoreRule(Plain):
    """Points, given when all tests hold."""

    points: int = Field(ge=-1000, le=1000)
    tests: list[Comparison] = Field(min_length=1, max_length=10)


class Approval(Plain):
    """When nobody has to decide: everything named here holds."""

    enabled: bool = False
    least_score: int | None = None
    no_duplicates: bool = True
    own_domain: bool = True
    tests: list[Comparison] = Field(default_factory=list, max_length=20)


class FormDefinition(Plain):
    """All that a form asks and how it is judged."""

    questions: list[FormQuestion] = Field(default_factory=list, max_length=100)
    consents: list[Consent] = Field(default_factory=list, max_length=20)
    score: list[ScoreRule] = Field(default_factory=list, max_length=100)
    approval: Approval = Field(default_factory=Approval)

    def question(self, key: str) -> FormQuestion | None:
        """Return the question of that key."""
        return next((one for one in self.questions if one.key == key), None)

    @property
    def steps(self) -> list[tuple[str, list[FormQuestion]]]:
        """Return the questions in steps: neighbours with the same step's name stand together."""
        found: list[tuple[str, list[FormQuestion]]] = []
        for one in self.questions:
            if not found or found[-1][0] != one.step:
                found.append((one.step, []))
            found[-1][1].append(one)
        return found
