"""``{% load ui %}``: the components of pages. ``kernel/templates/README.md`` shows each with an example."""

from datetime import date, datetime
from itertools import count as counting
from typing import Any
from zlib import crc32

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.kernel.ui import builder, countries, forms, money, times, tones
from openprm.kernel.ui.chart import Chart
from openprm.kernel.ui.table.columns import NOTHING

register = template.Library()
_without_request = counting(1)

BUTTONS = {
    "primary": "btn btn-primary",
    "secondary": "btn",
    "ghost": "btn btn-ghost",
    "danger": "btn btn-danger",
    "danger-quiet": "btn btn-danger-quiet",
    "link": "btn btn-link",
}


def attributes(given: dict[str, Any]) -> SafeString:
    """Return keyword arguments as HTML attributes: ``hx_get="/x"`` becomes ``hx-get="/x"``; None and False leave out."""
    pairs = [(name.rstrip("_").replace("_", "-"), value) for name, value in given.items() if value not in (None, False)]
    bare = format_html_join("", " {}", ((name,) for name, value in pairs if value is True))
    return bare + format_html_join("", ' {}="{}"', (pair for pair in pairs if pair[1] is not True))


def draw(context: Context | None, name: str, values: dict[str, Any]) -> SafeString:
    """Render a component with its values and the page's request."""
    request = context.get("request") if context is not None else None
    inherited = {key: context[key] for key in ("actor", "brand") if context is not None and key in context}
    return render_to_string(f"components/{name}.html", {**inherited, **values}, request=request)


# Small things


def picture(name: str, label: Any = "", size: str = "", tone: str = "") -> SafeString:
    """Draw an icon. With ``label`` it speaks for itself; without, it is decoration beside a word."""
    classes = " ".join(part for part in ("icon", size and f"icon-{size}", tone and f"tone-{tone}") if part)
    heard = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    sprite = static("vendor/icons.svg")
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', classes, heard, sprite, name)


register.simple_tag(picture, name="icon")


@register.simple_tag
def badge(label: Any, tone: str = "neutral", icon: str = "", title: Any = "") -> SafeString:
    """Draw a word with its tone and icon."""
    meaning = tones.tone(tone)
    drawing = picture(icon or tones.tone_icon(tone))
    hover = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="pill tone-{}"{}>{}<span>{}</span></span>', meaning, hover, drawing, label)


@register.simple_tag
def status(of: Any, detail: bool = False) -> SafeString:
    """Draw a ``Status``: its badge, and with ``detail`` since when, why and what happens next."""
    return draw(None, "status", {"status": of, "detail": detail})


@register.simple_tag
def avatar(name: Any, image: str = "", size: str = "", square: bool = False) -> SafeString:
    """Draw a person's or company's picture, or initials in a colour of their own."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    initials = (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"
    hue = sum(ord(letter) for letter in str(name)) % 8 + 1
    classes = f"portrait portrait-{hue} {f'portrait-{size}' if size else ''} {'portrait-square' if square else ''}"
    if image:
        return format_html('<span class="{}"><img src="{}" alt="" loading="lazy"></span>', classes.strip(), image)
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes.strip(), initials)


@register.simple_tag
def when(value: date | datetime | None, exact: bool = False, otherwise: Any = "–") -> SafeString:
    """Draw a moment relative to now, with the exact time on hover (``exact=True`` the other way round)."""
    if not value:
        return conditional_escape(otherwise)
    relative, full = times.relative(value), times.exact(value)
    said, hover = (full, relative) if exact else (relative, full)
    stamp = times.moment(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
    keep = SafeString(" data-relative") if isinstance(value, datetime) and not exact else ""
    return format_html('<time datetime="{}" title="{}"{}>{}</time>', stamp, hover, keep, said)


@register.filter(name="money")
def money_filter(amount: Any, currency: Any = "") -> str:
    """Return an amount with its currency: ``{{ deal.value|money:deal.currency }}``."""
    if isinstance(amount, tuple) and len(amount) == 2:
        amount, currency = amount
    return money.show(amount, str(currency or ""))


@register.filter
def compact_money(amount: Any, currency: Any = "") -> str:
    """Return a short amount for tiles and boards: ``€1.2M``."""
    return money.compact(amount, str(currency or ""))


@register.filter
def number(value: Any) -> str:
    """Return a number with its thousands set apart."""
    return "–" if value is None else number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def country(code: Any) -> str:
    """Return a country's name from its two letters."""
    return countries.name(str(code or ""))


@register.filter(name="tone_icon")
def tone_icon_filter(tone: Any) -> str:
    """Return the icon that belongs to a tone."""
    return tones.tone_icon(str(tone or ""))


