"""What people decided, put on top of what matching found: at once, whoever asks. Call it as the system."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from openprm.customers.models import CompanyDecision
from openprm.customers.services import family
from openprm.customers.services.decisions import Verdict, key_of
from openprm.matching import Decision, Match, Query

ORDER = list(Decision)
LIKELY = 1 / 3  # from here on a possible match brings its family
MOST_RELATIVES = 500  # of a family that are looked at beyond what was found by name


def applied(query: Query, matches: Sequence[Match]) -> list[Match]:
    """Return the matches as decisions make them, likeliest first, with every account that is the same or of the family.

    "Not the same" takes a match away, "same company" makes it same, "subsidiary" a family.
    """
    found = {UUID(match.company_id): match for match in matches}
    sure = _by_name(query, found)
    ordered = sorted(found.values(), key=lambda one: UUID(one.company_id) not in sure)  # stable: likeliest first
    if ordered and ordered[0].decision is Decision.SAME:
        _by_pair(UUID(ordered[0].company_id), found)
    _add_kin(found)
    first = {UUID(match.company_id): place for place, match in enumerate(ordered)}
    return sorted(
        found.values(), key=lambda one: (first.get(UUID(one.company_id), len(first)), ORDER.index(one.decision))
    )


def _by_name(query: Query, found: dict[UUID, Match]) -> set[UUID]:
    """Apply decisions about the very name; return the accounts it is for sure."""
    key, domain = key_of(query)
    sure: set[UUID] = set()
    if not key:
        return sure
    rows = CompanyDecision.objects.filter(other=None, key=key, domain__in=["", domain]).select_related("account")
    for row in rows:
        _apply(row.verdict, row.account_id, row.account.name, found)
        if row.verdict == Verdict.SAME:
            sure.add(row.account_id)
    return sure


def _by_pair(company: UUID, found: dict[UUID, Match]) -> None:
    """Apply decisions about the account that the company is, and others that were found."""
    others = [key for key in found if key != company]
    pairs = Q(account=company, other__in=others) | Q(other=company, account__in=others)
    for row in CompanyDecision.objects.filter(pairs) if others else []:
        other = row.other_id if row.account_id == company else row.account_id
        assert other is not None
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
