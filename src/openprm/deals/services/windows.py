"""How long deals are protected: the windows by tier and product line, and what they mean for one deal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from openprm.customers.models import ProductLine
from openprm.deals import events, policies
from openprm.deals.models import DealRegistration, ProtectionWindow
from openprm.deals.rules import Window, longer, protected_until, window_days
from openprm.kernel import settings_store
from openprm.kernel.access import Actor, as_system
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events import announce
from openprm.partners import tiers
from openprm.program import queries as program

LEAST, MOST = 1, 730


class WindowExists(Refusal):
    """There is a window for this tier and product line already."""

    code = "window_exists"


def ends(deal: DealRegistration, at: datetime) -> dict[UUID, datetime]:
    """Return until when each product line of the deal is protected, where the protection begins at ``at``."""
    with as_system():
        known = [
            Window(row.tier or None, row.product_line_id, row.days) for row in ProtectionWindow.objects.order_by("pk")
        ]
    usual, tier = settings_store.get("deals.protection_days"), deal.partner.tier
    lines = deal.lines.values_list("product_line_id", flat=True)
    given = program.protection_days(deal.partner_id, at)
    days = {line: window_days(known, tier=tier, line=line, otherwise=usual) for line in lines}
    return {line: protected_until(at, longer(days[line], given, line)) for line in days}


@transaction.atomic
def save_window(
    *,
    tier: str = "",
    product_line: ProductLine | None = None,
    days: int,
    by: Actor,
    at: datetime,
    window: ProtectionWindow | None = None,
) -> ProtectionWindow:
    """Create a window, or change ``window``. Deals that are protected already keep their end."""
    by.require(policies.RULES)
    _require_sound(tier, product_line, days)
    before = _said(window) if window else {}
    row = window or ProtectionWindow(created_at=at, updated_at=at)
    row.tier, row.product_line, row.days = tier, product_line, days
    try:
        with transaction.atomic():
            row.write("tier", "product_line", "days", at=at) if window else row.save(force_insert=True)
    except IntegrityError as error:
        if "window_once" not in str(error):
            raise
        raise WindowExists(_("There is a window for this tier and product line already. Change that one.")) from None
    announce(events.WindowSaved(str(row), changes(before, _said(row))), about=row, by=by, at=at)
    return row


@transaction.atomic
def remove_window(*, window: ProtectionWindow, by: Actor, at: datetime) -> None:
    """Remove a window; deals that are protected already keep their end."""
    by.require(policies.RULES)
    announce(events.WindowRemoved(str(window), window.days), about=window, by=by, at=at)
    window.delete()


def _require_sound(tier: str, product_line: ProductLine | None, days: int) -> None:
    wrong: dict[str, str] = {}
    if tier and tier not in tiers.codes():
        wrong["tier"] = _("Choose one of the tiers.")
    if not tier and product_line is None:
        wrong["tier"] = _("Choose a tier, a product line, or both; for everything else the setting holds.")
    if not LEAST <= days <= MOST:
        wrong["days"] = _("Give from %(least)s to %(most)s days.") % {"least": LEAST, "most": MOST}
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)


def _said(window: ProtectionWindow) -> dict[str, Any]:
    line = window.product_line
    return {"tier": window.tier, "product_line": line.key if line else "", "days": window.days}
