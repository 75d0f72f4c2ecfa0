"""Decisions about an account that is merged: they are about the one that stays from then on, or contradict it."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from openprm.customers.models import Account, CompanyDecision, Merge
from openprm.kernel.errors import Refusal

Verdict = CompanyDecision.Verdict


def move(account: Account, into: Account) -> list[dict[str, Any]]:
    """Let the decisions about ``account`` be about ``into``; return them as they were. Refuse what contradicts."""
    rows = list(CompanyDecision.objects.select_for_update().filter(Q(account=account) | Q(other=account)))
    kept = [_plain(row) for row in rows]
    for row in rows:
        pair = {row.account_id, row.other_id}
        if pair == {account.pk, into.pk}:
            if row.verdict != Verdict.SAME:
                raise _contradiction(row, into)
            row.delete()
            continue
        before = (row.account_id, row.other_id)
        row.account_id, row.other_id = (into.pk if key == account.pk else key for key in before)  # type: ignore[assignment]
        twin = _twin(row)
        if twin is None:
            row.version += 1
            row.save()
        elif twin.verdict == row.verdict and (row.verdict != Verdict.SUBSIDIARY_OF or _alike(twin, row)):
            row.delete()
        else:
            raise _contradiction(twin, account)
    return kept


def restore(merge: Merge, account: Account) -> None:
    """Let the decisions be about the account again that was merged; those decided anew since stay as they are."""
    there = set(Account.objects.filter(pk__in=_named(merge)).values_list("pk", flat=True))
    for plain in merge.decisions:
        row = CompanyDecision.objects.filter(pk=plain["id"]).first()
        if row is not None and row.verdict != plain["verdict"]:
            continue
        if not {UUID(key) for key in (plain["account_id"], plain["other_id"]) if key} <= there:
            continue
        values = {**plain, "decided_at": parse_datetime(plain["decided_at"])}
        if row is None:
            row = CompanyDecision(**values)
            if _twin(row) is None:
                row.save(force_insert=True)
            continue
        row.account_id, row.other_id = UUID(plain["account_id"]), UUID(plain["other_id"]) if plain["other_id"] else None
        row.version += 1
        row.save()


def _named(merge: Merge) -> set[str]:
    return {plain[side] for plain in merge.decisions for side in ("account_id", "other_id") if plain[side]}


def _twin(row: CompanyDecision) -> CompanyDecision | None:
    """Return the decision that the same pair has already."""
    others = CompanyDecision.objects.exclude(pk=row.pk)
    if row.other_id is None:
        return others.filter(account_id=row.account_id, other=None, key=row.key, domain=row.domain).first()
    one = Q(account_id=row.account_id, other_id=row.other_id)
    return others.filter(one | Q(account_id=row.other_id, other_id=row.account_id)).first()


def _alike(one: CompanyDecision, other: CompanyDecision) -> bool:
    return (one.account_id, one.other_id) == (other.account_id, other.other_id)


def _contradiction(row: CompanyDecision, about: Account) -> Refusal:
    names = {"one": row.account.name, "other": row.other.name if row.other else row.name, "about": about.name}
    if row.other_id is not None and about.pk in (row.account_id, row.other_id):
        message = _("It is decided of “%(one)s” and “%(other)s”: %(verdict)s. Take that back first.")
    else:
        message = _(
            "It is decided of “%(one)s” and “%(other)s”: %(verdict)s, but otherwise of “%(about)s”. Undo one first."
        )
    return Refusal(message % {**names, "verdict": row.get_verdict_display()}, code="decision_contradicts")


def _plain(row: CompanyDecision) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in CompanyDecision._meta.concrete_fields}
    plain = (str, int, type(None))
    return {name: value if isinstance(value, plain) else str(value) for name, value in values.items()}
