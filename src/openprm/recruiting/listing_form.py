"""The form of a partner's entry in the public directory."""

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui.forms import Toggle


class ListingForm(forms.Form):
    """What the public reads, and whether it does."""

    listed = forms.BooleanField(
        label=_("List our company in the public directory"),
        required=False,
        widget=Toggle,
        help_text=_(
            "Anybody can then read your name, country, types, verticals, logo and what you write here. Nothing else."
        ),
    )
    description = forms.CharField(
        label=_("What your company does"), max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    show_website = forms.BooleanField(label=_("Show our web address"), required=False, initial=True)
