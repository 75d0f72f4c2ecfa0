"""What the audience builder on a page needs to know: the fields, their comparisons and their values."""

import json
from dataclasses import dataclass
from typing import Any

from openprm.kernel import audiences
from openprm.kernel.audiences.fields import Field, fields_for, subjects


@dataclass(frozen=True, slots=True)
class Prepared:
    """The fields as the builder reads them, and the predicate it starts from, as JSON."""

    fields: list[dict[str, Any]]
    value: str


def prepare(subject: str, value: Any) -> Prepared:
    """Return what the builder for ``subject`` needs; ``value`` is a predicate, its JSON, or nothing for everybody."""
    if isinstance(value, str) and value:
        text = value
    else:
        text = json.dumps(value or {"all": []})
    fields = [_told(field, subject) for field in fields_for(subject).values()] if subject in subjects else []
    return Prepared(sorted(fields, key=lambda told: (told["group"] != "", told["group"], told["label"])), text)


def read(text: str, *, subject: str) -> audiences.Predicate:
    """Return the predicate that the builder sent, checked; raise Invalid when it cannot be one."""
    try:
        predicate = json.loads(text or '{"all": []}')
    except ValueError:
        predicate = None
    return audiences.validate(predicate, subject=subject)


def _told(field: Field, subject: str) -> dict[str, Any]:
    other = "" if field.subject == subject else str(subjects[field.subject].label)
    return {
        "name": field.name,
        "label": str(field.label),
        "group": other,
        "kind": field.kind,
        "operators": [[name, str(operator.label)] for name, operator in field.operators.items()],
        "options": field.options() if field.kind in ("choice", "choices") else [],
    }
