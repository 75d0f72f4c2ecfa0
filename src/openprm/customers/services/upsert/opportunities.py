"""Opportunities from elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.customers import closing, index, rules
from openprm.customers.models import Account, Opportunity, ProductLine
from openprm.customers.services import locks, merged
from openprm.customers.services.opportunities import announce_changes, created, together
from openprm.customers.services.upsert.planning import (
    MOST_ROWS,
    Outcome,
    Planned,
    Row,
    Taken,
    open_rows,
    read,
    refuse_repeated,
)
from openprm.customers.services.upsert.writing import insert_many, update_many
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.matching import Company

Rows = Sequence[Planned[Opportunity]]


def upsert_opportunities(
    *, rows: Sequence[Row], by: Actor, at: datetime, taken: Taken | None = None, tell: bool = True
) -> list[Planned[Opportunity]]:
    """Write a batch of opportunities and return what became of each row, in order.

    A row names its account by ``account_external_id`` or ``account_name``; the account must be known.
    """
    by.require("customers.edit")
    with transaction.atomic(), as_system():
        locks.hold(locks.BATCHES)
        planned = plan_opportunities(rows, at=at, taken=taken, most=None if taken else MOST_ROWS)
        new = [one.instance for one in planned if one.instance and one.outcome == Outcome.CREATED]
        for opportunity in new:
            opportunity.created_at = opportunity.updated_at = at
        insert_many(new)
        update_many([one.instance for one in planned if one.outcome == Outcome.UPDATED], at=at)
        _set_lines(planned)
        if tell:
            _tell(planned, by=by, at=at)
    return planned


def plan_opportunities(
    rows: Sequence[Row], *, at: datetime, taken: Taken | None = None, most: int | None = MOST_ROWS
) -> list[Planned[Opportunity]]:
    """Say what would become of each row, writing nothing."""
    planned: list[Planned[Opportunity]] = read(rows, rules.OPPORTUNITY_FIELDS, most=most)
    _resolve_product_lines(open_rows(planned))
    _resolve_accounts(open_rows(planned))
    _known_by_external_id(open_rows(planned), at=at)
    for one in open_rows(planned):
        _plan_new(one, at=at)
    refuse_repeated(planned, taken)
    return planned


def _resolve_product_lines(rows: Rows) -> None:
    if not any("product_lines" in one.cleaned.values for one in rows):
        return
    known = {word.casefold(): line for line in ProductLine.objects.all() for word in (line.name, line.key)}
    for one in rows:
        words = one.cleaned.values.pop("product_lines", None)
        if words is None:
            continue
        unknown = [word for word in words if word.casefold() not in known]
        if unknown:
            one.fail("product_lines", _("Product lines: “%(names)s” is not known.") % {"names": ", ".join(unknown)})
        one.lines = sorted({known[word.casefold()] for word in words if word not in unknown}, key=lambda line: line.key)


def _resolve_accounts(rows: Rows) -> None:
    """Put ``account_id`` in place of what the row calls its account."""
    ids = {key for one in rows if (key := one.cleaned.values.get("account_external_id"))}
    by_id = dict(Account.objects.filter(external_id__in=ids).values_list("external_id", "pk"))
    by_id |= {key: account.pk for key, account in merged.by_external_ids(ids - by_id.keys()).items()}
    names = {name for one in rows if (name := one.cleaned.values.get("account_name"))}
    by_name = _accounts_by_name(sorted(names))
    for one in rows:
        key, name = one.cleaned.values.pop("account_external_id", None), one.cleaned.values.pop("account_name", None)
        account_id = by_id.get(key) if key else by_name.get(name) if name else None
        if account_id:
            one.cleaned.values["account_id"] = account_id
        elif key or name:
            field = "account_external_id" if key else "account_name"
            message = _("Account: “%(account)s” is not known. Import the account first.")
            one.fail(field, message % {"account": key or name})


def _accounts_by_name(names: Sequence[str]) -> dict[str, UUID]:
    exact = dict(Account.objects.filter(name__in=names).order_by("-pk").values_list("name", "pk"))
    others = [name for name in names if name not in exact]
    same = index.same_companies([Company(name, name) for name in others])
    return {**exact, **{name: UUID(key) for name, key in same.items() if key not in others}}


def _known_by_external_id(rows: Rows, *, at: datetime) -> None:
    wanted = {key: one for one in rows if (key := one.cleaned.values.get("external_id"))}
    known = Opportunity.objects.filter(external_id__in=wanted).order_by("pk").select_for_update()
    for opportunity in known.prefetch_related("product_lines"):
        one = wanted[str(opportunity.external_id)]
        one.problems |= together(one.cleaned.values, opportunity)
        if one.problems:
            one.outcome = Outcome.FAILED
            continue
        if one.lines is not None:
            before = sorted(line.key for line in opportunity.product_lines.all())
            after = [line.key for line in one.lines]
            one.changes = {"product_lines": [before, after]} if before != after else {}
        day = closing.after(opportunity, one.cleaned.values, at=at)
        one.change(opportunity, {**one.cleaned.values, "closed_on": day})


def _plan_new(one: Planned[Opportunity], *, at: datetime) -> None:
    values = one.cleaned.values
    one.problems |= together(values)
    if "name" not in values:
        one.problems["name"] = _("Name: is missing; a new opportunity needs one.")
    if "account_id" not in values:
        one.problems["account_name"] = _("Account: is missing; give its external id or its name.")
    if one.problems:
        one.outcome = Outcome.FAILED
    else:
        day = closing.of_new(values, at=at)
        one.instance, one.outcome = Opportunity(**values, closed_on=day), Outcome.CREATED


def _set_lines(planned: Iterable[Planned[Opportunity]]) -> None:
    through: Any = Opportunity.product_lines.through
    touched = [
        one
        for one in planned
        if one.instance and one.lines is not None and (one.outcome == Outcome.CREATED or "product_lines" in one.changes)
    ]
    through.objects.filter(opportunity_id__in=[one.instance.pk for one in touched if one.instance]).delete()
    through.objects.bulk_create(
        through(opportunity_id=one.instance.pk, productline_id=line.pk)
        for one in touched
        if one.instance
        for line in one.lines or []
    )


def _tell(planned: Rows, *, by: Actor, at: datetime) -> None:
    for one in planned:
        if one.instance is None:
            continue
        if one.outcome == Outcome.CREATED:
            events.announce(created(one.instance), about=one.instance, by=by, at=at)
        elif one.outcome == Outcome.UPDATED:
            announce_changes(one.instance, one.changes, by=by, at=at)
