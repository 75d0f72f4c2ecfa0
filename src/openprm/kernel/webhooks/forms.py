"""What is asked for about an endpoint."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import Actor
from openprm.kernel.ui.forms import CheckboxList
from openprm.kernel.webhooks import rules, services


class EndpointForm(forms.Form):
    """An endpoint: where to, what, and a word to know it by."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Where messages are posted to, such as https://example.com/hook."),
    )
    description = forms.CharField(label=_("Name"), max_length=200, required=False, help_text=_("A word to know it by."))
    everything = forms.BooleanField(label=_("All events, also those that come later"), required=False)
    event_types = forms.MultipleChoiceField(label=_("Events"), required=False, widget=CheckboxList)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.name, f"{kind.label} ({kind.name})") for kind in services.available_types(actor)]
        self.fields["event_types"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Make one list of the two ways to choose events."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.pop("everything", False):
            cleaned["event_types"] = [rules.EVERY_TYPE]
        elif not cleaned.get("event_types") and "event_types" not in self.errors:
            self.add_error("event_types", _("Choose at least one event."))
        return cleaned
