"""``{% load panels %}``: a place for other features' panels inside a template."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from openprm.kernel.panels import drawn

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: Context, place: str, subject: Any) -> SafeString:
    """Draw what other features bring to a place, beside one row."""
    return mark_safe("".join(drawn(place, context["request"], subject)))  # noqa: S308 - drawn by templates, escaped