@register.simple_tag
def first_url(*names: str) -> str:
    """Return the address of the first URL name that exists, else nothing: optional pages are left out, not broken."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


# Actions


@register.simple_tag
def button(
    label: Any, url: str = "", kind: str = "secondary", icon: str = "", size: str = "", icon_only: bool = False, **more: Any
) -> SafeString:  # fmt: skip
    """Draw a button: a link when it has a ``url``, else one that submits its form (``type="button"`` for neither)."""
    classes = (
        BUTTONS.get(kind, BUTTONS["secondary"]) + (f" btn-{size}" if size else "") + (" btn-icon" if icon_only else "")
    )
    classes = f"{classes} {more.pop('class_', '')}".strip()
    drawing = picture(icon) if icon else ""
    words = format_html('<span class="visually-hidden">{}</span>', label) if icon_only else conditional_escape(label)
    if icon_only:
        more.setdefault("title", label)
    if url:
        return format_html('<a class="{}" href="{}"{}>{}{}</a>', classes, url, attributes(more), drawing, words)
    more = {"type": "submit", **more}
    return format_html('<button class="{}"{}>{}{}</button>', classes, attributes(more), drawing, words)


@register.simple_block_tag(takes_context=True)
def menu(
    context: Context, content: str, label: Any, icon: str = "dots", kind: str = "secondary", **more: Any
) -> SafeString:
    """Draw a button that opens a list of further actions; ``{% menu_item %}`` inside."""
    words = {"label": label, "icon": icon, "kind": BUTTONS.get(kind, BUTTONS["secondary"])}
    return draw(
        context, "menu", {**words, "icon_only": not more.get("show_label"), **_id(context, "menu"), "content": content}
    )


@register.simple_tag(takes_context=True)
def menu_item(
    context: Context, label: Any, url: str = "", icon: str = "", post: bool = False, tone: str = "", **more: Any
) -> SafeString:
    """Draw an entry of a menu: a link, or with ``post`` a button that posts to its address."""
    values = {"label": label, "url": url, "icon": icon, "post": post, "tone": tone, "attributes": attributes(more)}
    return draw(context, "menu_item", values)


@register.simple_block_tag(takes_context=True)
def confirm_button(
    context: Context,
    content: str,
    label: Any,
    url: str,
    title: Any,
    text: Any = "",
    confirm: Any = "",
    kind: str = "secondary",
    icon: str = "",
    tone: str = "danger",
    **more: Any,
) -> SafeString:
    """Draw a button that asks first, in a dialog that names the thing; what is inside becomes part of its form."""
    classes = BUTTONS.get(kind, BUTTONS["secondary"]) + (" btn-sm" if more.pop("size", "") == "sm" else "")
    values = {"label": label, "url": url, "title": title, "text": text, "confirm": confirm or label, "kind": classes}
    own_id = {"id": more.pop("id")} if "id" in more else _id(context, "ask")
    rest = {"icon": icon, "tone_name": tones.tone(tone), "content": content, "attributes": attributes(more)}
    return draw(context, "confirm", {**values, **rest, **own_id})


def _id(context: Context, word: str) -> dict[str, str]:
    """Return an id that no other component of this page has; those of fragments name the fragment's address."""
    request = context.get("request")
    count = getattr(request, "_ui_ids", 0) + 1
    if request is None:
        return {"id": f"{word}-{next(_without_request)}"}
    request._ui_ids = count
    place = f"{crc32(request.path.encode()) % 99991}-" if getattr(request, "htmx", False) else ""
    return {"id": f"{word}-{place}{count}"}


# Lists and forms


@register.simple_tag(takes_context=True)
def table(context: Context, bound: Any) -> SafeString:
    """Draw a list that a ``Table`` bound."""
    return draw(context, "table", {"table": bound})


@register.simple_tag
def field(bound: BoundField, label: Any = None, help: Any = None, **attrs: Any) -> SafeString:
    """Draw one field of a form: label, control, help, error. Further arguments become attributes of the control."""
    values = {"label": bound.label if label is None else label, "help": bound.help_text if help is None else help}
    if bound.is_hidden:
        return bound.as_hidden(attrs={name.replace("_", "-"): value for name, value in attrs.items()})
    own = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
    return draw(
        None,
        "field",
        {"field": bound, **values, "control": forms.control(bound, **own), "kind": forms.kind(bound), "drawn": True},
    )


@register.simple_tag
def control(bound: BoundField, **attrs: Any) -> SafeString:
    """Draw a field's control alone."""
    return forms.control(bound, **{name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()})


@register.filter
def field_kind(bound: BoundField) -> str:
    """Return how a field is laid out."""
    return forms.kind(bound)


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """Draw all fields of a form, without its errors' summary."""
    return format_html_join("", "{}", ((field(bound),) for bound in form))


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """Draw what is wrong with a form, each line leading to its field; nothing when all is well."""
    wrong = [(bound, bound.errors) for bound in form if bound.errors] if form.is_bound else []
    return draw(None, "error_summary", {"form": form, "wrong": wrong, "general": form.non_field_errors()})


