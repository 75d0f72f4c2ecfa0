"""Audiences: for whom a rule holds.

One predicate language over partners and people, kept as JSON, compiled to a Django ``Q``, evaluated in no other way::

    {"all": [{"field": "partner.country", "op": "in", "value": ["DE", "AT"]},
             {"not": {"field": "partner.status", "op": "in", "value": ["suspended"]}}]}

A group is ``all``, ``any`` or ``not``; an empty ``all`` or ``any`` holds for everybody. Features declare
the fields.
"""

from openprm.kernel.audiences.compiler import always, compile, describe, holds, members, validate
from openprm.kernel.audiences.fields import EVERYBODY, Field, Operator, Predicate, Source, Subject, fields_for, subjects
from openprm.kernel.audiences.portable import by_ids, by_words, tidy, within

__all__ = [
    "EVERYBODY",
    "Field",
    "Operator",
    "Predicate",
    "Source",
    "Subject",
    "always",
    "by_ids",
    "by_words",
    "compile",
    "describe",
    "fields_for",
    "holds",
    "members",
    "subjects",
    "tidy",
    "validate",
    "within",
]
