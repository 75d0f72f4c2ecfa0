"""Parts of the account page that other features bring: ``Feature(extras={"account_panels": [Panel(...)]})``.

So the page shows, say, the deals registered for an account, and this feature knows nothing of deals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from openprm.customers.models import Account
from openprm.kernel.access import Actor
from openprm.kernel.declarations import features


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the account page: ``template`` is rendered with what ``context`` returns; None leaves it out."""

    key: str
    template: str
    context: Callable[[Actor, Account], dict[str, Any] | None]
    permission: str
    order: int = 100


def declared() -> list[Panel]:
    """Return the panels of all features, in order."""
    panels = [panel for feature in features.values() for panel in feature.extras.get("account_panels", ())]
    return sorted(panels, key=lambda panel: panel.order)


def drawn(actor: Actor, account: Account, request: Any = None) -> list[SafeString]:
    """Return the panels that this person may see, drawn."""
    contexts = [(panel, panel.context(actor, account)) for panel in declared() if actor.may(panel.permission)]
    return [
        render_to_string(panel.template, {**context, "account": account}, request=request)
        for panel, context in contexts
        if context is not None
    ]
