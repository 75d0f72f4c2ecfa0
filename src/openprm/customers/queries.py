"""The questions that pages ask about accounts, opportunities and imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from openprm.customers import rules, services
from openprm.customers.evidence import FULL, Bar, bar, bars
from openprm.customers.models import Account, CompanyDecision, Merge, Opportunity
from openprm.customers.services import family, merged
from openprm.kernel.access import as_system
from openprm.kernel.errors import Invalid
from openprm.kernel.events.models import Event
from openprm.matching import Decision, Match, Query
from openprm.matching.normalise import fold, normalise

MOST_LIKE = 6
MOST_RELATIVES = 50
MOST_FOUND = 500  # a search shows no more than this many rows; who wants others types more
MOST_READ = 20_000
HAPPENINGS = 15
LEAST_OFFERED = 0.05  # likeliness of a pair of companies that people are asked to decide about


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Another account that may be the same company, and why; without a match, numbers are what they share."""

    account: Account
    match: Match | None
    bars: list[Bar]

    @property
    def percent(self) -> int | None:
        """Return how likely they are the same company; a family's share would mislead."""
        if self.match is None or self.match.decision is Decision.FAMILY:
            return None
        return min(99, round(100 * self.match.probability))


@dataclass(frozen=True, slots=True)
class Relatives:
    """The family of an account: ``above`` from the top down, ``below`` its own subsidiaries, ``same`` by decision."""

    above: list[Account]
    below: list[Account]
    below_count: int
    same: list[Account]

    def __bool__(self) -> bool:
        return bool(self.above or self.below or self.same)


