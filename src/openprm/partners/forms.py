"""The forms about partners and audiences. What is allowed is said by the services; forms ask and hand over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.accounts.models import Person
from openprm.kernel import audiences
from openprm.kernel.ui.forms import CheckboxList, CountryField
from openprm.partners import lifecycle, tiers
from openprm.partners.lists import (
    STATUS_REASONS,
    BusinessModel,
    Duty,
    PartnerType,
    Region,
    TeamRole,
    Vertical,
)
from openprm.partners.models import Partner


def _several(label: Any, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=CheckboxList, required=False, help_text=help_text
    )


class OwnProfile(forms.Form):
    """What a partner's administrator keeps current."""

    trading_name = forms.CharField(
        label=_("Trading name"),
        max_length=200,
        required=False,
        help_text=_("The name you are known by, if it is not the legal one."),
    )
    website = forms.CharField(label=_("Website"), max_length=300, required=False)
    business_models = _several(_("Business models"), BusinessModel.choices)
    verticals = _several(_("Verticals"), Vertical.choices, _("The industries you sell into."))

    @classmethod
    def of(cls, partner: Partner, data: Any = None) -> "OwnProfile":
        """Return the form, filled with what is known."""
        return cls(data, initial={name: getattr(partner, name) for name in cls.base_fields})


class Profile(forms.Form):
    """All that the vendor says about a partner."""

    legal_name = forms.CharField(label=_("Legal name"), max_length=200)
    trading_name = forms.CharField(
        label=_("Trading name"), max_length=200, required=False, help_text=_("If it is not the legal name.")
    )
    website = forms.CharField(label=_("Website"), max_length=300, required=False)
    country = CountryField(label=_("Country"))
    region = forms.ChoiceField(label=_("Region"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), choices=tiers.choices)
    partner_types = _several(_("Partner types"), PartnerType.choices)
    business_models = _several(_("Business models"), BusinessModel.choices)
    verticals = _several(_("Verticals"), Vertical.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("Follows from the country")), *Region.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Leave the region out where it shall follow from the country."""
        return {name: value for name, value in self.cleaned_data.items() if name != "region" or value}

    @classmethod
    def of(cls, partner: Partner, data: Any = None) -> "Profile":
        """Return the form, filled with what is known."""
        return cls(data, initial={name: getattr(partner, name) for name in cls.base_fields})


class NewPartner(Profile):
    """A partner to add."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=[(key, label) for key, label in Partner.Status.choices if key in lifecycle.BEGINNINGS],
        initial=Partner.Status.PROSPECT,
    )


class Parent(forms.Form):
    """The distributor a partner stands below."""

    parent = forms.ModelChoiceField(
        label=_("Distributor"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("None: works with you directly"),
    )

    def __init__(self, data: Any = None, *, partner: Partner) -> None:
        super().__init__(data, initial={"parent": partner.parent_id})
        distributors = Partner.objects.filter(partner_types__contains=[PartnerType.DISTRIBUTOR]).order_by("name")
        self.fields["parent"].queryset = distributors.exclude(pk=partner.pk)  # type: ignore[attr-defined]


class Standing(forms.Form):
    """Why a partner's status changes."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The partner can read this."),
    )

    def __init__(self, *args: Any, partner: Partner, status: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = lifecycle.reasons(partner.status, status)
        self.fields["reason"].choices = [(reason, STATUS_REASONS[reason]) for reason in reasons]  # type: ignore[attr-defined]


class Member(forms.Form):
    """Somebody for a role of the account team."""

    role = forms.ChoiceField(label=_("Looks after the partner as"), choices=TeamRole.choices)
    person = forms.ModelChoiceField(
        label=_("Colleague"), queryset=Person.objects.none(), empty_label=_("Choose a colleague")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Person.objects.filter(partner=None, is_active=True).order_by("name")
        self.fields["person"].queryset = colleagues  # type: ignore[attr-defined]


class ExternalId(forms.Form):
    """What another system calls a partner."""

    system = forms.CharField(label=_("System"), max_length=40, help_text=_("Such as salesforce or sap."))
    value = forms.CharField(
        label=_("Its id there"), max_length=200, required=False, help_text=_("Leave it empty to take the id away.")
    )


class Logo(forms.Form):
    """A picture."""

    upload = forms.FileField(label=_("Logo"), required=False, help_text=_("PNG, JPEG, GIF or WebP."))


class Audience(forms.Form):
    """The words of a saved audience; its conditions come from the builder."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def subjects() -> list[tuple[str, str]]:
    """Return what audiences can be made of."""
    known = sorted(audiences.subjects.items(), key=lambda pair: pair[0] != "partner")
    return [(key, str(subject.label)) for key, subject in known]


class Territory(forms.Form):
    """The regions in which somebody has a duty."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Who"))
    duty = forms.ChoiceField(label=_("As"), choices=Duty.choices)
    regions = _several(_("Regions"), Region.choices, _("Without a region, the duty is taken away."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours = Person.objects.filter(partner=None, is_active=True).order_by("name")
        self.fields["person"].queryset = ours  # type: ignore[attr-defined]
