"""From predicate to ``Q``, to members, to a sentence."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.kernel.audiences.fields import Field, Predicate, fields_for, subjects
from openprm.kernel.errors import Invalid

EVERY_ROW = Q(pk__isnull=False)  # an empty group holds for everybody; Q() would vanish inside "not" and "any"
MOST_LEVELS = 6
MOST_CONDITIONS = 200


def validate(predicate: Any, *, subject: str) -> Predicate:
    """Return the predicate with its values in their plain form; raise Invalid naming the place that is wrong."""
    known = fields_for(subject)
    conditions = 0

    def check(node: Any, level: int) -> Predicate:
        nonlocal conditions
        if not isinstance(node, dict) or level > MOST_LEVELS:
            raise _wrong(_("A condition must be a group (all, any, not) or a comparison, at most six levels deep."))
        for word in ("all", "any"):
            if word in node and len(node) == 1 and isinstance(node[word], list):
                return {word: [check(part, level + 1) for part in node[word]]}
        if "not" in node and len(node) == 1:
            return {"not": check(node["not"], level + 1)}
        conditions += 1
        if conditions > MOST_CONDITIONS:
            raise _wrong(_("An audience can have at most 200 conditions."))
        return _comparison(node, known)

    return check(predicate, 1)


def compile(predicate: Predicate, *, subject: str) -> Q:
    """Return the predicate as a ``Q`` over the subject's model."""
    known = fields_for(subject)

    def build(node: Predicate) -> Q:
        if "all" in node:
            return reduce(and_, map(build, node["all"])) if node["all"] else EVERY_ROW
        if "any" in node:
            return reduce(or_, map(build, node["any"])) if node["any"] else EVERY_ROW
        if "not" in node:
            return ~build(node["not"])
        return _lookup(node, known[node["field"]], subject)

    return build(validate(predicate, subject=subject))


def members(predicate: Predicate, *, subject: str) -> QuerySet[Any]:
    """Return who is in the audience right now."""
    return subjects[subject].model._default_manager.filter(compile(predicate, subject=subject))


def holds(predicate: Predicate, row: Model, *, subject: str) -> bool:
    """Say whether one partner or person is in the audience."""
    return members(predicate, subject=subject).filter(pk=row.pk).exists()


def describe(predicate: Predicate, *, subject: str) -> str:
    """Return the predicate as a sentence: ``Country is one of Germany, Austria and Status is one of Active``.

    Groups without conditions are left out where they change nothing.
    """
    known = fields_for(subject)

    def say(node: Predicate, top: bool = False) -> str:
        if (constant := always(node)) is not None:
            return _("everybody") if constant else _("nobody")
        for word, joint in (("all", _(" and ")), ("any", _(" or "))):
            if word in node:
                parts = [part for part in node[word] if always(part) is None]
                text = joint.join(say(part, top and len(parts) == 1) for part in parts)
                return text if top or len(parts) < 2 else f"({text})"
        if "not" in node:
            return _("not %(condition)s") % {"condition": say(node["not"])}
        return _said(node, known[node["field"]])

    sentence = say(validate(predicate, subject=subject), top=True)
    return sentence[:1].upper() + sentence[1:]


def always(predicate: Predicate) -> bool | None:
    """Return whether a predicate holds for everybody (True) or nobody (False) by its form; else None.

    It does where it is made of groups without conditions: an empty ``all`` or ``any`` holds for everybody.
    """
    if "not" in predicate:
        inner = always(predicate["not"])
        return None if inner is None else not inner
    if "all" not in predicate and "any" not in predicate:
        return None
    decides = "any" in predicate  # one part that holds for everybody decides an "any", one for nobody an "all"
    parts = [always(part) for part in predicate["any" if decides else "all"]]
    if not parts:
        return True
    if decides in parts:
        return decides
    return None if None in parts else not decides


def _lookup(node: Predicate, field: Field, subject: str) -> Q:
    operator = field.operators[node["op"]]
    prefix = "" if field.subject == subject else subjects[subject].reaches[field.subject]
    condition = Q(**{f"{prefix}{field.path}__{operator.lookup}": node["value"]})
    if field.many:  # a join would multiply rows, and its negation would mean something else
        rows = subjects[subject].model._default_manager
        where = Q(**{f"{prefix}{path}": value for path, value in field.where.items()})
        condition = Q(pk__in=rows.filter(condition & where).values("pk"))
        if field.otherwise is not None and _compares(field.otherwise, operator.lookup, Decimal(node["value"])):
            condition |= ~Q(pk__in=rows.filter(where).values("pk"))
    return ~condition if operator.negated else condition


def _compares(value: Decimal, lookup: str, other: Decimal) -> bool:
    return {"gte": value >= other, "lte": value <= other, "exact": value == other}[lookup]


def _said(node: Predicate, field: Field) -> str:
    words = dict(field.options()) if field.kind in ("choice", "choices") else {}
    value = node["value"]
    if isinstance(value, bool):
        shown = _("yes") if value else _("no")
    elif isinstance(value, list):
        shown = ", ".join(words.get(str(item), str(item)) for item in value)
    else:
        shown = words.get(str(value), str(value))
    return f"{field.label} {field.operators[node['op']].label} {shown}"


def _comparison(node: Predicate, known: Mapping[str, Field]) -> Predicate:
    if set(node) != {"field", "op", "value"}:
        raise _wrong(_("A comparison needs exactly a field, an operator and a value."))
    field = known.get(node["field"]) if isinstance(node["field"], str) else None
    if field is None:
        raise _wrong(_("There is no field “%(field)s”.") % {"field": node["field"]})
    if node["op"] not in field.operators:
        allowed = ", ".join(field.operators)
        raise _wrong(_("“%(field)s” can be compared with: %(allowed)s.") % {"field": field.name, "allowed": allowed})
    return {"field": field.name, "op": node["op"], "value": _VALUES[field.kind](node["value"], field)}


def _choices(value: Any, field: Field) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise _wrong(_("Choose at least one value for “%(field)s”.") % {"field": field.label})
    allowed = {option for option, _label in field.options()}
    unknown = [item for item in value if item not in allowed] if allowed else []
    if unknown:
        message = ngettext(
            "%(values)s is no value of “%(field)s”.", "%(values)s are no values of “%(field)s”.", len(unknown)
        )
        raise _wrong(message % {"values": ", ".join(unknown), "field": field.label})
    return sorted(set(value))


def _text(value: Any, field: Field) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise _wrong(_("Give a text for “%(field)s”, at most 200 characters.") % {"field": field.label})
    return value.strip()


def _number(value: Any, field: Field) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or isinstance(value, bool):
        raise _wrong(_("Give a number for “%(field)s”.") % {"field": field.label})
    return str(number)


def _date(value: Any, field: Field) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise _wrong(_("Give a date such as 2026-03-31 for “%(field)s”.") % {"field": field.label}) from None


def _boolean(value: Any, field: Field) -> bool:
    if not isinstance(value, bool):
        raise _wrong(_("“%(field)s” is either true or false.") % {"field": field.label})
    return value


_VALUES: dict[str, Callable[[Any, Field], Any]] = {
    "choice": _choices,
    "choices": _choices,
    "text": _text,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
}


def _wrong(message: str) -> Invalid:
    return Invalid(message, code="audience_invalid", fields={"audience": message})
