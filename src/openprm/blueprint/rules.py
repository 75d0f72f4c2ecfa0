"""What differs between two states of the programme, document by document and field by field. Pure."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openprm.blueprint.plain import as_text

Values = Mapping[str, Any]
State = Mapping[str, Mapping[str, Values]]  # section → code → values

IDENTITIES = ("code", "key", "name")  # what tells the items of a list apart
GROUPS = ({"all"}, {"any"}, {"not"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs; None where it is not there."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """A document that differs."""

    code: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """What changes in one section. ``kept`` are documents that the folder does not have and that stay."""

    key: str
    added: Mapping[str, Values]
    changed: tuple[Changed, ...]
    removed: Mapping[str, Values]
    kept: tuple[str, ...]
    unchanged: int

    @property
    def size(self) -> int:
        """Return how many documents change."""
        return len(self.added) + len(self.changed) + len(self.removed)


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a folder changes."""

    sections: tuple[SectionPlan, ...]
    digest: str

    @property
    def size(self) -> int:
        """Return how many documents change."""
        return sum(section.size for section in self.sections)

    @property
    def unchanged(self) -> int:
        """Return how many documents stay as they are."""
        return sum(section.unchanged for section in self.sections)

    def count(self, what: str) -> int:
        """Return how many documents are ``added``, ``changed``, ``removed`` or ``kept``."""
        return sum(len(getattr(section, what)) for section in self.sections)


def compare(before: State, after: State, wanted: Mapping[str, Collection[str]]) -> Plan:
    """Return what changes from one state to the other; ``wanted`` are the codes that the folder has, by section."""
    sections = tuple(_section(key, before[key], after[key], wanted[key]) for key in before)
    return Plan(sections, digest(before, after))


def digest(before: State, after: State) -> str:
    """Return what stands for exactly this change."""
    return hashlib.sha256(as_text([before, after]).encode()).hexdigest()


def _section(
    key: str, before: Mapping[str, Values], after: Mapping[str, Values], wanted: Collection[str]
) -> SectionPlan:
    both = [code for code in after if code in before]
    changed = [Changed(code, tuple(differences(before[code], after[code]))) for code in both]
    differing = tuple(one for one in changed if one.differences)
    return SectionPlan(
        key=key,
        added={code: after[code] for code in after if code not in before},
        changed=differing,
        removed={code: before[code] for code in before if code not in after},
        kept=tuple(code for code in both if code not in wanted),
        unchanged=len(both) - len(differing),
    )


def differences(before: Any, after: Any, field: str = "") -> Iterator[Difference]:
    """Yield each field that differs."""
    if as_text(before) == as_text(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not (is_predicate(before) or is_predicate(after)):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from differences(before.get(name), after.get(name), f"{field}.{name}" if field else name)
        return
    known, new = _by_identity(before), _by_identity(after)
    if known is None or new is None:
        yield from _by_place(before, after, field)
        return
    for name in [*known, *(name for name in new if name not in known)]:
        yield from differences(known.get(name), new.get(name), f"{field}[{name}]")
    order = [name for name in known if name in new]
    moved = [name for name in new if name in known]
    if order != moved:
        yield Difference(f"{field}, their order", order, moved)


def _by_place(before: Any, after: Any, field: str) -> Iterator[Difference]:
    """Yield what differs between lists whose items nothing tells apart: those that are in both are left out."""
    both = isinstance(before, list) and isinstance(after, list)
    if not both or not all(isinstance(item, Mapping) for item in [*before, *after]):
        yield Difference(field, before, after)
        return
    old, new = [as_text(item) for item in before], [as_text(item) for item in after]
    gone = [place for place, text in enumerate(old) if text not in new]
    come = [place for place, text in enumerate(new) if text not in old]
    if not gone and not come:  # their order, or how often they are in it
        yield Difference(field, before, after)
    for was, now in zip(gone, come, strict=False):
        yield from differences(before[was], after[now], f"{field}[{now}]")
    for place in gone[len(come) :]:
        yield Difference(f"{field}[{place}]", before[place], None)
    for place in come[len(gone) :]:
        yield Difference(f"{field}[{place}]", None, after[place])


def is_predicate(value: Any) -> bool:
    """Say whether a value is an audience, which is compared as a whole."""
    return isinstance(value, Mapping) and (set(value) == {"field", "op", "value"} or set(value) in GROUPS)


def _by_identity(value: Any) -> dict[str, Any] | None:
    """Return the items of a list by what tells them apart, if something does."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return None
    for name in IDENTITIES:
        found = {str(item.get(name)): item for item in value if item.get(name) is not None}
        if len(found) == len(value):
            return found
    return None
