"""Recorded figures from files: a row names a partner, a figure and its value. A file brought twice adds nothing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from openprm.accounts import actors
from openprm.accounts.models import Person
from openprm.customers import rules
from openprm.customers.importing import ImportKind
from openprm.customers.models import Import, ImportRow
from openprm.customers.rules import FieldRule, text
from openprm.customers.services.upsert import Planned
from openprm.kernel import days
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Problem
from openprm.matching.normalise import fold
from openprm.partners.models import ExternalId, Partner
from openprm.program import figures, kpis, policies
from openprm.program.models import KpiValue
from openprm.program.services import recording

Rows = Sequence[Mapping[str, str]]
Outcome = ImportRow.Outcome

FIELDS: Mapping[str, FieldRule] = {
    "partner": FieldRule(
        _("Partner"),
        text(300),
        ("partner name", "company", "company name", "account", "name", "legal name"),
        _("Its legal or trading name."),
    ),
    "partner_id": FieldRule(
        _("Partner's id"),
        text(200),
        ("external id", "id", "partner number", "account id"),
        _("Its id here, or in another system; needed where two partners have the same name."),
    ),
    "kpi": FieldRule(_("Figure"), text(80), ("kpi", "measure", "metric", "indicator"), _("Its name or key.")),
    "value": FieldRule(_("Value"), rules.number, ("score", "result", "number", "amount")),
    "source": FieldRule(
        _("Source"), text(120), ("from", "survey", "origin"), _("Where it comes from. Without one: the file's name.")
    ),
    "valid_from": FieldRule(_("Counts from"), rules.day, ("date", "day", "since", "valid from", "measured on")),
    "valid_until": FieldRule(_("Counts until"), rules.day, ("until", "valid until", "expires", "end")),
    "note": FieldRule(_("Note"), text(400), ("remark", "comment", "notes")),
}


def _plan(item: Import, rows: Rows) -> list[Planned[Any]]:
    by = _starter(item)
    with as_system():
        known = _figures()
        planned: list[Planned[Any]] = []
        seen: dict[tuple[Any, ...], int] = {}
        for position, row in enumerate(rows):
            one: Planned[Any] = Planned(position, rules.clean(row, FIELDS))
            planned.append(one)
            values = one.cleaned.values
            for name, problem in one.cleaned.problems.items():
                one.fail(name, problem)
            if one.cleaned.problems:
                continue
            values["kpi"] = known.get(_plain(values.get("kpi", "")), "")
            if not values["kpi"]:
                one.fail("kpi", now("There is no recorded figure “%(name)s”.") % {"name": row.get("kpi", "")[:80]})
            if values.get("value") is None:
                one.fail("value", now("There is no value in this row."))
            partner = _partner(values, one)
            if partner is not None and not policies.can_be_recorded_by(by).filter(pk=partner.pk).exists():
                one.fail("partner", now("You do not record figures about this partner. Ask its channel manager."))
            if one.problems or partner is None:
                continue
            values["partner"] = partner
            values["source"] = values.get("source") or item.file_name[:120]
            _judge(one, item, seen)
    return planned


def _judge(one: Planned[Any], item: Import, seen: dict[tuple[Any, ...], int]) -> None:
    """Say whether the figure is new, or there already."""
    values = one.cleaned.values
    wanted = _wanted(values, item)
    key = tuple(wanted[name] for name in ("partner", "kpi", "source", "valid_from"))
    if key in seen:
        one.fail("value", now("Another row before it says the same figure for the same day."))
        return
    seen[key] = one.position
    there = KpiValue.objects.filter(
        partner=wanted["partner"], kpi=wanted["kpi"], source=wanted["source"], value=wanted["value"]
    )
    since = values.get("valid_from")
    same = there.filter(valid_from=wanted["valid_from"]) if since else there
    one.outcome = Outcome.UNCHANGED if same.exists() else Outcome.CREATED


def _write(item: Import, rows: Rows, at: datetime, taken: Any) -> list[Planned[Any]]:
    by = _starter(item)
    planned = _plan(item, rows)
    with as_system():
        for one in planned:
            if one.outcome != Outcome.CREATED:
                continue
            try:
                one.instance = recording.record_value(**_wanted(one.cleaned.values, item), by=by, at=at)
            except Problem as problem:
                one.fail("value", " ".join(problem.fields.values()) or str(problem))
    return planned


def _take_back(item: Import, rows: Sequence[ImportRow], at: datetime) -> None:
    by = _starter(item)
    found = KpiValue.objects.select_for_update().in_bulk([row.object_id for row in rows if row.object_id])
    for row in rows:
        value = found.get(row.object_id) if row.object_id else None
        if value is None:
            row.kept_because = now("It was removed since.")
            continue
        try:
            recording.remove_value(value=value, by=by, at=at)
        except Problem as problem:
            row.kept_because = str(problem)


def _wanted(values: Mapping[str, Any], item: Import) -> dict[str, Any]:
    """Return what is recorded; a figure without a day counts from the day on which the file was brought."""
    since: date = values.get("valid_from") or timezone.localdate(item.created_at)
    until: date | None = values.get("valid_until")
    return {
        "partner": values["partner"],
        "kpi": values["kpi"],
        "value": Decimal(values["value"]),
        "source": values["source"],
        "valid_from": days.begin(since),
        "valid_until": days.end(until),
        "note": values.get("note") or "",
    }


def _figures() -> dict[str, str]:
    """Return the keys of the figures that can be recorded, by what a file may call them."""
    found: dict[str, str] = {}
    for key, one in figures.known().items():
        if one.category == kpis.RECORDED:
            found |= {_plain(name): key for name in (key, key.partition(".")[2], str(one.label))}
    return found


def _partner(values: Mapping[str, Any], one: Planned[Any]) -> Partner | None:
    """Return the partner that a row names; note on the row why there is none."""
    named, number = values.get("partner", ""), values.get("partner_id", "")
    rows = Partner.objects.all()
    if number:
        wanted = Q(pk__in=ExternalId.objects.filter(value=number).values("partner_id"))
        rows = rows.filter(wanted | Q(pk=number) if _is_id(number) else wanted)
    elif named:
        rows = rows.filter(Q(legal_name__iexact=named) | Q(trading_name__iexact=named))
    else:
        one.fail("partner", now("This row names no partner."))
        return None
    found = list(rows[:2])
    if len(found) == 1:
        return found[0]
    words = {"name": (number or named)[:80]}
    one.fail(
        "partner",
        now("Several partners are “%(name)s”. Give the partner's id.") % words
        if found
        else now("There is no partner “%(name)s”.") % words,
    )
    return None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _plain(text: Any) -> str:
    return " ".join(fold(str(text).replace("_", " ").replace("-", " ")))


def _starter(item: Import) -> Actor:
    """Return who brought the file, with what they may now; a program that reaches everything works as the system."""
    people = Person.objects.select_related("partner")
    person = people.filter(pk=item.person_id).first() if item.person_id else None
    return actors.of(person) if person else SYSTEM


KIND = ImportKind(
    "figures",
    _("Recorded figures"),
    policies.RECORD,
    FIELDS,
    (("partner", "partner_id"), ("kpi",), ("value",)),
    _plan,
    _write,
    _take_back,
    "console:kpi_values",
    batch=200,
    by_reach=True,
)
