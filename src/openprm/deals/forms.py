"""What people fill in about deals. The forms parse; the services decide."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.customers.models import ProductLine
from openprm.deals import words
from openprm.deals.lifecycle import MOVES
from openprm.deals.models import DealRegistration
from openprm.deals.rules import Level
from openprm.deals.services.content import Content
from openprm.kernel.ui.forms import CheckboxList, CountryField, DateInput, MoneyField, Toggle

CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "NZD", "JPY", "INR", "SGD", "BRL",
    "MXN", "ZAR", "AED",
)  # fmt: skip


_AMOUNT = re.compile(r"(?P<before>[^\W\d_]*)(?P<number>\d+(?:[.,]\d+)*)(?:[.,]?[-–—]+|[.,])?(?P<after>[^\W\d_]*)")
_BESIDE = re.compile(r"[\s'’/+()]|(?<=[^\W\d_])\.(?!\d)|[^\w.,–—-]")  # spaces, the point of "Fr.", signs of currencies
_TIMES = {
    "": 1, "k": 10**3, "tsd": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "mio": 10**6, "bn": 10**9, "mrd": 10**9,
}  # fmt: skip
_CURRENCIES = {code.lower() for code in CURRENCIES} | {
    "a", "au", "c", "ca", "euro", "fr", "hk", "kr", "kč", "mx", "nz", "r", "rs", "s", "sfr", "us", "zł",
}  # fmt: skip
_UNIT = re.compile(f"({'|'.join(_TIMES)})(?:{'|'.join(_CURRENCIES)})?")


def plain_amount(text: str) -> str:
    """Return an amount as people type it (``12,500``, ``12.500,00 €``, ``1.5m``) in plain digits.

    Money has two decimals at most, so three digits after a separator are thousands. What is no amount stays as it is,
    also where a part of it would be one: nobody means nineteen by ``1e9``, or five by ``5 lakh``.
    """
    found = _AMOUNT.fullmatch(_BESIDE.sub("", text.strip()))
    unit = _UNIT.fullmatch(found["after"].lower()) if found else None
    if not found or not unit or found["before"].lower() not in {"", *_CURRENCIES}:
        return text
    number = _plain(found["number"])
    return text if number is None else f"{number * _TIMES[unit[1]]:f}"


def _plain(number: str) -> Decimal | None:
    """Return digits with separators as a number: the last separator is the decimal mark, unless it groups thousands."""
    at = max(number.rfind("."), number.rfind(","))
    cents = number[at + 1 :] if at >= 0 else ""
    again = at >= 0 and number.count(number[at]) > 1
    if again and len(cents) != 3:  # 1.234.5
        return None
    if again or len(cents) in (0, 3):
        return Decimal(re.sub(r"[.,]", "", number))
    return Decimal(re.sub(r"[.,]", "", number[:at]) + f".{cents}")


class Amount(MoneyField):
    """An amount of money, however people write numbers."""

    def clean(self, value: Any) -> Any:
        """Return the value; the amount is read the way it was meant."""
        if value and isinstance(value[0], str):
            value = [plain_amount(value[0]), *value[1:]]
        return super().clean(value)


def _lines() -> list[tuple[str, str]]:
    return [(str(line.pk), line.name) for line in ProductLine.objects.filter(active=True)]


def _text(label: Any, length: int, help_text: Any = "", **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=False,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


class Registration(forms.Form):
    """The nine fields of a registration, and the evidence that a blocked one needs.

    No field is required here: a draft may hold anything, and ``services.submit`` says what a submission lacks.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    customer_name = _text(_("Customer"), 300, _("The company that buys, as it writes itself."), spellcheck="false")
    website = _text(
        _("Website"), 300, _("Tells companies of similar names apart."), inputmode="url", spellcheck="false"
    )
    country = CountryField(label=_("Country"), required=False)
    product_lines = forms.MultipleChoiceField(label=_("Product lines"), required=False, widget=CheckboxList)
    value = Amount(label=_("Expected value"), required=False, currencies=CURRENCIES)
    close_date = forms.DateField(
        label=_("Expected close date"), required=False, widget=DateInput, help_text=_("When you expect the order.")
    )
    contact = _text(_("Contact at the customer"), 200, _("Name and role, e-mail or phone."))
    description = forms.CharField(
        label=_("What the customer needs"),
        max_length=4000,
        required=False,
        help_text=_("One or two sentences: the need, and what you do for it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    evidence = forms.CharField(
        label=_("Why should it be reviewed?"),
        max_length=4000,
        required=False,
        help_text=_("What shows that the customer chose you: a meeting, an enquiry, a signed letter."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    NEEDED = ("customer_name", "country", "product_lines", "value", "close_date", "description", "evidence")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.use_required_attribute = False
        lines = self.fields["product_lines"]
        assert isinstance(lines, forms.MultipleChoiceField)
        lines.choices = _lines()

    def mark_needed(self) -> None:
        """Mark what a submission needs, once the answers are read: a draft needs none of it."""
        for name in set(self.NEEDED) & set(self.fields):
            self.fields[name].required = True

    def content(self, before: Content | None = None) -> Content:
        """Return what was filled in; a field that cannot be read stays as it was before."""
        kept = before or Content()
        good = self.cleaned_data
        worth = good.get("value", (kept.value, kept.currency))
        amount, currency = worth or (None, self.data.get("value_currency", "")[:3])
        lines = frozenset(UUID(key) for key in good["product_lines"]) if "product_lines" in good else kept.product_lines
        return Content(
            **{name: good.get(name, getattr(kept, name)) for name in _PLAIN},
            product_lines=lines,
            value=amount,
            currency=currency if currency in CURRENCIES or currency == kept.currency else "",
        )

    def blame(self, fields: Mapping[str, str]) -> None:
        """Put what a service found wrong beside the fields."""
        for name, text in fields.items():
            place = "value" if name == "currency" else name
            self.add_error(place if place in self.fields else None, text)


_PLAIN = ("customer_name", "website", "country", "close_date", "contact", "description")


def filled(deal: DealRegistration) -> dict[str, Any]:
    """Return a deal as the initial values of its form."""
    lines = [str(line.product_line_id) for line in deal.lines.all()]
    plain = {name: getattr(deal, name) for name in _PLAIN}
    return {
        **plain,
        "key": deal.pk,
        "product_lines": lines,
        "value": (deal.value, deal.currency),
        "evidence": deal.evidence,
    }


class Check(Registration):
    """The fields of a registration that say which company it is about."""

    ASKED = ("key", "customer_name", "website", "country", "product_lines")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in set(self.fields) - set(self.ASKED):
            del self.fields[name]
        self.fields["customer_name"].required = True  # marked as needed; an empty one is answered with the question


class Answer(Registration):
    """Only the fields that were asked for, and a word to the vendor."""

    text = forms.CharField(
        label=_("A word to the vendor"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, asked: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in set(self.fields) - set(asked) - {"text"}:
            del self.fields[name]


class Closing(forms.Form):
    """A coded reason, with words where they help."""

    code = forms.ChoiceField(label=_("Reason"))
    text = forms.CharField(
        label=_("In your own words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, verb: str, data: Any = None) -> None:
        super().__init__(data, auto_id=f"id_{verb}_%s")
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)
        code.choices = [("", _("Choose a reason")), *((key, words.code(key)) for key in MOVES[verb].reasons)]


class Winning(forms.Form):
    """What the order came to."""

    value = forms.DecimalField(max_digits=14, decimal_places=2, localize=True, label=_("Order value"))

    def __init__(self, data: Any) -> None:
        super().__init__({"value": plain_amount(data.get("value", ""))})


class Asking(forms.Form):
    """What the vendor wants to know, and which fields it opens for that."""

    text = forms.CharField(
        label=_("Your question to the partner"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    fields_asked = forms.MultipleChoiceField(
        label=_("Fields the partner may change"),
        required=False,
        choices=list(words.FIELDS.items()),
        widget=CheckboxList,
        help_text=_("All other fields stay as they are."),
    )


class Saying(forms.Form):
    """A comment or a note."""

    text = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


class Rule(forms.Form):
    """A rule for automatic approval; its audience comes from the builder."""

    name = forms.CharField(label=_("Name"), max_length=120)
    enabled = forms.BooleanField(label=_("In force"), required=False, widget=Toggle)
    most = Amount(
        label=_("Up to"),
        currencies=CURRENCIES,
        help_text=_("Deals of another currency are always decided by a person."),
    )
    levels = forms.MultipleChoiceField(
        label=_("Verdicts that need nobody"),
        choices=[(Level.CLEAR.value, words.LEVELS[Level.CLEAR]), (Level.POSSIBLE.value, words.LEVELS[Level.POSSIBLE])],
        widget=CheckboxList,
        help_text=_("A blocked registration is never approved by a rule."),
    )