# Blocks of a page


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
    """Draw a card. ``flush=True`` without padding; ``link``/``link_label`` beside the title; ``foot``, ``level``, ``id``."""
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
    """Draw what happened: entries with ``at``, ``title``, and maybe ``text``, ``quote``, ``actor``, ``icon``, ``tone``, ``url``."""
    return draw(context, "timeline", {"entries": entries, "nothing": nothing})


@register.filter(name="tone")
def tone_filter(name: Any) -> str:
    """Return the tone that a word means."""
    return tones.tone(str(name or ""))


# Numbers


@register.simple_tag(takes_context=True)
def stat(
    context: Context,
    label: Any,
    value: Any,
    url: str = "",
    icon: str = "",
    trend: Any = "",
    good: bool | None = None,
    note: Any = "",
) -> SafeString:
    """Draw a number that opens the list behind it. ``trend`` (``+12%``) is up or down by its sign; ``good`` colours it."""
    down = str(trend).startswith(("-", "−"))
    tone = "neutral" if good is None else "clear" if good else "blocked"
    arrow = ("trending-down" if down else "trending-up") if str(trend)[:1] in "+-−" and trend else ""
    values = {"label": label, "value": value, "url": url, "icon": icon, "trend": trend, "trend_icon": arrow}
    return draw(context, "stat", {**values, "tone": tone, "note": note})


@register.simple_tag(takes_context=True)
def progress(
    context: Context, value: Any, maximum: Any = 100, label: Any = "", words: Any = "", tone: str = ""
) -> SafeString:
    """Draw how far something is, as a bar with words: ``{% progress 3 5 _("Certified people") words="3 of 5" %}``."""
    amount, most = float(value or 0), float(maximum or 0) or 1.0
    said = words or f"{number_format(min(100, round(100 * amount / most)))} %"
    values = {"value": f"{min(amount, most):g}", "maximum": f"{most:g}", "label": label, "words": said, "tone": tone}
    return draw(context, "progress", {**values, **_id(context, "bar")})


@register.simple_tag
def ring(value: Any, maximum: Any = 100, words: Any = "", label: Any = "", tone: str = "") -> SafeString:
    """Draw how far something is, as a ring with a word in it."""
    share = round(100 * min(1.0, max(0.0, float(value or 0) / (float(maximum or 0) or 1.0))), 1)
    said = words if words != "" else f"{share:.0f}%"
    return draw(
        None, "ring", {"share": f"{share:g}" if share else "", "words": said, "label": label or said, "tone": tone}
    )


@register.simple_tag(takes_context=True)
def countdown(
    context: Context, until: date | datetime | None, total_days: int = 90, title: Any = "", note: Any = ""
) -> SafeString:
    """Draw the days left until something ends, as a ring and in words; amber in the last sixth, red when over."""
    if until is None:
        return SafeString("")
    days = times.days_left(until)
    tone = "blocked" if days == 0 else "possible" if days <= max(7, total_days // 6) else "clear"
    left = ngettext("%d day left", "%d days left", days) % days if days else _("Over")
    values = {
        "days": days,
        "filled": days or 1,
        "total": max(total_days, days, 1) if days else 1,
        "tone": tone,
        "title": title or left,
        "until": until,
        "day": times.day(until),
        "exact": times.exact(until),
    }
    return draw(
        context, "countdown", {**values, "ring_label": left, "note": note or (_("Ends") if days else _("Ended"))}
    )


@register.simple_tag(takes_context=True)
def chart(context: Context, of: Chart, size: str = "") -> SafeString:
    """Draw a ``Chart`` on a canvas, with the same numbers as a table below it. ``size``: ``low`` or ``tall``."""
    own_id = _id(context, "chart")["id"]
    return draw(context, "chart", {"chart": of, "id": own_id, "size": size, "data": json_script(of.data(), own_id)})


# Moving between


@register.simple_tag(takes_context=True)
def tabs(context: Context, items: Any, label: Any = "") -> SafeString:
    """Draw links to the parts of a page: items with ``label``, ``url``, ``active``, and maybe ``count`` and ``icon``."""
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
    """Draw columns of cards: each with ``label``, ``cards``, ``count``, maybe ``tone``, ``total``, ``more_url``; ``template`` draws ``card``."""
    return draw(context, "board", {"columns": columns, "template": template, "label": label})


# Things to take away, and waiting


@register.simple_tag(takes_context=True)
def copyable(context: Context, value: Any, label: Any = "") -> SafeString:
    """Draw a value with a button that copies it."""
    return draw(context, "copyable", {"value": value, "label": label, **_id(context, "copy")})


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
    own_id = _id(context, "audience")["id"]
    more = {"name": name, "id": own_id, "members_url": members_url, "label": label, "subject": subject}
    return draw(
        context,
        "audience",
        {**more, "fields": json_script(prepared.fields, f"{own_id}-fields"), "value": prepared.value},
    )
