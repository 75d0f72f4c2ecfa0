"""Merging two accounts that are one company: everything of the one goes to the other, whose name stays.

One transaction, under the lock of identities. It begins as the decision "same company" would: what is protected for
both meets there, and is refused in words before anything has moved. The account that went is kept as it was, so the
merge can be taken back; meanwhile its id and its external id answer for the one that stayed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from openprm.customers import events as facts
from openprm.customers import index, policies, rules
from openprm.customers.models import Account, CompanyDecision, Merge, NameSource
from openprm.customers.services import family, locks, merged_decisions
from openprm.customers.services.accounts import companies_of
from openprm.customers.services.movers import movers
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Problem, Refusal

UNDO_FOR = timedelta(days=30)
LISTS = (*rules.NAME_FIELDS, "further_domains", "registration_ids")
SINGLE = ("external_id", "website", "phone", "country", "industry", "owner_name")


@dataclass(frozen=True)
class Preview:
    """What a merge would do: rows that move (words, how many), what the account that stays gets; or why not."""

    moves: list[tuple[Any, int]]
    changes: dict[str, list[Any]]
    refusal: str = ""


def preview_merge(*, account: Account, into: Account, by: Actor, at: datetime) -> Preview:
    """Do it, look, and undo it: what is shown is what would happen, refusals included."""
    by.require(policies.MERGE)
    _require_two(account, into)
    counts = [(mover.label, mover.rows(account.pk).exclude(pk=into.pk).count()) for mover in movers]
    decisions = CompanyDecision.objects.filter(Q(account=account) | Q(other=account)).count()
    moves = [pair for pair in [*counts, (_("Decisions"), decisions)] if pair[1]]
    try:
        with _rolled_back():
            done = merge_accounts(account=account, into=into, by=by, at=at)
    except Problem as problem:
        return Preview(moves, {}, str(problem))
    return Preview(moves, done.changes)


def merge_accounts(*, account: Account, into: Account, by: Actor, at: datetime, why: str = "") -> Merge:
    """Let ``account`` go into ``into`` with all that belongs to it. What is protected follows, or it is refused."""
    by.require(policies.MERGE)
    _require_two(account, into)
    with transaction.atomic(), as_system():
        locks.hold(locks.BATCHES)
        with family.following([account.pk, into.pk], at=at):
            account, into = _locked(account.pk, into.pk)
            _require_possible(account, into)
            decisions = merged_decisions.move(account, into)
            _meet(account, into, by=by, at=at)
            parent = _parent_after(account, into)
            row = _kept(account, into, decisions, why, by=by, at=at)
            row.moved = _moved(account, into, at=at)
            index.forget([account.pk])
            into = Account.objects.select_for_update().get(pk=into.pk)  # it may have been a subsidiary that moved
            values = {**_united(account, into), "parent_id": parent}
            row.changes = _differing(into, values)
            Account.objects.filter(pk=account.pk).update(external_id=None, parent=None)  # both may go to the other
            _write(into, values, row.changes, at=at)
            Account.objects.filter(pk=account.pk).delete()
            row.into = into
            row.save(force_insert=True)
            index.write(companies_of(into))
        _tell_moved(row, account, into, by=by, at=at)
        fact = facts.AccountsMerged(**_both(row), changes=row.changes, values=row.values, why=row.why)
        for one in (into, account):
            events.announce(fact, about=one, by=by, at=at)
    return row


def may_undo(row: Merge, at: datetime) -> bool:
    """Say whether a merge can still be taken back."""
    return row.undone_at is None and at <= row.merged_at + UNDO_FOR


def undo_merge(*, merge: Merge, by: Actor, at: datetime) -> Account:
    """Take a merge back: the account is there again, with what was its own and is still where the merge put it."""
    by.require(policies.MERGE)
    with transaction.atomic(), as_system():
        locks.hold(locks.BATCHES)
        row = Merge.objects.select_for_update().get(pk=merge.pk)
        _require_undoable(row, at)
        with family.following([row.into_id], at=at):
            into = Account.objects.select_for_update().get(pk=row.into_id)
            taken = _taken_back(row, into)
            _write(into, taken, _differing(into, taken), at=at)
            with _no_circle():
                account = _restored(row, at=at)
                for mover in movers:
                    mover.move(into, account, only=[UUID(key) for key in row.moved.get(mover.name, [])], at=at)
                if _was_below(row, into):
                    into.parent = account
                    into.write("parent_id", at=at)
            merged_decisions.restore(row, account)
            index.write(companies_of(account, into))
            row.undone_at, row.undone_by = at, by.name
            row.write("undone_at", "undone_by", at=at)
            family.follow([account.pk], at=at)
        _tell_moved(row, into, account, by=by, at=at)
        fact = facts.AccountsUnmerged(**_both(row), changes={name: value[::-1] for name, value in row.changes.items()})
        for one in (into, account):
            events.announce(fact, about=one, by=by, at=at)
    return account


@contextmanager
def _rolled_back() -> Iterator[None]:
    """Undo whatever is written within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _no_circle() -> Iterator[None]:
    """Say in words that parents set since the merge stand in the way of taking it back."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "cannot belong to itself" not in str(error):
            raise
        message = _("Parents were set since that would form a circle. Take those away first.")
        raise Refusal(message, code="merge_parents") from None


def _require_two(account: Account, into: Account) -> None:
    if account.pk == into.pk:
        message = _("This is the same account. Choose another one.")
        raise Invalid(message, fields={"other": message})


def _locked(account: UUID, into: UUID) -> tuple[Account, Account]:
    rows = {row.pk: row for row in Account.objects.select_for_update().filter(pk__in=[account, into]).order_by("pk")}
    if len(rows) != 2:
        raise Refusal(_("One of these accounts was merged or removed in the meantime. Reload the page."))
    return rows[account], rows[into]


def _require_possible(account: Account, into: Account) -> None:
    names = {"one": account.name, "other": into.name}
    if account.pk != into.parent_id and account.pk in family.ancestors(into.pk):
        raise Refusal(
            _("“%(other)s” belongs to “%(one)s” by way of other companies. Merge the other way round.") % names,
            code="merge_parents",
        )
    above = {account.parent_id, into.parent_id} - {None, account.pk, into.pk}
    if len(above) > 1:
        raise Refusal(
            _("“%(one)s” and “%(other)s” belong to two different companies. Take one of their parents away first.")
            % names,
            code="merge_parents",
        )
    for field in LISTS:
        if len(_united(account, into).get(field, ())) > rules.MOST_ALIASES:
            raise Refusal(
                _("Together they have more than %(most)s of this: %(field)s. Take some away first.")
                % {"most": rules.MOST_ALIASES, "field": rules.ACCOUNT_FIELDS[field].label},
                code="merge_too_many",
            )


def _meet(account: Account, into: Account, *, by: Actor, at: datetime) -> None:
    """Make them one customer, as a decision would; double protection is refused here. It ends with the account."""
    CompanyDecision.objects.create(
        account=account, other=into, verdict=CompanyDecision.Verdict.SAME, decided_at=at, person_name=by.name
    )
    family.follow({account.pk, into.pk, *(one.other_id for one in family.kin([account.pk]))}, at=at)


def _parent_after(account: Account, into: Account) -> UUID | None:
    """Return whom the one that stays belongs to: its own parent, or that of the one that goes."""
    if into.parent_id and into.parent_id != account.pk:
        return into.parent_id
    if into.pk in family.ancestors(account.pk):
        return into.parent_id if into.parent_id != account.pk else None
    return account.parent_id


def _kept(
    account: Account, into: Account, decisions: list[dict[str, Any]], why: str, *, by: Actor, at: datetime
) -> Merge:
    values = {field.attname: _json(getattr(account, field.attname)) for field in Account._meta.concrete_fields}
    return Merge(
        merged_id=account.pk,
        name=account.name,
        external_id=account.external_id,
        into=into,
        values=values,
        decisions=decisions,
        why=why.strip()[:2000],
        merged_at=at,
        person_id=by.id if by.kind == "person" else None,
        person_name=by.name,
        created_at=at,
        updated_at=at,
    )


def _moved(account: Account, into: Account, *, at: datetime) -> dict[str, list[str]]:
    found = {mover.name: mover.move(account, into, at=at) for mover in movers}
    return {name: [str(key) for key in keys] for name, keys in found.items() if keys}


def _tell_moved(row: Merge, source: Account, target: Account, *, by: Actor, at: datetime) -> None:
    for mover in movers:
        keys = [UUID(key) for key in row.moved.get(mover.name, [])]
        if keys and mover.tell:
            there = mover.rows(target.pk).filter(pk__in=keys).values_list("pk", flat=True)
            mover.tell(list(there), source, target, by, at)


def _united(account: Account, into: Account) -> dict[str, Any]:
    """Return what the one that stays is called and known by afterwards."""
    values: dict[str, Any] = {name: getattr(into, name) or getattr(account, name) for name in SINGLE}
    values["domain"] = into.domain if into.website else account.domain
    known = {into.name, *into.other_names}
    for field in LISTS:
        ours, theirs = getattr(into, field), getattr(account, field)
        if field == "aliases":
            theirs = [account.name, *theirs]
        if field in rules.NAME_FIELDS:
            theirs = [name for name in theirs if name not in known]
            known.update(theirs)
        values[field] = list(dict.fromkeys([*ours, *theirs]))
    further = [*values["further_domains"], account.domain]
    values["further_domains"] = [one for one in dict.fromkeys(further) if one and one != values["domain"]]
    sources = {name: str(source) for name, source in account.name_sources.items() if name in known}
    values["name_sources"] = {account.name: str(NameSource.DECISION), **sources, **into.name_sources}
    return {**values, "is_customer": into.is_customer or account.is_customer, "named": into.named or account.named}


def _write(into: Account, values: dict[str, Any], differing: dict[str, list[Any]], *, at: datetime) -> None:
    if not differing:
        return
    for name in differing:
        setattr(into, name, values[name])
    into.write(*differing, at=at)


def _differing(account: Account, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Return before and after of what differs, as JSON."""
    pairs = {name: [_json(getattr(account, name)), _json(value)] for name, value in values.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _json(value: Any) -> Any:
    return value if isinstance(value, str | int | list | dict | None) else str(value)


def _require_undoable(row: Merge, at: datetime) -> None:
    if row.undone_at is not None:
        raise Refusal(_("This merge was taken back already."), code="merge_undone")
    if not may_undo(row, at):
        raise Refusal(
            _("A merge can be taken back for %(days)s days; these are over.") % {"days": UNDO_FOR.days},
            code="merge_too_old",
        )
    later = Merge.objects.filter(undone_at=None, merged_at__gte=row.merged_at, moved__merges__contains=[str(row.pk)])
    if other := later.first():
        raise Refusal(
            _("“%(name)s” was merged further since. Take that back first.") % {"name": other.name},
            code="merge_went_on",
        )
    if row.external_id and Account.objects.filter(external_id=row.external_id).exclude(pk=row.into_id).exists():
        raise Refusal(_("Another account has its external id by now. Change that first."), code="external_id_taken")


def _taken_back(row: Merge, into: Account) -> dict[str, Any]:
    """Return what the one that stayed loses again: values as the merge left them, and what the merge added to lists."""
    values: dict[str, Any] = {}
    for name, (before, after) in row.changes.items():
        now = getattr(into, name)
        if name in LISTS:
            values[name] = [one for one in now if one in before or one not in after]
        elif name == "name_sources":
            values[name] = {key: one for key, one in now.items() if key in (before or {}) or key not in (after or {})}
        elif _json(now) == after:
            values[name] = before if name != "parent_id" or before is None else _parent_before(row, before)
    return values


def _parent_before(row: Merge, before: str) -> UUID | None:
    """Return the parent that the one that stays had; none while the account that was merged is not there again."""
    return None if before == str(row.merged_id) or not Account.objects.filter(pk=before).exists() else UUID(before)


def _was_below(row: Merge, into: Account) -> bool:
    return row.changes.get("parent_id", [None])[0] == str(row.merged_id) and into.parent_id is None


def _restored(row: Merge, *, at: datetime) -> Account:
    values = dict(row.values)
    parent = values.pop("parent_id")
    if parent and not Account.objects.filter(pk=parent).exists():
        parent = None
    stored = {field.attname: field.to_python(values[field.attname]) for field in _fields() if field.attname in values}
    account = Account(**stored, parent_id=parent)
    account.updated_at, account.version = at, row.values["version"] + 1
    account.save(force_insert=True)
    return account


def _fields() -> list[Any]:
    return [field for field in Account._meta.concrete_fields if field.attname != "parent_id"]


def _both(row: Merge) -> dict[str, Any]:
    return {
        "merged_id": str(row.merged_id),
        "merged_name": row.name,
        "into_id": str(row.into_id),
        "into_name": row.into.name,
        "moved": {name: len(keys) for name, keys in row.moved.items()},
    }
