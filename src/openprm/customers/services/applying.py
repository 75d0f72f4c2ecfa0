"""What people decided, put on top of what matching found: at once, whoever asks. Call it as the system."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from openprm.customers.services import family
from openprm.customers.services.decisions import Verdict, key_of
from openprm.matching import Decision, Match, Query

ORDER = list(Decision)
LIKELY = 1 / 3  # from here on a possible match brings its family
MOST_RELATIVES = 500  # of a family that are looked at beyond what was found by name


class _Decided(NamedTuple):
    verdict: str
    account_id: UUID
    name: str
    other_id: UUID | None


# Asked with every name that is typed, so it is not put together anew each time.
_DECIDED = """
select d.verdict, d.account_id, a.name, d.other_id
from customers_companydecision d join customers_account a on a.id = d.account_id
where d.other_id is not null and (d.account_id = any(%(found)s) or d.other_id = any(%(found)s))
   or d.other_id is null and d.key = %(key)s and %(key)s <> '' and d.domain in ('', %(domain)s)
"""


def applied(query: Query, matches: Sequence[Match]) -> list[Match]:
    """Return the matches as decisions make them, likeliest first, with every account that is the same or of the family.

    "Not the same" takes a match away, "same company" makes it same, "subsidiary" a family.
    """
    found = {UUID(match.company_id): match for match in matches}
    of_name, of_pairs = _decisions(query, found)
    sure = _by_name(of_name, found)
    ordered = sorted(found.values(), key=lambda one: UUID(one.company_id) not in sure)  # stable: likeliest first
    if ordered and ordered[0].decision is Decision.SAME:
        _by_pair(of_pairs, UUID(ordered[0].company_id), found)
    _add_kin(found)
    first = {UUID(match.company_id): place for place, match in enumerate(ordered)}
    return sorted(
        found.values(), key=lambda one: (first.get(UUID(one.company_id), len(first)), ORDER.index(one.decision))
    )


def _decisions(query: Query, found: Collection[UUID]) -> tuple[list[_Decided], list[_Decided]]:
    """Return decisions about the very name, and those between what was found and other accounts; one query."""
    key, domain = key_of(query)
    if not key and not found:
        return [], []
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"found": list(found), "key": key, "domain": domain})
        rows = [_Decided(*row) for row in cursor.fetchall()]
    return [row for row in rows if row.other_id is None], [row for row in rows if row.other_id is not None]


def _by_name(rows: Iterable[_Decided], found: dict[UUID, Match]) -> set[UUID]:
    """Apply decisions about the very name; return the accounts it is for sure."""
    for row in rows:
        _apply(row.verdict, row.account_id, row.name, found)
    return {row.account_id for row in rows if row.verdict == Verdict.SAME}


def _by_pair(rows: Iterable[_Decided], company: UUID, found: dict[UUID, Match]) -> None:
    """Apply decisions about the account that the company is, and others that were found."""
    for row in rows:
        if company in (row.account_id, row.other_id):
            other = row.other_id if row.account_id == company else row.account_id
            assert other is not None
            if other in found:
                _apply(row.verdict, other, found[other].name, found)


def _apply(verdict: str, account: UUID, name: str, found: dict[UUID, Match]) -> None:
    if verdict == Verdict.DIFFERENT:
        found.pop(account, None)
        return
    decision = Decision.SAME if verdict == Verdict.SAME else Decision.FAMILY
    match = found.get(account)
    evidence = match.evidence if match else ()
    found[account] = Match(str(account), match.name if match else name, 1.0, decision, evidence)


def _add_kin(found: dict[UUID, Match]) -> None:
    """Add what belongs to what was found, however little the names are alike; one query, and a bounded answer.

    The same company counts as much as what was found; parents and subsidiaries of what is the same or of the family are
    of the family, and those of what may well be the company are possible, too.
    """
    sure = [key for key, match in found.items() if match.decision is not Decision.DIFFERENT]
    added = 0
    for one in sorted(family.kin(sure), key=lambda kin: not kin.same) if sure else []:
        match = found[one.account_id]
        if one.same:
            decision = match.decision
        elif match.decision in (Decision.SAME, Decision.FAMILY):
            decision = Decision.FAMILY
        elif match.probability >= LIKELY:
            decision = Decision.POSSIBLE
        else:
            continue
        known = found.get(one.other_id)
        added += known is None and not one.same
        if added > MOST_RELATIVES and known is None and not one.same:
            continue
        if known is None or ORDER.index(decision) < ORDER.index(known.decision):
            name, evidence = (known.name, known.evidence) if known else (match.name, ())
            found[one.other_id] = Match(str(one.other_id), name, match.probability, decision, evidence)
