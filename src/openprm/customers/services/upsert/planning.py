"""What will become of each row of a batch; common to accounts and opportunities."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.customers.models import Account, ImportRow, Opportunity
from openprm.customers.rules import Cleaned, FieldRule, clean
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid

MOST_ROWS = 1_000  # in one call of the API
Row = Mapping[str, Any]
Model = TypeVar("Model", Account, Opportunity)
Outcome = ImportRow.Outcome
Taken = Callable[[Iterable[UUID]], Mapping[UUID, int]]


@dataclass(slots=True)
class Planned(Generic[Model]):
    """A row and what becomes of it.

    ``changes`` is ``{"field": [before, after]}`` of an update; ``same_as`` names the account that is the same company.
    """

    position: int
    cleaned: Cleaned
    outcome: Outcome | None = None
    instance: Model | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    same_as: str = ""
    lines: list[Any] | None = None

    @property
    def problem(self) -> str:
        """Return all problems as one text."""
        return " ".join(self.problems.values())

    @property
    def before(self) -> dict[str, Any] | None:
        """Return the values an update replaced."""
        return {name: values[0] for name, values in self.changes.items()} or None

    def fail(self, name: str, problem: str) -> None:
        """Say that the row cannot be used, and why."""
        self.outcome, self.instance = Outcome.FAILED, None
        self.problems[name] = problem

    def change(self, instance: Model, values: Mapping[str, Any]) -> None:
        """Put new values on what is known; unchanged where nothing differs."""
        differing = changes({name: getattr(instance, name) for name in values}, dict(values))
        for name, value in values.items():
            setattr(instance, name, value)
        self.instance = instance
        self.changes |= differing
        self.outcome = Outcome.UPDATED if self.changes else Outcome.UNCHANGED


def read(rows: Sequence[Row], fields: Mapping[str, FieldRule], *, most: int | None) -> list[Planned[Any]]:
    """Read the rows of a batch; a row that cannot be used, or repeats an external id of the batch, fails."""
    if most is not None and len(rows) > most:
        raise Invalid(_("Send at most %(most)s rows at once.") % {"most": most}, code="too_many_rows")
    planned: list[Planned[Any]] = []
    seen: dict[str, int] = {}
    for position, row in enumerate(rows):
        one: Planned[Any] = Planned(position, clean(row, fields))
        for name, problem in one.cleaned.problems.items():
            one.fail(name, problem)
        external_id = one.cleaned.values.get("external_id")
        if external_id and one.outcome is None and seen.setdefault(external_id, position) != position:
            one.fail("external_id", _("External id: an earlier row of this file has it already."))
        planned.append(one)
    return planned


def open_rows(planned: Iterable[Planned[Any]]) -> list[Planned[Any]]:
    """Return the rows about which nothing is decided yet."""
    return [one for one in planned if one.outcome is None]


def refuse_repeated(planned: Sequence[Planned[Any]], taken: Taken | None) -> None:
    """Let rows fail that are about what an earlier row was about, in this batch or in an earlier one."""
    about = [(one, one.instance.pk) for one in planned if one.instance and one.outcome != Outcome.SKIPPED]
    before = taken([key for _one, key in about]) if taken else {}
    seen: set[UUID] = set()
    for one, key in about:
        if key in before:
            one.fail("external_id", _("Row %(row)s of this file is about the same record.") % {"row": before[key]})
        elif key in seen:
            one.fail("external_id", _("An earlier row of this file is about the same record."))
        seen.add(key)
