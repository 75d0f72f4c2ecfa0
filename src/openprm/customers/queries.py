"""The questions that pages ask about accounts, opportunities and imports."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from openprm.customers import rules, services
from openprm.customers.models import Account, Opportunity
from openprm.kernel.events.models import Event
from openprm.matching import Decision, Match, Query
from openprm.matching.normalise import fold, normalise

MOST_FOUND = 500  # a search shows no more than this many rows; who wants others types more
MOST_READ = 20_000
HAPPENINGS = 15


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
    exact = list(Account.objects.filter(external_id=text).values_list("pk", flat=True))
    domain = rules.domain_of(text)
    if domain:
        exact += Account.objects.filter(domain=domain).values_list("pk", flat=True)[:MOST_FOUND]
    found = [*exact, *_by_beginnings(_typed(text))]
    if found or len(text) < 3:
        return found
    return [UUID(match.company_id) for match in services.find(Query(text), limit=10) if _is_like(match)]


def lookalikes(account: Account) -> list[tuple[Account, Match]]:
    """Return other accounts that may be the same company, likeliest first."""
    query = Query(account.name, account.domain or None, account.country or None)
    matches = [m for m in services.find(query, limit=6) if m.company_id != str(account.pk) and _is_like(m)]
    known = Account.objects.in_bulk([UUID(match.company_id) for match in matches])
    return [(known[UUID(match.company_id)], match) for match in matches if UUID(match.company_id) in known]


def happenings(row: Account | Opportunity) -> list[Event]:
    """Return what happened to a row, newest first."""
    return list(Event.objects.filter(subject_id=row.pk).order_by("-at", "-pk")[:HAPPENINGS])


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


def _is_like(match: Match) -> bool:
    return match.decision is not Decision.DIFFERENT
