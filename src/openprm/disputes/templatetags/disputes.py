"""``{% load disputes %}``: states and outcomes as badges, and whether the vendor is late."""

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from openprm.disputes import standing
from openprm.disputes.models import Dispute
from openprm.kernel.templatetags.ui import badge

register = template.Library()


@register.simple_tag
def dispute_state(dispute: Dispute) -> SafeString:
    """Draw the state as a badge."""
    shown = standing.badge(dispute)
    return badge(shown.label, shown.tone, shown.icon)


@register.simple_tag
def dispute_outcome(value: str) -> SafeString:
    """Draw an outcome as a badge; nothing where there is none."""
    shown = standing.outcome(value)
    return badge(shown.label, shown.tone, shown.icon) if shown else SafeString("")


@register.simple_tag
def dispute_late(dispute: Dispute) -> bool:
    """Say whether the decision is overdue."""
    return standing.is_overdue(dispute, at=timezone.now())
