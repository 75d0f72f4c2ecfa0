"""Which column of a file is which field."""

from collections.abc import Mapping, Sequence

from openprm.customers.rules import ACCOUNT_FIELDS, OPPORTUNITY_FIELDS, FieldRule
from openprm.matching.normalise import fold

FIELDS: Mapping[str, Mapping[str, FieldRule]] = {"accounts": ACCOUNT_FIELDS, "opportunities": OPPORTUNITY_FIELDS}
NEEDED = {"accounts": ("name", "external_id"), "opportunities": ("name", "external_id")}


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
    """Return the labels of fields of which at least one must have a column; empty when one has."""
    if any(field in mapping for field in NEEDED[kind]):
        return []
    return [str(FIELDS[kind][field].label) for field in NEEDED[kind]]


def _plain(text: str) -> str:
    return " ".join(fold(text.replace("_", " ")))
