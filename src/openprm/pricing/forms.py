"""What people fill in about price books. The forms parse; the services decide."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui.forms import COMMON_CURRENCIES, DateInput, Toggle
from openprm.partners.models import Partner
from openprm.pricing import rules
from openprm.pricing.models import PriceBook, PriceImport


class Blamed(forms.Form):
    """A form that can say what a service found wrong."""

    def blame(self, fields: Mapping[str, str]) -> None:
        """Put what a service found wrong beside the fields."""
        for name, text in fields.items():
            self.add_error(name if name in self.fields else None, text)


class Book(Blamed):
    """A price book; its audience comes from the builder."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Partners read it."))
    code = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("Its lasting name for programs, such as msp-2027.")
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=500,
        required=False,
        help_text=_("Partners read it, too."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in COMMON_CURRENCIES])
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=1,
        max_value=999,
        help_text=_("Of two books of a partner the higher one counts, line by line."),
    )
    starts_on = forms.DateField(
        label=_("First day"), required=False, widget=DateInput, help_text=_("Empty: from its publication on.")
    )
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=DateInput, help_text=_("Empty: until further notice.")
    )
    reach = forms.ChoiceField(label=_("Who gets it"), choices=PriceBook.Reach.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, book: PriceBook | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if book is not None:
            del self.fields["code"]
            known = {code for code, _label in self.fields["currency"].choices}  # type: ignore[attr-defined]
            if book.currency not in known:
                self.fields["currency"].choices += [(book.currency, book.currency)]  # type: ignore[attr-defined]


class Publishing(Blamed):
    """From when on, and why."""

    starts_on = forms.DateField(
        label=_("From"),
        required=False,
        widget=DateInput,
        help_text=_("Empty: now. Or the first day they hold."),
    )
    note = forms.CharField(
        label=_("Why"), max_length=400, required=False, help_text=_("For the history; partners do not read it.")
    )


class Assigning(Blamed):
    """To whom, and until when."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label=_("Partner"))
    until = forms.DateField(
        label=_("Last day"), required=False, widget=DateInput, help_text=_("Empty: as long as the book holds.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, partners: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_assign_%s", **options})
        self.fields["partner"].queryset = partners.order_by("name")  # type: ignore[attr-defined]


class Importing(Blamed):
    """A file of prices."""

    file = forms.FileField(label=_("CSV or Excel file"), help_text=_("At most 10 MB, with a row of headings."))
    mode = forms.ChoiceField(
        label=_("Entries that the file does not name"),
        choices=PriceImport.Mode.choices,
        initial=PriceImport.Mode.REPLACE,
        widget=forms.RadioSelect,
    )


class Comparing(forms.Form):
    """Two days."""

    before = forms.DateField(label=_("Prices on"), widget=DateInput)
    after = forms.DateField(label=_("compared with"), widget=DateInput)


class Terms(forms.Form):
    """Whether the tier's points come on top."""

    adds_tier_points = forms.BooleanField(label=_("The tier's points come on top"), required=False, widget=Toggle)


class Number(forms.CharField):
    """A number as people write it; None where nothing stands."""

    def clean(self, value: Any) -> Any:
        """Return the number."""
        text = super().clean(value)
        number = rules.read_number(text) if text else None
        if text and number is None:
            raise forms.ValidationError(_("Give a number, such as 12.5."))
        return number


def number_text(value: Decimal | None) -> str:
    """Return a number as a field shows it, without idle zeros."""
    return "" if value is None else f"{value.normalize():f}"
