"""Whether conditions hold for partners, with the values that made it so.

Audiences are compiled to SQL and judged by the database; what an event tells is compared by ``payload``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from json import dumps
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldError
from django.db.models import BooleanField, Case, Q, Value, When
from django.utils.translation import gettext as _

from openprm.automation import known, payload
from openprm.kernel import audiences
from openprm.kernel.audiences import Predicate
from openprm.kernel.errors import Invalid
from openprm.partners.models import Partner

CHUNK = 400  # conditions asked for with one statement


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds, and the comparisons it is made of, as the trace keeps them."""

    holds: bool
    trace: list[dict[str, Any]] = field(default_factory=list)


def judge(
    conditions: Sequence[Mapping[str, Any]], *, partner_id: UUID, event: str, told: Mapping[str, Any] | None
) -> list[Verdict]:
    """Return what each of these conditions comes to for one partner and one event, with few statements."""
    predicates = [wanted["audience"] for wanted in conditions]
    leaves = [leaf for predicate in predicates for leaf in comparisons(predicate)]
    verdicts = _verdicts([*predicates, *leaves], partner_id)
    values = _values({leaf["field"] for leaf in leaves}, partner_id)
    fields = known.fields_of(event) if event else {}
    words = {_key(leaf): _words(leaf) for leaf in {_key(leaf): leaf for leaf in leaves}.values()}
    return [_verdict(wanted, verdicts, values, words, fields, told) for wanted in conditions]


def _verdict(
    wanted: Mapping[str, Any],
    verdicts: Mapping[str, bool | None],
    values: Mapping[str, str],
    words: Mapping[str, str],
    fields: Mapping[str, payload.PayloadField],
    told: Mapping[str, Any] | None,
) -> Verdict:
    predicate = wanted["audience"]
    trace = [
        {"words": words[key], "value": values.get(leaf["field"], "–"), "holds": verdicts[key]}
        for leaf, key in ((leaf, _key(leaf)) for leaf in comparisons(predicate))
    ]
    fits, compared = payload.judge(wanted["payload"], told, fields)
    trace += [one.plain() for one in compared]
    return Verdict(bool(verdicts[_key(predicate)]) and fits, trace)


def comparisons(predicate: Predicate) -> Iterator[Predicate]:
    """Yield the comparisons a predicate is made of."""
    for word in ("all", "any"):
        for part in predicate.get(word, ()):
            yield from comparisons(part)
    if "not" in predicate:
        yield from comparisons(predicate["not"])
    if "field" in predicate:
        yield predicate


def members(predicate: Predicate, among: Iterable[UUID]) -> set[UUID]:
    """Return which of these partners are in an audience; none where it cannot be read any more."""
    try:
        found = audiences.members(predicate, subject="partner")
    except Invalid:
        return set()
    return set(found.filter(pk__in=set(among)).values_list("pk", flat=True))


def _verdicts(predicates: Sequence[Predicate], partner_id: UUID) -> dict[str, bool | None]:
    """Return for each predicate whether the partner is in it; None where it cannot be read any more."""
    wanted: dict[str, Q | None] = {}
    for predicate in predicates:
        if _key(predicate) not in wanted:
            wanted[_key(predicate)] = _compiled(predicate)
    found: dict[str, bool | None] = {key: None for key, where in wanted.items() if where is None}
    asked = [(key, where) for key, where in wanted.items() if where is not None]
    for start in range(0, len(asked), CHUNK):
        part = asked[start : start + CHUNK]
        columns = {
            f"holds_{place}": Case(When(where, then=Value(True)), default=Value(False), output_field=BooleanField())
            for place, (_key_, where) in enumerate(part)
        }
        row = Partner.objects.filter(pk=partner_id).annotate(**columns).values(*columns).first() or {}
        found |= {key: row.get(f"holds_{place}", False) for place, (key, _where) in enumerate(part)}
    return found


def _compiled(predicate: Predicate) -> Q | None:
    try:
        return audiences.compile(predicate, subject="partner")
    except Invalid:
        return None


def _values(names: Iterable[str], partner_id: UUID) -> dict[str, str]:
    """Return what the partner has in these fields, in words."""
    fields = audiences.fields_for("partner")
    asked = [fields[name] for name in names if name in fields and fields[name].subject == "partner"]
    row = Partner.objects.filter(pk=partner_id)
    found: dict[str, str] = {}
    plain = [one for one in asked if not one.many]
    with suppress(FieldError):
        values = row.values(*{one.path for one in plain}).first() or {}
        found |= {one.name: _shown(one, values.get(one.path)) for one in plain}
    for one in asked:
        if one.many:
            with suppress(FieldError):
                several = [value for value in row.values_list(one.path, flat=True)[:20] if value is not None]
                found[one.name] = _shown(one, several)
    return found


def _shown(one: audiences.Field, value: Any) -> str:
    words = dict(one.options()) if one.kind in ("choice", "choices") and value else {}
    if isinstance(value, list):
        value = [words.get(str(item), str(item)) for item in value]
    elif value is not None:
        value = words.get(str(value), value)
    return payload.shown(value)


def _words(leaf: Predicate) -> str:
    try:
        return audiences.describe(leaf, subject="partner")
    except Invalid as problem:
        return _("cannot be read any more: %(why)s") % {"why": problem}


def _key(predicate: Predicate) -> str:
    return dumps(predicate, sort_keys=True)
