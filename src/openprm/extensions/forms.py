"""What people fill in about activities, extensions and their rules. The forms parse; the services decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.customers.models import ProductLine
from openprm.extensions import words
from openprm.extensions.rules import BY_PEOPLE, Allowed, Kind
from openprm.kernel.ui.forms import CheckboxList, FilesField, Toggle
from openprm.partners import tiers


class Moment(forms.DateTimeInput):
    """Date and time, as browsers ask for them; in the reader's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


_PLACES = {"file": "attachments", "files": "attachments"}


class Blamed(forms.Form):
    """A form that can say what a service found wrong."""

    def blame(self, fields: Mapping[str, str]) -> None:
        """Put what a service found wrong beside the fields."""
        for name, text in fields.items():
            self.add_error(_PLACES.get(name, name) if _PLACES.get(name, name) in self.fields else None, text)


class Activity(Blamed):
    """What was done, when, and what belongs to it."""

    kind = forms.ChoiceField(label=_("What it was"), choices=[(kind.value, words.KINDS[kind]) for kind in Kind])
    happened_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=Moment,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("Empty: just now."),
    )
    title = forms.CharField(label=_("In a few words"), max_length=200)
    text = forms.CharField(label=_("More"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    attachments = FilesField(label=_("Attachments"), required=False, help_text=_("Pictures, PDF, office documents."))

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="id_activity_%s")


class Asking(Blamed):
    """How much longer, and why."""

    days = forms.IntegerField(label=_("How many more days"), min_value=1)
    reason = forms.CharField(
        label=_("Why it takes longer, and what comes next"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whoever decides reads this beside the activities that you logged."),
    )


class Declining(Blamed):
    """A coded reason, with words where they help."""

    code = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *((code, words.CODES[code]) for code in BY_PEOPLE)]
    )
    text = forms.CharField(
        label=_("In your own words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class Granting(Blamed):
    """How many days more, where nobody asked or for another number than asked for."""

    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=730)
    text = forms.CharField(
        label=_("A word to the partner"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def _tiers() -> list[tuple[str, Any]]:
    return [("", _("All tiers")), *tiers.choices()]


class Window(Blamed):
    """How long deals of a tier or product line are protected."""

    tier = forms.ChoiceField(label=_("Tier"), required=False, choices=_tiers)
    product_line = forms.ModelChoiceField(
        ProductLine.objects.none(), label=_("Product line"), required=False, empty_label=_("All product lines")
    )
    days = forms.IntegerField(label=_("Days of protection"), min_value=1, max_value=730)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["product_line"].queryset = ProductLine.objects.order_by("name")  # type: ignore[attr-defined]


class Rule(Blamed):
    """A rule for extensions; its audience comes from the builder."""

    name = forms.CharField(label=_("Name"), max_length=120)
    enabled = forms.BooleanField(label=_("In force"), required=False, widget=Toggle)
    position = forms.IntegerField(
        label=_("Place"), min_value=1, max_value=999, help_text=_("Of the rules that fit a partner, the lowest counts.")
    )
    allowed = forms.ChoiceField(label=_("How often"), choices=[(one.value, words.ALLOWED[one]) for one in Allowed])
    most_days = forms.IntegerField(label=_("Most days per extension"), min_value=1, max_value=730)
    grant_from = forms.IntegerField(
        label=_("Grant at once from"),
        min_value=0,
        max_value=100,
        help_text=_("So many activities. 0: a person decides. Each kind counts once a day."),
    )
    grant_days = forms.IntegerField(label=_("in the last … days"), min_value=1, max_value=730)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds that count"),
        required=False,
        choices=[(kind.value, words.KINDS[kind]) for kind in Kind],
        widget=CheckboxList,
        help_text=_("None chosen: any kind."),
    )
    quiet_days = forms.IntegerField(
        label=_("Decline at once where nothing was logged in the last … days"),
        min_value=0,
        max_value=730,
        help_text=_("0: never. The deal then expires at its end."),
    )
