"""What a predicate can speak of: subjects, their fields, and the comparisons each kind of field allows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

Predicate: TypeAlias = dict[str, Any]
Choices: TypeAlias = Sequence[tuple[str, Any]]
Kind: TypeAlias = Literal["choice", "choices", "text", "number", "date", "boolean"]

EVERYBODY: Predicate = {"all": []}


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison: its words, the lookup it compiles to, and whether it turns the lookup round."""

    label: Any
    lookup: str
    negated: bool = False


OPERATORS: Mapping[Kind, Mapping[str, Operator]] = {
    "choice": {"in": Operator(_("is one of"), "in"), "not_in": Operator(_("is none of"), "in", negated=True)},
    "choices": {
        "any_of": Operator(_("includes any of"), "overlap"),
        "all_of": Operator(_("includes all of"), "contains"),
        "none_of": Operator(_("includes none of"), "overlap", negated=True),
    },
    "text": {
        "contains": Operator(_("contains"), "icontains"),
        "is": Operator(_("is"), "iexact"),
        "starts": Operator(_("starts with"), "istartswith"),
    },
    "number": {
        "gte": Operator(_("is at least"), "gte"),
        "lte": Operator(_("is at most"), "lte"),
        "eq": Operator(_("is exactly"), "exact"),
    },
    "date": {"since": Operator(_("is on or after"), "gte"), "until": Operator(_("is on or before"), "lte")},
    "boolean": {"is": Operator(_("is"), "exact")},
}


@dataclass(frozen=True, slots=True)
class Field:
    """Something known of a subject.

    ``name`` is ``subject.word``; ``path`` the ORM path from the subject's model; ``choices`` the values with their
    words (or a function that returns them). ``many`` marks paths over to-many relations; ``where`` says which of the
    related rows count, and ``otherwise`` what holds for who has none of them (a number).
    """

    name: str
    label: Any
    kind: Kind
    path: str
    choices: Choices | Callable[[], Choices] = ()
    many: bool = False
    where: Mapping[str, Any] = field(default_factory=dict)
    otherwise: Decimal | None = None

    @property
    def subject(self) -> str:
        """Return the subject this field belongs to."""
        return self.name.partition(".")[0]

    @property
    def operators(self) -> Mapping[str, Operator]:
        """Return the comparisons this field allows, by their name in the predicate."""
        return OPERATORS[self.kind]

    def options(self) -> list[tuple[str, str]]:
        """Return the values that can be chosen, with their words."""
        listed = self.choices() if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in listed]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something an audience is made of. ``reaches`` maps another subject to the ORM prefix that leads to it."""

    name: str
    label: Any
    model_label: str
    reaches: Mapping[str, str] = field(default_factory=dict)

    @property
    def model(self) -> type[Model]:
        """Return the model whose rows are the members."""
        return apps.get_model(self.model_label)


@dataclass(frozen=True, slots=True)
class Source:
    """Fields that people make while the product runs. Their names all begin with ``prefix``; ``load`` returns them."""

    prefix: str
    load: Callable[[], Sequence[Field]]

    @property
    def subject(self) -> str:
        """Return the subject the fields belong to."""
        return self.prefix.partition(".")[0]


class Fields(Mapping[str, Field]):
    """Fields by name. Those that people made are asked for only when one of their names, or all names, are wanted."""

    def __init__(self, declared: Mapping[str, Field], made: Sequence[Source]) -> None:
        self._declared = declared
        self._made = made
        self._loaded: dict[str, dict[str, Field]] = {}

    def __getitem__(self, name: str) -> Field:
        if name in self._declared:
            return self._declared[name]
        for source in self._made:
            if name.startswith(source.prefix):
                return self._of(source)[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from self._declared
        for source in self._made:
            yield from self._of(source)

    def __len__(self) -> int:
        return sum(1 for _name in self)

    def _of(self, source: Source) -> dict[str, Field]:
        if source.prefix not in self._loaded:
            self._loaded[source.prefix] = {one.name: one for one in source.load()}
        return self._loaded[source.prefix]


subjects: dict[str, Subject] = {}
_fields: dict[str, Field] = {}
_sources: dict[str, Source] = {}


def register(
    *, new_subjects: Sequence[Subject] = (), new_fields: Sequence[Field] = (), new_sources: Sequence[Source] = ()
) -> None:
    """Make declared subjects and fields known."""
    subjects.update({subject.name: subject for subject in new_subjects})
    _sources.update({source.prefix: source for source in new_sources})
    for new in new_fields:
        if _fields.setdefault(new.name, new) is not new:
            raise ValueError(f"audience field {new.name} is declared twice")


def fields_for(subject: str) -> Fields:
    """Return the fields a predicate over ``subject`` may use: its own and those of subjects it reaches."""
    reachable = {subject, *subjects[subject].reaches}
    declared = {name: known for name, known in _fields.items() if known.subject in reachable}
    return Fields(declared, [source for source in _sources.values() if source.subject in reachable])
