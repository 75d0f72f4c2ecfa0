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
    """Return the accounts whose digests were asked for. Call it as the system.

    Nothing can be told while not all accounts have digests under the key that was used, nor of a key that is not known
    any more: a page that was open while the secret changed.
    """
    marks = {digests.mark(key): digests.name_of(key) for key in digests.all_keys()}
    wanted = BlindName.objects.filter(digest__in=[*marks, asked.name, *asked.domains])
    rows = {(bytes(digest), account) for digest, account in wanted.values_list("digest", "account_id")}
    complete = [marks[digest] for digest in marks if (digest, NOBODY) in rows]
    if not complete or (asked.made_with and asked.made_with not in complete):
        return Found(told=False)
    same = frozenset(account for _digest, account in rows) - {NOBODY}
    begin = BlindName.objects.filter(digest=asked.beginning) if asked.beginning else BlindName.objects.none()
    alike = frozenset(begin.values_list("account_id", flat=True)[: MOST + 1]) - same
    return Found(told=len(alike) <= MOST, same=same, alike=alike)


def key_to_use() -> bytes:
    """Return the key to ask with: the newest under which all accounts have their digests. Call it as the system."""
    known = digests.all_keys()
    there = BlindName.objects.filter(digest__in=[digests.mark(key) for key in known], account_id=NOBODY)
    complete = {bytes(digest) for digest in there.values_list("digest", flat=True)}
    return next((key for key in known if digests.mark(key) in complete), known[0])


def is_complete() -> bool:
    """Say whether all accounts have their digests under the key in force."""
    return BlindName.objects.filter(digest=digests.mark()).exists()


def complete() -> None:
    """Note that all accounts have their digests now, under every key that counts; those that are nobody's go."""
    BlindName.objects.filter(account_id=NOBODY).delete()
    BlindName.objects.bulk_create(BlindName(digest=digests.mark(key), account_id=NOBODY) for key in digests.all_keys())
