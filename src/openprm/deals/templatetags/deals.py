"""``{% load deals %}``: states and verdicts as badges."""

from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from openprm.deals import standing
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.kernel.templatetags.ui import badge, ring
from openprm.kernel.ui import times

register = template.Library()


@register.simple_tag
def deal_state(deal: DealRegistration, portal: bool = False) -> SafeString:
    """Draw the state as a badge."""
    shown = standing.badge(deal, portal=portal)
    return badge(shown.label, shown.tone, shown.icon)


@register.simple_tag
def verdict_badge(level: str) -> SafeString:
    """Draw a verdict as a badge; nothing where none was given."""
    shown = standing.verdict(level)
    return badge(shown.label, shown.tone) if shown else SafeString("")


@register.simple_tag
def is_late(deal: DealRegistration) -> bool:
    """Say whether the decision is overdue."""
    return standing.is_late(deal, now=timezone.now())


@register.simple_tag
def days_left(deal: DealRegistration) -> int | None:
    """Return the days of protection left; None where there is none."""
    if deal.state != State.APPROVED or deal.protected_until is None:
        return None
    return times.days_left(deal.protected_until)


@register.simple_tag
def protection_ring(deal: DealRegistration) -> SafeString:
    """Draw the days of protection left as a small ring, against the days that were granted."""
    left = days_left(deal)
    if left is None or deal.protected_until is None or deal.decided_at is None:
        return SafeString("")
    granted = max(1, (deal.protected_until - deal.decided_at).days)
    tone = "possible" if left <= max(7, granted // 6) else "clear"
    words = ngettext("%d day of protection left", "%d days of protection left", left) % left
    return ring(left, max(granted, left), left, words, tone)


@register.filter
def plain_amount(value: Decimal | None) -> str:
    """Return an amount as a person would type it: no cents where there are none."""
    if value is None:
        return ""
    return str(int(value)) if value == value.to_integral_value() else str(value)
