"""Small things: icons, badges, statuses, pictures of people, time and money."""

from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from openprm.kernel.templatetags.ui.library import draw, picture, register
from openprm.kernel.ui import countries, money, times, tones


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
    if not detail and of:
        return badge(of.label, of.tone, of.icon)
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


@register.simple_tag
def since(value: date | datetime | None, start: bool = False) -> SafeString:
    """Draw from when on something holds: “since 3 Mar 2026”, but “2 days ago”, which says so itself.

    ``start=True`` at the start of a line.
    """
    said = when(value)
    if not value or times.relative(value) != times.day(value):
        return said
    return format_html("{} {}", _("Since") if start else _("since"), said)


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
