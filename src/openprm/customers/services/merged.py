"""Accounts that went into others: their ids and external ids keep answering."""

from collections.abc import Collection
from uuid import UUID

from openprm.customers.models import Account, Merge


def in_force(pk: UUID) -> Merge | None:
    """Return the merge by which this account went into another, unless it was taken back."""
    return Merge.objects.filter(merged_id=pk, undone_at=None).select_related("into").first()


def by_external_ids(keys: Collection[str]) -> dict[str, Account]:
    """Return, for external ids of accounts that went into others, the accounts that stayed."""
    if not keys:
        return {}
    rows = Merge.objects.filter(external_id__in=keys, undone_at=None).select_related("into").order_by("merged_at")
    return {str(row.external_id): row.into for row in rows}


def by_external_id(key: str) -> Account | None:
    """Return the account with this external id, or the one that it went into."""
    return Account.objects.filter(external_id=key).first() or by_external_ids([key]).get(key)


def by_id(pk: UUID) -> Account | None:
    """Return the account with this id, or the one that it went into."""
    return by_ids([pk]).get(pk)


def by_ids(keys: Collection[UUID]) -> dict[UUID, Account]:
    """Return the accounts with these ids, or those that they went into."""
    known: dict[UUID, Account] = Account.objects.in_bulk(keys)
    gone = set(keys) - known.keys()
    rows = Merge.objects.filter(merged_id__in=gone, undone_at=None).select_related("into") if gone else []
    return known | {row.merged_id: row.into for row in rows}


def stayed(pk: UUID) -> UUID | None:
    """Return the account that this one went into; None where it did not."""
    row = in_force(pk)
    return row.into_id if row else None
