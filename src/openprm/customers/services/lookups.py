"""Is this company known already? Asked while somebody types, and answered for good when they register."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from openprm import matching
from openprm.customers import index, rules
from openprm.customers.blind import shelf
from openprm.customers.models import Account
from openprm.customers.services import family, learnt, locks
from openprm.customers.services.accounts import INDEXED, companies_of, store_new
from openprm.customers.services.applying import applied
from openprm.kernel.access import Actor, as_system
from openprm.matching import Company, Decision, Match, Query
from openprm.matching.normalise import normalise, umlauts

REBUILT_AT_ONCE = 5_000


def find(query: Query, limit: int = 5, *, explained: bool = True) -> list[Match]:
    """Return the accounts that may be the company asked about, likeliest first. Sees all accounts, whoever asks.

    What people decided about names and accounts stands above what matching finds, and accounts that are one company
    or one family by decision or by their parents come with each other. ``explained=False`` leaves the reasons out,
    where nobody reads them.
    """
    with as_system():
        correction = learnt.in_force()
        reasons = explained or correction is not None
        matches = matching.find(query, index.PostgresIndex(), limit, explained=reasons)
        return applied(query, learnt.corrected(matches, correction))


def identify(*, query: Query, by: Actor, at: datetime) -> Account:
    """Return the account that is the same company, or make one.

    Whoever asks about the same name or domain at the same moment waits for the first to commit, and then finds what
    it made: there is one account at the end.
    """
    return recognise(query=query, by=by, at=at)[0]


def recognise(*, query: Query, by: Actor, at: datetime) -> tuple[Account, list[Match]]:
    """Identify the company, and return also what else it is like: the matches that `find` gives.

    Until the transaction ends, nobody else recognises one of these companies, nor adds one that may be like them: who
    comes at the same moment, with the same name or a variant, waits and then sees what the first one did.
    """
    with as_system():
        locks.share(locks.IDENTITIES)
        locks.companies(_keys(query))
        account, matches = _known(query)
        if account is None:
            account = store_new(_named(query), by=by, at=at)
        family.hold_families({account.pk, *(UUID(match.company_id) for match in matches if _is_like(match))})
        return account, matches


def _known(query: Query) -> tuple[Account | None, list[Match]]:
    """Return the account that is the company, and the matches. Where there is none, only this transaction may add one.

    Variants of a new name have no key in common, so whoever may add a company holds one lock for all; names that are
    known as they stand, which most are, go beside each other.
    """
    exact = index.same_companies([Company("asked", query.name, (), query.domain, query.country)])
    for alone in (True,) if not exact else (False, True):
        if alone:
            locks.hold(locks.NEW_COMPANIES)
        matches = find(query, explained=False)
        if matches and matches[0].decision is Decision.SAME:
            return Account.objects.get(pk=UUID(matches[0].company_id)), matches
    return None, matches


def _named(query: Query) -> Account:
    website = query.domain or ""
    return Account(
        name=rules.name(query.name),
        website=website[:300],
        domain=rules.domain_of(website),
        country=(query.country or "").upper(),
        origin=Account.Origin.REGISTRATION,
    )


def _is_like(match: Match) -> bool:
    return match.decision is not Decision.DIFFERENT


def rebuild_index(progress: Callable[[int], None] | None = None) -> int:
    """Write the company index anew from the accounts and return how many there are.

    Goes account by account in batches that commit, so that look-ups go on meanwhile.
    """
    done = 0
    for accounts in _batches():
        with as_system():
            index.write(companies_of(*accounts))
        done += len(accounts)
        if progress:
            progress(done)
    with as_system():
        index.recount()
        shelf.complete()
    return done


def shelve_blind() -> None:
    """Give every account its digests anew where that is due: after an update, or with another secret."""
    with as_system():
        if shelf.is_complete():
            return
    for accounts in _batches():
        with as_system():
            companies = companies_of(*accounts)
            shelf.forget([company.id for company in companies])
            shelf.write(companies)
    with as_system():
        shelf.complete()


def _batches() -> Iterator[list[Account]]:
    last: UUID | None = None
    while True:
        with as_system():
            rows = Account.objects.order_by("pk").only(*INDEXED)
            batch = list((rows.filter(pk__gt=last) if last else rows)[:REBUILT_AT_ONCE])
        if not batch:
            return
        yield batch
        last = batch[-1].pk


def _keys(query: Query) -> list[str]:
    domain = rules.domain_of(query.domain or "")
    return ["n:" + umlauts(normalise(query.name).key), *(["d:" + domain] if domain else [])]
