"""Loading the demo programme, once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from openprm.accounts import actors
from openprm.demo import (
    automations,
    customers,
    disputes,
    efforts,
    fairness,
    families,
    history,
    journeys,
    news,
    prices,
    programme,
    recruiting,
    tiers,
)
from openprm.demo.personas import PERSONAS
from openprm.kernel import events
from openprm.kernel.access import as_system
from openprm.partners.models import Partner

SEED = 20261102


def _unheard(_what: str) -> None:
    """Tell nobody."""


def load(
    *,
    at: datetime | None = None,
    accounts: int | None = None,
    deals: int = history.DEALS,
    tell: Callable[[str], None] = _unheard,
) -> bool:
    """Load the programme in one transaction unless there are partners already; return whether it was loaded.

    ``accounts`` and ``deals`` make it smaller, for tests. ``tell`` is told what is being made.
    """
    now = at or timezone.now()
    rng = Random(SEED)
    with transaction.atomic(), as_system():
        if Partner.objects.exists():
            return False
        beginning = now - timedelta(days=30 * history.MONTHS + 10)
        with events.silently():
            tell("Making a programme with its partners, people and prices")
            made = programme.build(beginning, rng)
            efforts.set_up(made)
            prices.set_up(made, now=now)
            tell("Making the vendor's customers and opportunities")
            customers.load_accounts(rng, at=beginning, many=accounts)
            customers.load_opportunities(rng, at=now - timedelta(days=60), since=beginning)
            families.load(at=beginning)
        tell(f"Living through {history.MONTHS} months of deals")
        history.live(made, now=now, rng=rng, many=deals)
        tell("Living through disputes, activities and extensions")
        disputes.live(now=now)
        efforts.live(made, now=now, rng=Random(SEED))
        disputes.contest_an_extension(now=now)
        tell("Living through tiers, families and onboarding")
        tiers.live(made, now=now, rng=Random(SEED))
        families.decide(actors.of(made.managers["emea"]), at=now)
        journeys.live(made, now=now)
        tell("Adding receipts, automations, applications and news")
        with events.silently():
            fairness.show(now=now)
            automations.live(made, now=now)
        recruiting.live(now=now)
        news.live(made, now=now)
    return True


def sign_ins() -> list[tuple[str, str]]:
    """Return who one can be in the demo: what they are, and their address."""
    return [(f"{person.name}, {person.title}, {person.company}", person.email) for person in PERSONAS]
