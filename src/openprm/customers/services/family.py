"""Which accounts are one company, and which are one family; and telling those who rely on it when it changes.

Accounts are one by decisions ("same company"), a family by their parents. What others keep by *identity* (protections
of deals) must follow in the transaction of the change, or refuse it: they enter themselves in ``followers``. Who
changes holds ``locks.IDENTITIES``, who relies on it for a transaction shares it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from openprm.customers.models import Account
from openprm.customers.services import locks
from openprm.kernel import settings_store
from openprm.kernel.access import as_system
from openprm.kernel.errors import Invalid

WHOLE_FAMILY = "customers.protect_family"

Follower = Callable[[Collection[UUID], datetime], None]
followers: list[Follower] = []


class Kin(NamedTuple):
    """Two accounts that belong together: ``same`` company, or only one family."""

    account_id: UUID
    other_id: UUID
    same: bool


def kin(accounts: Iterable[UUID]) -> list[Kin]:
    """Return the accounts that are the same company as one of these, or of its family. Call it as the system."""
    with connection.cursor() as cursor:
        cursor.execute("select asked, account_id, same from customers_kin(%s)", [list(accounts)])
        return [Kin(*row) for row in cursor.fetchall()]


def identity_of(account_id: UUID) -> UUID:
    """Return the account that stands for all that count as one customer with this one: the one known longest."""
    with connection.cursor() as cursor:
        cursor.execute("select customers_identity(%s)", [account_id])
        found: UUID = cursor.fetchone()[0]
        return found


def hold(accounts: Iterable[UUID]) -> None:
    """Let nobody else judge or protect these companies until the transaction ends; identities stay as they are."""
    locks.share(locks.IDENTITIES)
    hold_families(accounts)


def hold_families(accounts: Iterable[UUID]) -> None:
    """Hold the families of these companies, for who shares the identities already.

    One lock for each family, whether or not the programme protects it whole: a group of hundreds is one lock.
    """
    first = {key: key for key in accounts}  # each family is known by the member that comes first
    for one in kin(first):
        first[one.account_id] = min(first[one.account_id], one.other_id)
    locks.hold(*(f"customers.family:{key}" for key in set(first.values())))


@contextmanager
def following(accounts: Collection[UUID], *, at: datetime) -> Iterator[None]:
    """Let what depends on these accounts' identities follow the change that is made within; nothing for no accounts."""
    if not accounts:
        yield
        return
    with transaction.atomic(), as_system():
        locks.hold(locks.IDENTITIES)
        before = _together(accounts)
        yield
        follow(before | _together(accounts), at=at)


def follow(accounts: Collection[UUID], *, at: datetime) -> None:
    """Tell the followers that these accounts' identities may be others now."""
    for follower in followers:
        follower(accounts, at)


def follow_setting(_value: object, at: datetime) -> None:
    """Let everything follow that has a family, because the programme counts families otherwise from now on."""
    with transaction.atomic(), as_system():
        locks.hold(locks.IDENTITIES)
        families = Account.objects.filter(parent__isnull=False).values_list("pk", "parent_id")
        follow({key for pair in families for key in pair if key}, at=at)


def covers_family() -> bool:
    """Say whether a protection covers the customer's whole family."""
    return bool(settings_store.get(WHOLE_FAMILY))


def require_possible_parent(account: Account) -> None:
    """Refuse a parent that is the account itself, below it, or the same company. The database refuses circles, too."""
    locks.hold(locks.IDENTITIES)
    if account.parent_id is None:
        return
    if account.pk in ancestors(account.parent_id):
        message = _("That would be a circle: the chosen parent is this account, or belongs to it.")
        raise Invalid(message, code="parent_circle", fields={"parent": message})
    if any(one.same and one.other_id == account.parent_id for one in kin([account.pk])):
        message = _(
            "Both are the same company by a decision, so neither is the other's parent. Undo the decision first."
        )
        raise Invalid(message, code="parent_is_same", fields={"parent": message})


def ancestors(account_id: UUID) -> list[UUID]:
    """Return an account and those above it, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute("select account_id from customers_ancestors(%s)", [account_id])
        return [key for (key,) in cursor.fetchall()]


def _together(accounts: Iterable[UUID]) -> set[UUID]:
    keys = set(accounts)
    return keys | {one.other_id for one in kin(keys)}
