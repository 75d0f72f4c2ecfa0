"""Numbers: tiles, progress, countdowns, charts."""

from datetime import date, datetime
from typing import Any

from django.template.context import Context
from django.utils.formats import number_format
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.kernel.templatetags.ui.library import draw, register, unique
from openprm.kernel.ui import times
from openprm.kernel.ui.chart import Chart


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
    """Draw a number that opens the list behind it. The sign of ``trend`` says up or down, ``good`` its colour."""
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
    return draw(context, "progress", {**values, **unique(context, "bar")})


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
    own_id = unique(context, "chart")["id"]
    return draw(context, "chart", {"chart": of, "id": own_id, "size": size, "data": json_script(of.data(), own_id)})
