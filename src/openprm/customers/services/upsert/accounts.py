"""Accounts from elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.customers import events as facts
from openprm.customers import index, rules
from openprm.customers.models import Account, Import
from openprm.customers.services import family, locks, merged
from openprm.customers.services.accounts import INDEXED, companies_of, company_of, with_sources
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

Policy = Import.SameCompany


def upsert_accounts(
    *,
    rows: Sequence[Row],
    by: Actor,
    at: datetime,
    origin: str = Account.Origin.API,
    same_company: str = Policy.UPDATE,
    taken: Taken | None = None,
    tell: bool = True,
) -> list[Planned[Account]]:
    """Write a batch of accounts and return what became of each row, in order.

    ``tell=False`` leaves out the facts of single accounts; whoever does that announces one of its own.
    """
    by.require("customers.edit")
    with transaction.atomic(), as_system():
        locks.hold(locks.BATCHES)
        if any("parent_external_id" in row or "parent_id" in row for row in rows):
            locks.hold(
                locks.IDENTITIES
            )  # before any row is locked: who decides about companies takes them in this order
        planned = plan_accounts(
            rows, origin=origin, same_company=same_company, taken=taken, most=None if taken else MOST_ROWS
        )
        created = [one.instance for one in planned if one.instance and one.outcome == Outcome.CREATED]
        updated = [one for one in planned if one.outcome == Outcome.UPDATED]
        for account in created:
            account.created_at = account.updated_at = at
        moved = [one.instance.pk for one in planned if one.instance and "parent_id" in one.changes]
        with family.following(moved, at=at):
            insert_many(created)
            update_many([one.instance for one in updated], at=at)
        index.write(companies_of(*created), fresh=True)
        renamed = [one.instance for one in updated if one.instance and INDEXED & one.changes.keys()]
        index.write(companies_of(*renamed))
        if tell:
            _tell(planned, by=by, at=at)
    return planned


def plan_accounts(
    rows: Sequence[Row],
    *,
    origin: str,
    same_company: str,
    taken: Taken | None = None,
    most: int | None = MOST_ROWS,
) -> list[Planned[Account]]:
    """Say what would become of each row, writing nothing."""
    parents = [row.get("parent_id", ...) for row in rows]
    rows = [{name: value for name, value in row.items() if name != "parent_id"} for row in rows]
    planned: list[Planned[Account]] = read(rows, rules.ACCOUNT_FIELDS, most=most)
    for one in planned:
        if "website" in one.cleaned.values:
            one.cleaned.values["domain"] = rules.domain_of(one.cleaned.values["website"])
    _resolve_parents(planned)
    _resolve_parent_ids({one.position: one for one in open_rows(planned)}, parents)
    _known_by_external_id(open_rows(planned), origin)
    _merged_before(open_rows(planned))
    fresh = open_rows(planned)
    for one in fresh:
        if "name" not in one.cleaned.values:
            one.fail("name", _("Name: is missing; a new account needs one."))
    fresh = open_rows(fresh)
    for one in fresh:
        one.instance = Account(origin=origin, **one.cleaned.values)
    if same_company != Policy.CREATE:
        _known_by_company(fresh, same_company, origin)
    for one in open_rows(fresh):
        one.outcome = Outcome.CREATED
    refuse_repeated(planned, taken)
    return planned


def _resolve_parents(planned: Sequence[Planned[Account]]) -> None:
    """Put ``parent_id`` in place of the parent's external id; the parent is known, or was imported before."""
    wanted = {key for one in planned if (key := one.cleaned.values.get("parent_external_id"))}
    known = dict(Account.objects.filter(external_id__in=wanted).values_list("external_id", "pk")) if wanted else {}
    known |= {key: account.pk for key, account in merged.by_external_ids(wanted - known.keys()).items()}
    above = {pk: _ids_above(pk) for pk in known.values()}
    for one in planned:
        key = one.cleaned.values.pop("parent_external_id", ...)
        if key is ...:
            continue
        if key is None:
            one.cleaned.values["parent_id"] = None
        elif key not in known:
            one.fail("parent_external_id", _("Parent: “%(id)s” is not known. Import that account first.") % {"id": key})
        elif one.cleaned.values.get("external_id") in above.get(known[key], ()):
            one.fail("parent_external_id", _("Parent: “%(id)s” belongs to this account itself.") % {"id": key})
        else:
            one.cleaned.values["parent_id"] = known[key]


