"""What the tags share: the library, drawing a component, its attributes and ids."""

from itertools import count as counting
from typing import Any
from zlib import crc32

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from openprm.kernel.ui import drawing

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
    """Return keyword arguments as HTML attributes: ``hx_get`` becomes ``hx-get``; None and False leave it out."""
    pairs = [(name.rstrip("_").replace("_", "-"), value) for name, value in given.items() if value not in (None, False)]
    bare = format_html_join("", " {}", ((name,) for name, value in pairs if value is True))
    return bare + format_html_join("", ' {}="{}"', (pair for pair in pairs if pair[1] is not True))


def draw(context: Context | None, name: str, values: dict[str, Any]) -> SafeString:
    """Render a component with its values and the page's request."""
    request = context.get("request") if context is not None else None
    return drawing.draw(f"components/{name}.html", values, request)


def picture(name: str, label: Any = "", size: str = "", tone: str = "") -> SafeString:
    """Draw an icon. With ``label`` it speaks for itself; without, it is decoration beside a word."""
    classes = " ".join(part for part in ("icon", size and f"icon-{size}", tone and f"tone-{tone}") if part)
    heard = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    sprite = static("vendor/icons.svg")
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', classes, heard, sprite, name)


register.simple_tag(picture, name="icon")


def unique(context: Context, word: str) -> dict[str, str]:
    """Return an id that no other component of this page has; those of fragments name the fragment's address."""
    request = context.get("request")
    count = getattr(request, "_ui_ids", 0) + 1
    if request is None:
        return {"id": f"{word}-{next(_without_request)}"}
    request._ui_ids = count
    place = f"{crc32(request.path.encode()) % 99991}-" if getattr(request, "htmx", False) else ""
    return {"id": f"{word}-{place}{count}"}
