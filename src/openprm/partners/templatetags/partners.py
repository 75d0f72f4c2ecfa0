"""``{% load partners %}``: what pages of other features show of a partner."""

from django import template

from openprm.kernel.ui.tones import Status
from openprm.partners import stories
from openprm.partners.models import Partner

register = template.Library()


@register.filter
def partner_status(partner: Partner) -> Status:
    """Return where a partner stands, for ``{% status %}``."""
    return stories.status(partner)
