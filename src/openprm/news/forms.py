"""What people fill in about a post. The forms parse; the services decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui.forms import DateInput, Toggle


class Moment(forms.DateTimeInput):
    """Date and time, as browsers ask for them; in the reader's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Blamed(forms.Form):
    """A form that can say what a service found wrong."""

    def blame(self, fields: Mapping[str, str]) -> None:
        """Put what a service found wrong beside the fields; what has no field stands on top."""
        for name, text in fields.items():
            self.add_error(name if name in self.fields else None, text)


class Post(Blamed):
    """A post; its audience comes from the builder."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("An empty line begins a paragraph; web addresses become links."),
    )
    until = forms.DateField(
        label=_("Last day"), required=False, widget=DateInput, help_text=_("Empty: until you withdraw it.")
    )
    pinned = forms.BooleanField(
        label=_("Pin it"), required=False, widget=Toggle, help_text=_("It stays above newer posts.")
    )
    to_confirm = forms.BooleanField(
        label=_("Ask to confirm"),
        required=False,
        widget=Toggle,
        help_text=_("Everybody who reads it is asked to confirm that they have."),
    )


class Publish(Blamed):
    """When a post goes live."""

    on = forms.DateTimeField(label=_("When"), required=False, widget=Moment, help_text=_("Empty: now."))
