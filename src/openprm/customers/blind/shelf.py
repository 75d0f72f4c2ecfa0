"""The digests of all accounts: written in the transaction of the account they are of, searched by digest alone."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from openprm.customers.blind import digests
from openprm.customers.blind.digests import Blind
from openprm.customers.models import BlindName
from openprm.matching import Company

NOBODY = UUID(int=0)  # the "account" of the mark that says all accounts have their digests
MOST = 200  # accounts that one beginning may lead to; more cannot be told apart blind


@dataclass(frozen=True, slots=True)
class Found:
    """What stands under the digests asked for. ``told`` is False where nothing can be said."""

    told: bool
    same: frozenset[UUID] = frozenset()
    alike: frozenset[UUID] = frozenset()


def write(companies: Sequence[Company]) -> None:
    """Add the digests of companies that have none."""
    rows = {(digest.hex(), company.id) for company in companies for digest in digests.of_account(company)}
    with connection.cursor() as cursor, cursor.copy("copy customers_blindname (digest, account_id) from stdin") as copy:
        copy.write("".join([f"\\\\x{digest}\t{account}\n" for digest, account in sorted(rows)]))


def forget(company_ids: Sequence[str | uuid.UUID]) -> None:
    """Take companies off the shelf."""
    BlindName.objects.filter(account_id__in=[UUID(str(one)) for one in company_ids]).delete()


def find(asked: Blind) -> Found:
    """Return the accounts whose digests were asked for. Call it as the system."""
    wanted = BlindName.objects.filter(digest__in=[digests.mark(), asked.name, *asked.domains])
    accounts = set(wanted.values_list("account_id", flat=True))
    if NOBODY not in accounts:  # the mark is not there
        return Found(told=False)
    same = frozenset(accounts) - {NOBODY}
    begin = BlindName.objects.filter(digest=asked.beginning) if asked.beginning else BlindName.objects.none()
    alike = frozenset(begin.values_list("account_id", flat=True)[: MOST + 1]) - same
    return Found(told=len(alike) <= MOST, same=same, alike=alike)


def is_complete() -> bool:
    """Say whether all accounts have their digests under the key in force."""
    return BlindName.objects.filter(digest=digests.mark()).exists()


def complete() -> None:
    """Note that all accounts have their digests now; those that are nobody's go."""
    BlindName.objects.filter(account_id=NOBODY).delete()
    BlindName.objects.create(digest=digests.mark(), account_id=NOBODY)
