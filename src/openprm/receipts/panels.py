"""Receipts on a deal's page."""

from typing import Any

from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.kernel.access import Actor
from openprm.receipts.queries import available


def portal(actor: Actor, deal: DealRegistration) -> dict[str, Any] | None:
    """Return the partner's receipts of its deal; nothing for drafts and others' deals."""
    return _panel(actor, deal, "portal") if deal.partner_id == actor.partner_id else None


def console(actor: Actor, deal: DealRegistration) -> dict[str, Any] | None:
    """Return the receipts that the partner can have, for the vendor."""
    return _panel(actor, deal, "console")


def _panel(actor: Actor, deal: DealRegistration, side: str) -> dict[str, Any] | None:
    if deal.state == State.DRAFT:
        return None
    pdf, document = f"{side}:receipt_pdf", f"{side}:receipt_json"
    return {"receipts": available(actor, deal), "pdf": pdf, "document": document}