def _resolve_parent_ids(rows: Mapping[int, Planned[Account]], parents: Sequence[Any]) -> None:
    """Take the parents that are named by our own ids."""
    given = {place: key for place, key in enumerate(parents) if key is not ... and place in rows}
    known = merged.by_ids({key for key in given.values() if key})
    above = {row.pk: set(family.ancestors(row.pk)) for row in known.values()}
    for place, key in given.items():
        one = rows[place]
        parent = known.get(key)
        if key and parent is None:
            one.fail("parent_id", _("Parent: there is no account with this id."))
        elif one.cleaned.values.get("parent_id", parent and parent.pk) != (parent and parent.pk):
            one.fail("parent_id", _("Parent: name it by one of its ids, or by both of the same one."))
        elif parent and _is_above(one.cleaned.values.get("external_id"), above[parent.pk]):
            one.fail("parent_id", _("Parent: it belongs to this account itself."))
        else:
            one.cleaned.values["parent_id"] = parent.pk if parent else None


def _is_above(external_id: str | None, above: set[UUID]) -> bool:
    return bool(external_id) and Account.objects.filter(external_id=external_id, pk__in=above).exists()


def _merged_before(rows: Sequence[Planned[Account]]) -> None:
    """Skip what went into another account: its data does not come back; what it is called finds the one that stayed."""
    stayed = merged.by_external_ids({key for one in rows if (key := one.cleaned.values.get("external_id"))})
    for one in rows:
        account = stayed.get(one.cleaned.values.get("external_id", ""))
        if account is not None:
            one.outcome, one.instance, one.same_as = Outcome.SKIPPED, account, account.name


def _ids_above(parent: UUID) -> set[str]:
    """Return the external ids of an account and of those above it."""
    rows = Account.objects.filter(pk__in=family.ancestors(parent), external_id__isnull=False)
    return {str(key) for key in rows.values_list("external_id", flat=True)}


def _known_by_external_id(rows: Iterable[Planned[Account]], origin: str) -> None:
    wanted = {key: one for one in rows if (key := one.cleaned.values.get("external_id"))}
    known = Account.objects.filter(external_id__in=wanted).order_by("pk").select_for_update()
    for account in known:
        one = wanted[str(account.external_id)]
        one.change(account, with_sources(account, one.cleaned.values, origin))


def _known_by_company(rows: Sequence[Planned[Account]], policy: str, origin: str) -> None:
    """Decide about rows whose company is known already, or stands higher up in the batch."""
    same = index.same_companies([company_of(one.instance) for one in rows if one.instance])
    stored = Account.objects.select_for_update().order_by("pk").in_bulk({UUID(key) for key in same.values()})
    above = {one.instance.pk: one.instance for one in rows if one.instance}
    for one in rows:
        key = same.get(str(one.instance.pk)) if one.instance else None
        if key is None:
            continue
        account = stored.get(UUID(key)) or above[UUID(key)]
        theirs, ours = account.external_id, one.cleaned.values.get("external_id")
        if policy == Policy.UPDATE and theirs and ours:
            continue  # two records on purpose: the system that gave the ids tells them apart
        one.same_as = account.name
        if policy == Policy.SKIP:
            one.outcome, one.instance = Outcome.SKIPPED, account
        else:
            one.change(account, with_sources(account, one.cleaned.values, origin))


def _tell(planned: Iterable[Planned[Account]], *, by: Actor, at: datetime) -> None:
    for one in planned:
        account = one.instance
        if account is None:
            continue
        if one.outcome == Outcome.CREATED:
            fact = facts.AccountCreated(
                account.name, str(account.origin), account.external_id, account.domain, account.country
            )
            events.announce(fact, about=account, by=by, at=at)
        elif one.outcome == Outcome.UPDATED:
            events.announce(facts.AccountChanged(one.changes), about=account, by=by, at=at)
