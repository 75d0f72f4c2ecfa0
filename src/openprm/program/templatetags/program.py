"""Words and tones of standing, for templates."""

from django import template

from openprm.partners import tiers
from openprm.program import words

register = template.Library()


@register.filter
def tier_name(code: str) -> str:
    """Return a tier's name."""
    return tiers.label(code)


@register.filter
def move_tone(kind: str) -> str:
    """Return the tone of a kind of move."""
    return words.TONES.get(kind, "neutral")
