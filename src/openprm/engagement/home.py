"""What rules of engagement put on an account's page."""

from typing import Any

from openprm.customers.models import Account
from openprm.engagement.models import Hold
from openprm.kernel.access import Actor


def account_panel(_actor: Actor, account: Account) -> dict[str, Any]:
    """Return whether the account is on hold."""
    return {"held": Hold.objects.filter(account=account).first()}
