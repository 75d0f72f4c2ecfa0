"""Moving between parts, and things to take away: tabs, steps, boards, copies, secrets, audiences."""

from typing import Any

from django.template.context import Context
from django.utils.html import json_script
from django.utils.safestring import SafeString

from openprm.kernel.templatetags.ui.library import draw, register, unique
from openprm.kernel.ui import builder


@register.simple_tag(takes_context=True)
def tabs(context: Context, items: Any, label: Any = "") -> SafeString:
    """Draw links to the parts of a page: items with ``label``, ``url``, ``active``, maybe ``count`` and ``icon``."""
    return draw(context, "tabs", {"items": items, "label": label})


@register.simple_tag(takes_context=True)
def stepper(context: Context, labels: Any, current: int = 1, label: Any = "") -> SafeString:
    """Draw the steps of a longer way; ``current`` counts from 1, and one beyond the last means all are done."""
    steps = [
        {"label": words, "done": at < current, "current": at == current} for at, words in enumerate(labels, start=1)
    ]
    return draw(context, "stepper", {"steps": steps, "label": label})


@register.simple_tag(takes_context=True)
def board(context: Context, columns: Any, template: str, label: Any = "") -> SafeString:
    """Draw columns of cards (see the README for what a column has); ``template`` draws each ``card``."""
    return draw(context, "board", {"columns": columns, "template": template, "label": label})


@register.simple_tag(takes_context=True)
def copyable(context: Context, value: Any, label: Any = "") -> SafeString:
    """Draw a value with a button that copies it."""
    return draw(context, "copyable", {"value": value, "label": label, **unique(context, "copy")})


@register.simple_tag(takes_context=True)
def secret(context: Context, value: Any, label: Any = "", text: Any = "") -> SafeString:
    """Draw a secret that is shown only this once."""
    return draw(context, "secret", {"value": value, "label": label, "text": text})


@register.simple_tag
def skeleton(lines: int = 3) -> SafeString:
    """Draw the shape of what is being loaded."""
    return draw(None, "skeleton", {"lines": range(lines)})


@register.simple_tag
def saved(text: Any = "") -> SafeString:
    """Draw where a form with ``data-autosave`` says that it saved."""
    return draw(None, "saved", {"text": text})


@register.simple_tag(takes_context=True)
def audience(
    context: Context, name: str, subject: str = "partner", value: Any = None, members_url: str = "", label: Any = ""
) -> SafeString:
    """Draw the builder of an audience; it writes the predicate as JSON into the hidden input ``name``."""
    prepared = builder.prepare(subject, value)
    own_id = unique(context, "audience")["id"]
    more = {"name": name, "id": own_id, "members_url": members_url, "label": label, "subject": subject}
    return draw(
        context,
        "audience",
        {**more, "fields": json_script(prepared.fields, f"{own_id}-fields"), "value": prepared.value},
    )
