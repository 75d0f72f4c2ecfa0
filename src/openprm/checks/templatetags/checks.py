"""Words about checks in templates."""

from typing import Any

from django import template

from openprm.checks import words

register = template.Library()


@register.filter
def alarm_word(code: str) -> Any:
    """Return an alarm in words."""
    return words.alarms([code])[0]
