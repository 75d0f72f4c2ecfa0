"""What can be pressed: buttons, menus, and the button that asks first."""

from typing import Any

from django.template.context import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from openprm.kernel import web
from openprm.kernel.templatetags.ui.library import BUTTONS, attributes, draw, picture, register, unique
from openprm.kernel.ui import tones


@register.simple_tag
def button(
    label: Any,
    url: str = "",
    kind: str = "secondary",
    icon: str = "",
    size: str = "",
    icon_only: bool = False,
    **more: Any,
) -> SafeString:
    """Draw a button: a link when it has a ``url``, else one that submits its form (``type="button"`` for neither)."""
    looks = (
        BUTTONS.get(kind, BUTTONS["secondary"]),
        size and f"btn-{size}",
        icon_only and "btn-icon",
        more.pop("class_", ""),
    )
    classes = " ".join(name for name in looks if name)
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
        context,
        "menu",
        {**words, "icon_only": not more.get("show_label"), **unique(context, "menu"), "content": content},
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
    files: bool = False,
    **more: Any,
) -> SafeString:
    """Draw a button that asks first, in a dialog that names the thing; what is inside becomes part of its form.

    ``files`` says that the form sends files. On a page that says why what it sent was refused (``problem``), the dialog
    is open again and says so, too: what was typed stands in it.
    """
    request = context.get("request")
    refused = request is not None and request.method == "POST" and request.path == url
    classes = BUTTONS.get(kind, BUTTONS["secondary"]) + (" btn-sm" if more.pop("size", "") == "sm" else "")
    values = {"label": label, "url": url, "title": title, "text": text, "confirm": confirm or label, "kind": classes}
    own_id = {"id": more.pop("id")} if "id" in more else unique(context, "ask")
    rest = {
        "files": files,
        "icon": icon,
        "tone_name": tones.tone(tone),
        "content": content,
        "problem": context.get("problem") if refused else None,
        "attributes": attributes(more),
    }
    return draw(context, "confirm", {**values, **rest, **own_id})


@register.simple_tag(takes_context=True)
def left_over_form(context: Context) -> SafeString | str:
    """Keep what its user had sent to one of this page's forms when the session had ended: a script fills it in."""
    request = context.get("request")
    if request is None or not getattr(getattr(request, "actor", None), "is_signed_in", False):
        return ""
    found = web.left_over(request)
    if found is None:
        return ""
    action, kept = found
    fields = [(name, value) for name, values in kept.lists() for value in values]
    inputs = format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)
    return format_html('<template data-left-over="{}">{}</template>', action, inputs)
