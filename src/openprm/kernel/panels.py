"""Parts of pages that features above bring: a deal's page shows its receipts, and deals know nothing of receipts.

A feature declares them (``Feature.panels``), the page that has the place draws them. Places there are
``console:account``, ``console:partner``, ``console:deal``, ``portal:deal`` and ``portal:company``; ``subject`` is the
page's row. ``portal:extension`` is a place within a deal's page, beside its latest declined extension
(``{% load panels %}{% panels "portal:extension" row %}``).
"""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from openprm.kernel.declarations import Panel, features
from openprm.kernel.http import Request


def declared(place: str) -> list[Panel]:
    """Return the panels that all features bring to a place, in order."""
    panels = [panel for feature in features.values() for panel in feature.panels if panel.place == place]
    return sorted(panels, key=lambda panel: panel.order)


def drawn(place: str, request: Request, subject: Any, *, aside: bool = False) -> list[SafeString]:
    """Return the panels of a place that this reader may see, drawn; ``aside`` chooses the narrow column's."""
    actor = request.actor
    wanted = (panel for panel in declared(place) if panel.aside is aside and actor.may(panel.permission))
    contexts = ((panel, panel.context(actor, subject)) for panel in wanted)
    return [
        render_to_string(panel.template, {**context, "subject": subject}, request=request)
        for panel, context in contexts
        if context is not None
    ]
