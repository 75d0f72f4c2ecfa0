"""Lists and forms."""

from typing import Any

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from openprm.kernel.templatetags.ui.library import draw, register
from openprm.kernel.ui import forms


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
