"""The forms of the console's pages about customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.customers import importing, queries
from openprm.customers.files.columns import FIELDS
from openprm.customers.models import Account, Import, Opportunity, ProductLine
from openprm.kernel.access import Actor
from openprm.kernel.errors import Problem
from openprm.kernel.ui.forms import CheckboxList, CountryField, DateInput, MoneyField, Toggle


class Form(forms.Form):
    """A form that can say what a service refused."""

    def refuse(self, problem: Problem) -> None:
        """Put what a service said beside the fields it is about."""
        named = {name: text for name, text in problem.fields.items() if name in self.fields}
        for name, text in named.items():
            self.add_error(name, text)
        if not named:
            self.add_error(None, "; ".join(problem.fields.values()) or str(problem))


def _lines(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text, widget=forms.Textarea(attrs={"rows": 2}))


class AccountForm(Form):
    """An account's details."""

    name = forms.CharField(label=_("Name"), max_length=300)
    website = forms.CharField(label=_("Website"), max_length=300, required=False)
    country = CountryField(label=_("Country"), required=False, empty="–")
    industry = forms.CharField(label=_("Industry"), max_length=120, required=False)
    aliases = forms.CharField(
        label=_("Other names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Trading names and whatever else it is called, one on each line. They find the account too."),
    )
    former_names = _lines(_("Former names"), _("One on each line."))
    acronyms = _lines(_("Acronyms"), _("Such as IBM, one on each line."))
    foreign_names = _lines(_("Names in other languages"), _("One on each line."))
    further_domains = _lines(_("Further web domains"), _("One on each line; the website's own is known."))
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    registration_ids = _lines(
        _("Registration numbers"), _("One on each line: LEI:…, VAT:DE136695976, DUNS:…, CIK:…, DE-HRB:12345.")
    )
    parent = forms.CharField(
        label=_("Belongs to"),
        max_length=300,
        required=False,
        help_text=_("The company that owns it: its name, web domain or external id."),
    )
    owner_name = forms.CharField(label=_("Owner"), max_length=200, required=False)
    external_id = forms.CharField(
        label=_("External id"), max_length=100, required=False, help_text=_("Its id in your CRM.")
    )
    is_customer = forms.BooleanField(label=_("Buys from us already"), required=False, widget=Toggle)
    named = forms.BooleanField(
        label=_("Named account"), required=False, widget=Toggle, help_text=_("Kept for your own sales team.")
    )

    @classmethod
    def of(cls, account: Account) -> "AccountForm":
        """Return the form filled with an account."""
        values = {name: getattr(account, name) for name in cls.base_fields}
        lists = {name: "\n".join(value) for name, value in values.items() if isinstance(value, list)}
        parent = account.parent.name if account.parent else ""
        return cls(initial={**values, **lists, "parent": parent})

    def details(self, account: Account | None = None) -> dict[str, Any]:
        """Return the values as the service takes them; the parent stays where its name was left alone."""
        values = dict(self.cleaned_data)
        kept = account.parent if account else None
        if kept is None or values["parent"].strip() != kept.name:
            return {**values, "parent": queries.one_account(values["parent"])}
        return {**values, "parent": kept}


class OpportunityForm(Form):
    """An opportunity's details."""

    name = forms.CharField(label=_("Name"), max_length=300)
    stage = forms.CharField(label=_("Stage"), max_length=60, required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("open", _("Open")), ("won", _("Won")), ("lost", _("Lost"))], initial="open"
    )
    value = MoneyField(label=_("Amount"), required=False, max_digits=18)
    close_date = forms.DateField(
        label=_("Close date"),
        required=False,
        widget=DateInput,
        help_text=_("The day you expect; of one that is won or lost, the day on which it was."),
    )
    product_lines = forms.MultipleChoiceField(label=_("Product lines"), required=False, widget=CheckboxList)
    owner_name = forms.CharField(label=_("Owner"), max_length=200, required=False)
    external_id = forms.CharField(
        label=_("External id"), max_length=100, required=False, help_text=_("Its id in your CRM.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = ProductLine.objects.order_by("name").values_list("key", "name")
        self.fields["product_lines"].choices = list(lines)  # type: ignore[attr-defined]

    @classmethod
    def of(cls, opportunity: Opportunity) -> "OpportunityForm":
        """Return the form filled with an opportunity."""
        values = {name: getattr(opportunity, name, None) for name in cls.base_fields}
        value = None if opportunity.amount is None else (opportunity.amount, opportunity.currency)
        lines = [line.key for line in opportunity.product_lines.all()]
        return cls(initial={**values, "value": value, "outcome": opportunity.outcome, "product_lines": lines})

    def details(self) -> dict[str, Any]:
        """Return the values as the service takes them."""
        values = dict(self.cleaned_data)
        outcome, value = values.pop("outcome"), values.pop("value")
        money = {"amount": value.amount, "currency": value.currency} if value else {"amount": None, "currency": ""}
        return {**values, **money, "is_open": outcome == "open", "is_won": outcome == "won"}


class ProductLineForm(Form):
    """A product line's name, and whether partners can register deals for it."""

    name = forms.CharField(label=_("Name"), max_length=120)
    active = forms.BooleanField(
        label=_("Partners can register deals for it"), required=False, initial=True, widget=Toggle
    )


class UploadForm(Form):
    """A file to import."""

    kind = forms.ChoiceField(
        label=_("What is in the file?"),
        initial=Import.Kind.ACCOUNTS,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("File"), help_text=_("CSV or Excel (.xlsx), with a row of headings; at most 500 MB.")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(kind.key, kind.label) for kind in importing.kinds(actor)]
        kind: Any = self.fields["kind"]
        kind.choices = known
        if known and self.initial.get("kind") not in dict(known):
            self.initial["kind"] = known[0][0]


class ColumnsForm(Form):
    """Which column of a file is which field."""

    same_company = forms.ChoiceField(
        label=_("When a row's company is known already, though its external id is not"),
        choices=Import.SameCompany.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, item: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", _("Not in the file")), *((str(n), header) for n, header in enumerate(item.headers))]
        self.fields["same_company"].initial = item.same_company
        if item.kind != Import.Kind.ACCOUNTS:
            del self.fields["same_company"]
        for name, rule in FIELDS[item.kind].items():
            chosen = item.mapping.get(name)
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=rule.label,
                help_text=rule.help,
                choices=columns,
                required=False,
                initial="" if chosen is None else str(chosen),
            )

    def mapping(self) -> dict[str, str]:
        """Return the columns chosen, by field."""
        chosen = {name.removeprefix("column_"): value for name, value in self.cleaned_data.items() if value}
        return {name: value for name, value in chosen.items() if name != "same_company"}

    @property
    def columns(self) -> list[Any]:
        """Return the fields that choose a column."""
        return [bound for bound in self if bound.name.startswith("column_")]
