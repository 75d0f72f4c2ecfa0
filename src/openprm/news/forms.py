"""What people fill in about a post. The forms parse; the services decide."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui.forms import DateInput, Toggle


class Blamed(forms.Form):
    """A form that can say what a service found wrong."""

    def blame(self, fields: Mapping[str, str]) -> None:
        """Put what a service found wrong beside the fields."""
        for name, text in fields.items():
            self.add_error(name if name in self.fields else None, text)


class Post(Blamed):
    """A post; its audience comes from the builder."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Plain words. An empty line begins a paragraph; web addresses become links."),
    )
    until = forms.DateField(
        label=_("Last day"), required=False, widget=DateInput, help_text=_("Empty: until you archive it.")
    )
    pinned = forms.BooleanField(
        label=_("Pin it"), required=False, widget=Toggle, help_text=_("It stays above newer posts.")
    )


class Publish(Blamed):
    """When a post is published."""

    on = forms.DateField(label=_("Day"), required=False, widget=DateInput, help_text=_("Empty: now."))