def search_accounts(rows: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Return the accounts whose names hold all words typed (or their beginnings), or whose domain or id it is.

    Where there are none, those that are like it: typing errors and acronyms are forgiven. Quick however many there are.
    """
    return rows.filter(pk__in=account_ids(text))


def search_opportunities(rows: QuerySet[Opportunity], text: str) -> QuerySet[Opportunity]:
    """Return the opportunities of accounts that the text finds, and those whose name begins so or whose id it is."""
    named = Opportunity.objects.filter(name__istartswith=text).values_list("pk", flat=True)[:MOST_FOUND]
    of_accounts = Opportunity.objects.filter(account__in=account_ids(text)).values_list("pk", flat=True)[:MOST_FOUND]
    known = Opportunity.objects.filter(external_id=text).values_list("pk", flat=True)
    return rows.filter(pk__in={*named, *of_accounts, *known})


def account_ids(text: str) -> list[UUID]:
    """Return the accounts a search finds."""
    gone = Merge.objects.filter(external_id=text, undone_at=None).values_list("into_id", flat=True)
    exact = list(Account.objects.filter(external_id=text).values_list("pk", flat=True).union(gone))
    domain = rules.domain_of(text)
    if domain:
        exact += Account.objects.filter(domain=domain).values_list("pk", flat=True)[:MOST_FOUND]
    found = [*exact, *_by_beginnings(_typed(text))]
    if found or len(text) < 3:
        return found
    return [
        UUID(match.company_id) for match in services.find(Query(text), limit=10, explained=False) if _is_like(match)
    ]


def lookalikes(account: Account) -> list[Lookalike]:
    """Return other accounts that may be the same company, likeliest first; what is decided already is left out.

    So is a name that shares a few words and is hardly the same company's: nobody's time is asked for it. It counts
    as a similar name all the same where a partner registers it.
    """
    query = Query(account.name, account.domain or None, account.country or None)
    with as_system():
        settled = {one.other_id for one in family.kin([account.pk])} | _decided(account) | {account.pk}
    matches = {UUID(match.company_id): match for match in services.find(query, limit=8) if _is_offered(match)}
    shared = _sharing_numbers(account)
    wanted = [key for key in [*shared, *(key for key in matches if key not in shared)] if key not in settled]
    known = Account.objects.in_bulk(wanted)
    return [
        Lookalike(
            known[key], matches.get(key), [*shared.get(key, ()), *bars(matches[key].evidence if key in matches else ())]
        )
        for key in wanted
        if key in known
    ][:MOST_LIKE]


def _decided(account: Account) -> set[UUID]:
    pairs = decisions_about(account).exclude(other=None).values_list("account_id", "other_id")
    return {key for pair in pairs for key in pair if key}


def _sharing_numbers(account: Account) -> dict[UUID, list[Bar]]:
    """Return the accounts with a registration number or telephone of this one, and what they share as evidence."""
    same = Q(registration_ids__overlap=account.registration_ids) if account.registration_ids else Q(pk=None)
    rows = Account.objects.filter(same).exclude(pk=account.pk)[:MOST_LIKE]
    return {
        row.pk: [
            bar(_("Same registration number: %(number)s") % {"number": number.replace(":", " ", 1)}, FULL)
            for number in sorted(set(row.registration_ids) & set(account.registration_ids))
        ]
        for row in rows
    }


def decisions_about(account: Account) -> QuerySet[CompanyDecision]:
    """Return the decisions in force about an account, newest first."""
    rows = CompanyDecision.objects.filter(Q(account=account) | Q(other=account))
    return rows.select_related("account", "other").order_by("-decided_at", "-pk")


def relatives(account: Account) -> Relatives:
    """Return whom an account belongs to, what belongs to it, and which accounts are the same company by decision."""
    with as_system():
        above = [key for key in family.ancestors(account.pk) if key != account.pk]
        same = [one.other_id for one in family.kin([account.pk]) if one.same][:MOST_RELATIVES]
    known = Account.objects.in_bulk([*above, *same])
    children = Account.objects.filter(parent=account).annotate(below=Count("subsidiaries")).order_by("name")
    return Relatives(
        [known[key] for key in reversed(above) if key in known],
        list(children[:MOST_RELATIVES]),
        children.count(),
        [known[key] for key in same if key in known],
    )


def one_account(text: str) -> Account | None:
    """Return the account that a person names by its external id, name or web domain; None for an empty text."""
    plain = text.strip()
    if not plain:
        return None
    if stayed := merged.by_external_ids([plain]).get(plain):
        return stayed
    domain = rules.domain_of(plain)
    for where in (Q(external_id=plain), Q(name__iexact=plain), Q(domain=domain) if domain else Q(pk=None)):
        found = list(Account.objects.filter(where)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise _unclear(_("Several accounts are called so; give the external id."))
    likely = account_ids(plain)
    if len(likely) == 1:
        return Account.objects.get(pk=likely[0])
    raise _unclear(_("No account is called so. Add that company first, or give its external id."))


def _unclear(message: str) -> Invalid:
    return Invalid(message, fields={"parent": message})


def happenings(row: Account | Opportunity) -> list[Event]:
    """Return what happened to a row, newest first; to an account also what happened to those that went into it."""
    gone = [merge.merged_id for merge in merges_into(row)] if isinstance(row, Account) else []
    return list(Event.objects.filter(subject_id__in=[row.pk, *gone]).order_by("-at", "-pk")[:HAPPENINGS])


def merges_into(account: Account) -> QuerySet[Merge]:
    """Return the accounts that went into this one, the newest first."""
    return account.merges.filter(undone_at=None).order_by("-merged_at", "-pk")


def _by_beginnings(words: Sequence[str]) -> list[UUID]:
    """Return the accounts that have a name with words beginning like all of those, by way of the rarest of them."""
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select * from customers_search(%s, %s, %s)", [list(words), MOST_READ, MOST_FOUND])
        return list({pk for (pk,) in cursor.fetchall()})


def _typed(text: str) -> list[str]:
    """Return the words to look for; legal forms only where nothing else was typed."""
    words = [*normalise(text).words] or fold(text)
    return list(dict.fromkeys(words))[:6]


def _is_offered(match: Match) -> bool:
    return _is_like(match) and (match.decision is not Decision.POSSIBLE or match.probability >= LEAST_OFFERED)


def _is_like(match: Match) -> bool:
    return match.decision is not Decision.DIFFERENT
