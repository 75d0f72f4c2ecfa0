"""Ordinary Django forms, drawn with our templates.

Drawn by ``Renderer`` (the setting FORM_RENDERER), ``{{ form }}`` and ``{% field form.name %}`` draw
label, control, help and error the same way everywhere. The widgets and fields here are those Django lacks.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.template import TemplateDoesNotExist
from django.template import loader as site_templates
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui import countries

DJANGO_ROWS = "10"  # what a text area has when nobody chose; too tall for most questions

COMMON_CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK",
    "CAD", "AUD", "JPY", "INR", "SGD", "BRL", "ZAR", "AED",
)  # fmt: skip


class Renderer(DjangoTemplates):
    """Draw forms with the product's templates, widgets with Django's unless the product has its own."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    def get_template(self, template_name: str) -> Any:
        """Return the product's template of that name, else Django's."""
        try:
            return site_templates.get_template(template_name)
        except TemplateDoesNotExist:
            return super().get_template(template_name)


OURS = Renderer()


class Money(NamedTuple):
    """An amount in a currency, as a form returns it."""

    amount: Decimal
    currency: str


class MoneyInput(forms.MultiWidget):
    """An amount with its currency beside it."""

    template_name = "components/widgets/money.html"

    def __init__(self, currencies: Iterable[str], attrs: dict[str, Any] | None = None) -> None:
        amount = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__({"": amount, "currency": forms.Select(choices=[(code, code) for code in currencies])}, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the template's context: the amount takes the field's attributes, the currency a label of its own."""
        context = super().get_context(name, value, attrs)
        invalid = " is-invalid" if (attrs or {}).get("aria-invalid") else ""
        amount, currency = context["widget"]["subwidgets"]
        amount["attrs"]["class"] = "form-control" + invalid
        currency["attrs"] = {
            "id": currency["attrs"].get("id"),
            "class": "form-select" + invalid,
            "aria-label": _("Currency"),
        }
        return context

    def decompress(self, value: Any) -> list[Any]:
        """Return amount and currency apart."""
        return [value[0], value[1]] if value else [None, None]

    def id_for_label(self, id_: str) -> str:
        """Return the amount's id, so that the label leads to it."""
        return f"{id_}_0" if id_ else id_


class MoneyField(forms.MultiValueField):
    """An amount of money. The value is ``Money``, or None. Its parts arrive as ``name`` and ``name_currency``."""

    def __init__(
        self,
        *,
        currencies: Sequence[str] = COMMON_CURRENCIES,
        max_digits: int = 14,
        min_value: Decimal | int | None = 0,
        **options: Any,
    ) -> None:
        amount = forms.DecimalField(max_digits=max_digits, decimal_places=2, min_value=min_value, localize=True)
        currency = forms.ChoiceField(choices=[(code, code) for code in currencies])
        options.setdefault("widget", MoneyInput(currencies))
        super().__init__(fields=(amount, currency), require_all_fields=False, **options)

    def clean(self, value: Any) -> Any:
        """Return the value; a currency without an amount is nothing."""
        return super().clean(value if value and value[0] not in self.empty_values else [])

    def compress(self, data_list: list[Any]) -> Money | None:
        """Return the parts as one value."""
        return Money(data_list[0], data_list[1]) if data_list else None


class Toggle(forms.CheckboxInput):
    """A switch for something that is on or off."""

    is_toggle = True


class CheckboxList(forms.CheckboxSelectMultiple):
    """Choose several: a list of ticks, with a search in it when it is long."""

    template_name = "components/widgets/checkbox_list.html"
    search_from = 9

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the template's context, with whether a search is worth its room."""
        context = super().get_context(name, value, attrs)
        count = sum(len(options) for _group, options, _index in context["widget"]["optgroups"])
        return {**context, "searchable": count >= self.search_from}


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class Suggest(forms.TextInput):
    """A text with suggestions: ``options`` known beforehand (for long lists use htmx on the page instead)."""

    template_name = "components/widgets/suggest.html"

    def __init__(self, options: Iterable[Any] = (), attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.options = options

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the template's context, with the suggestions."""
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_options"
        context["widget"]["attrs"]["list"] = list_id
        return {**context, "options": list(self.options), "list_id": list_id}


def kind(bound: BoundField) -> str:
    """Return how a field is laid out: ``check``, ``toggle``, ``group`` (controls under one legend) or ``line``."""
    widget = bound.field.widget
    if isinstance(widget, Toggle):
        return "toggle"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "line"


def control(bound: BoundField, **attrs: Any) -> SafeString:
    """Draw a field's control with our classes, tied to its help and error for screen readers."""
    widget = bound.field.widget
    own = dict(attrs)
    if isinstance(widget, forms.DateInput) and not isinstance(widget, DateInput):
        own.setdefault("type", "date")
        widget.format = "%Y-%m-%d"
    if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == DJANGO_ROWS:
        own.setdefault("rows", 4)
    described = [f"{bound.auto_id}_error"] if bound.errors else []
    if bound.help_text:
        described.append(f"{bound.auto_id}_helptext")
    if described and kind(bound) != "group":
        own["aria-describedby"] = " ".join(described)
    classes = [str(widget.attrs.get("class", "")), _control_class(widget), "is-invalid" if bound.errors else ""]
    own["class"] = " ".join(name for name in classes if name)
    if not isinstance(bound.form.renderer, Renderer):
        bound.form.renderer = OURS
    return bound.as_widget(attrs=own)


def _control_class(widget: forms.Widget) -> str:
    if isinstance(widget, MoneyInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return ""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class CountryField(forms.ChoiceField):
    """One of the world's countries, by its two letters.

    The long list is put together where it is drawn; a value is looked up, which a form sent at every key relies on.
    """

    def __init__(self, *, empty: Any = None, **options: Any) -> None:
        first = _("Choose a country") if empty is None else empty
        super().__init__(choices=lambda: [("", first), *countries.choices()], **options)

    def valid_value(self, value: str) -> bool:
        """Say whether this is a country's code."""
        return value in countries.NAMES


class FilesInput(forms.ClearableFileInput):
    """The browser's file picker, for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none; what they hold is checked where they are stored."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the uploads."""
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in uploads if one]
