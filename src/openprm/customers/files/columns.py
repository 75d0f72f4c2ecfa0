"""Which column of a file is which field."""

from collections.abc import Mapping, Sequence

from openprm.customers.rules import FieldRule
from openprm.matching.normalise import fold

FIELDS: dict[str, Mapping[str, FieldRule]] = {}
NEEDED: dict[str, Sequence[Sequence[str]]] = {}


def register(kind: str, fields: Mapping[str, FieldRule], needed: Sequence[Sequence[str]]) -> None:
    """Make the fields of a kind of file known; of each group of ``needed`` one field must have a column."""
    FIELDS[kind], NEEDED[kind] = fields, needed


def guess(kind: str, headers: Sequence[str]) -> dict[str, int]:
    """Return ``{"name": 0, ...}``: the fields that the headings speak of, with the number of their column."""
    known = [_plain(header) for header in headers]
    mapping: dict[str, int] = {}
    for field, rule in FIELDS[kind].items():
        words = (field.replace("_", " "), _plain(str(rule.label)), *(_plain(word) for word in rule.headings))
        for word in words:
            column = known.index(word) if word in known else -1
            if column >= 0 and column not in mapping.values():
                mapping[field] = column
                break
    return mapping


def usable(kind: str, mapping: Mapping[str, object], width: int) -> dict[str, int]:
    """Return the mapping without fields and columns that do not exist."""
    fields = FIELDS[kind]
    return {
        field: int(str(column))
        for field, column in mapping.items()
        if field in fields and str(column).isdigit() and int(str(column)) < width
    }


def required(kind: str, mapping: Mapping[str, int]) -> list[str]:
    """Return the labels of fields of which at least one must have a column; empty when all that is needed is there."""
    for group in NEEDED[kind]:
        if not any(field in mapping for field in group):
            return [str(FIELDS[kind][field].label) for field in group]
    return []


def _plain(text: str) -> str:
    return " ".join(fold(text.replace("_", " ")))
