"""Blocks of a page: its head, cards, notes, facts, timelines, empty places."""

from typing import Any

from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from openprm.kernel.templatetags.ui.library import draw, register
from openprm.kernel.ui import tones
from openprm.kernel.ui.table.columns import NOTHING


@register.simple_block_tag(takes_context=True)
def page_header(
    context: Context,
    content: str,
    title: Any,
    subtitle: Any = "",
    back_url: str = "",
    back_label: Any = "",
    status: Any = None,
) -> SafeString:
    """Draw the head of a page; what is inside are its actions: one primary button, then a menu of the others."""
    values = {"title": title, "subtitle": subtitle, "back_url": back_url, "back_label": back_label, "status": status}
    return draw(context, "page_header", {**values, "content": content.strip() and content})


@register.simple_block_tag(takes_context=True)
def card(context: Context, content: str, title: Any = "", subtitle: Any = "", **more: Any) -> SafeString:
    """Draw a card. ``flush=True`` without padding; ``link`` and ``link_label`` beside the title; ``foot``."""
    return draw(
        context,
        "card",
        {"title": title, "subtitle": subtitle, "content": content, "extra": more.pop("class_", ""), **more},
    )


@register.simple_block_tag(takes_context=True)
def notice(
    context: Context, content: str, tone: str = "info", title: Any = "", icon: str = "", **more: Any
) -> SafeString:
    """Draw a note within the page: info, clear, possible or blocked. ``live=True`` reads it out when it changes."""
    meaning = tones.tone(tone)
    return draw(
        context,
        "notice",
        {"tone": meaning, "icon": icon or tones.tone_icon(meaning), "title": title, "content": content, **more},
    )


@register.simple_tag(takes_context=True)
def empty_state(
    context: Context, title: Any, text: Any = "", icon: str = "inbox", action: Any = "", url: str = "", **more: Any
) -> SafeString:
    """Draw what an empty place teaches: an icon, a sentence, one button. ``small=True`` inside cards."""
    return draw(
        context, "empty_state", {"icon": icon, "title": title, "text": text, "action": action, "url": url, **more}
    )


@register.simple_block_tag
def facts(content: str, lines: bool = False) -> SafeString:
    """Draw a list of facts (``{% fact %}`` inside), as columns or with ``lines`` one below the other."""
    return format_html('<dl class="facts{}">{}</dl>', " facts-lines" if lines else "", content)


@register.simple_tag
def fact(label: Any, value: Any = "") -> SafeString:
    """Draw one fact: its words and its value."""
    shown = NOTHING if value is None or value == "" else value
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, shown)


@register.simple_block_tag
def fact_block(content: str, label: Any) -> SafeString:
    """Draw one fact whose value is markup."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content)


@register.simple_tag(takes_context=True)
def timeline(context: Context, entries: Any, nothing: Any = "") -> SafeString:
    """Draw what happened: entries with ``at`` and ``title``, and more where they have it (see the README)."""
    return draw(context, "timeline", {"entries": entries, "nothing": nothing})


@register.filter(name="tone")
def tone_filter(name: Any) -> str:
    """Return the tone that a word means."""
    return tones.tone(str(name or ""))
