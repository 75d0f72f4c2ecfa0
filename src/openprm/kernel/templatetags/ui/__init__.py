"""``{% load ui %}``: the components of pages. ``kernel/templates/README.md`` shows each with an example."""

from openprm.kernel.templatetags.ui.actions import button, confirm_button, left_over_form, menu, menu_item
from openprm.kernel.templatetags.ui.blocks import (
    card,
    empty_state,
    fact,
    fact_block,
    facts,
    notice,
    page_header,
    timeline,
    tone_filter,
)
from openprm.kernel.templatetags.ui.forms import control, error_summary, field, field_kind, form_fields, table
from openprm.kernel.templatetags.ui.library import picture as icon
from openprm.kernel.templatetags.ui.library import register
from openprm.kernel.templatetags.ui.moving import audience, board, copyable, saved, secret, skeleton, stepper, tabs
from openprm.kernel.templatetags.ui.numbers import chart, countdown, progress, ring, stat
from openprm.kernel.templatetags.ui.words import (
    avatar,
    badge,
    compact_money,
    country,
    first_url,
    money_filter,
    number,
    status,
    tone_icon_filter,
    when,
)

__all__ = [
    "audience",
    "avatar",
    "badge",
    "board",
    "button",
    "card",
    "chart",
    "compact_money",
    "confirm_button",
    "control",
    "copyable",
    "countdown",
    "country",
    "empty_state",
    "error_summary",
    "fact",
    "fact_block",
    "facts",
    "field",
    "field_kind",
    "first_url",
    "form_fields",
    "icon",
    "left_over_form",
    "menu",
    "menu_item",
    "money_filter",
    "notice",
    "number",
    "page_header",
    "progress",
    "register",
    "ring",
    "saved",
    "secret",
    "skeleton",
    "stat",
    "status",
    "stepper",
    "table",
    "tabs",
    "timeline",
    "tone_filter",
    "tone_icon_filter",
    "when",
]
