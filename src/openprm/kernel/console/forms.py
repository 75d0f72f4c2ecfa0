"""Programme settings as forms, made from their declarations."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel.errors import Invalid
from openprm.kernel.settings_store import Setting, checked
from openprm.kernel.ui.forms import Toggle

REMOVE = "remove:"


class Integers(forms.CharField):
    """Whole numbers with commas between."""

    def prepare_value(self, value: Any) -> Any:
        """Return the numbers as text."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the numbers."""
        parts = [part.strip() for part in str(value or "").split(",") if part.strip()]
        try:
            return [int(part) for part in parts]
        except ValueError:
            raise forms.ValidationError(_("Give whole numbers with commas between, such as 30, 60, 90.")) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Say whether other numbers were given."""
        return bool(self.prepare_value(initial) != data)


class SettingsForm(forms.Form):
    """The settings of one group."""

    def __init__(
        self, settings: Iterable[Setting], values: dict[str, Any], data: Any = None, files: Any = None
    ) -> None:
        super().__init__(data, files, initial=values)
        self.settings = list(settings)
        self.values = values
        for setting in self.settings:
            self.fields[setting.key] = field_of(setting)
            if setting.kind == "image" and values[setting.key]:
                self.fields[REMOVE + setting.key] = forms.BooleanField(
                    label=_("Remove the picture"), required=False, widget=Toggle
                )

    def clean(self) -> dict[str, Any]:
        """Let each declaration judge its value."""
        cleaned: dict[str, Any] = super().clean() or {}
        for setting in self.settings:
            if setting.key in cleaned and setting.kind != "image":
                try:
                    checked(setting, cleaned[setting.key])
                except Invalid as refused:
                    self.add_error(setting.key, str(refused))
        return cleaned

    def given(self) -> dict[str, Any]:
        """Return the values that were given, by key; pictures are uploads, or "" to be removed."""
        given: dict[str, Any] = {}
        for setting in self.settings:
            value = self.cleaned_data.get(setting.key)
            if setting.kind != "image":
                given[setting.key] = value
            elif self.cleaned_data.get(REMOVE + setting.key):
                given[setting.key] = ""
            elif value and not isinstance(value, str):
                given[setting.key] = value
        return given


def field_of(setting: Setting) -> forms.Field:
    """Return the form field of a setting."""
    unit = f" ({setting.unit})" if setting.unit else ""
    common: dict[str, Any] = {"label": f"{setting.label}{unit}", "help_text": setting.help, "required": False}
    match setting.kind:
        case "integer":
            common |= {"required": True, "min_value": setting.minimum, "max_value": setting.maximum}
            return forms.IntegerField(**common)
        case "integers":
            return Integers(**common)
        case "boolean":
            return forms.BooleanField(**common, widget=Toggle)
        case "choice":
            return forms.ChoiceField(**common, choices=setting.choices)
        case "colour":
            return forms.CharField(**{**common, "required": True}, widget=forms.TextInput(attrs={"type": "color"}))
        case "image":
            help_text = common["help_text"] or gettext_lazy("PNG, JPEG, GIF or WebP.")
            return forms.FileField(**{**common, "help_text": help_text}, widget=forms.FileInput)
        case _:
            return forms.CharField(**common, max_length=500)
