"""Accounts and opportunities from elsewhere, many at once: what is known by its external id changes, the rest is new.

Doing it twice is doing it once. A batch is *planned* (read-only: an import's preview shows the plan) and then written.
"""

from openprm.customers.services.upsert.accounts import plan_accounts, upsert_accounts
from openprm.customers.services.upsert.opportunities import plan_opportunities, upsert_opportunities
from openprm.customers.services.upsert.planning import MOST_ROWS, Planned

__all__ = [
    "MOST_ROWS",
    "Planned",
    "plan_accounts",
    "plan_opportunities",
    "upsert_accounts",
    "upsert_opportunities",
]
