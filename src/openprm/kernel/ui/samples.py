"""Made-up things for the style guide: a list, a form, charts; nothing of it touches the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui import countries
from openprm.kernel.ui.chart import Chart, Series
from openprm.kernel.ui.forms import CheckboxList, DateInput, MoneyField, Suggest, Toggle
from openprm.kernel.ui.money import show
from openprm.kernel.ui.table import BulkAction, Column, Empty, Filter, NumberRange, Preset, Table
from openprm.kernel.ui.tones import Status

STATES: list[tuple[str, Any, str]] = [
    ("draft", _("Draft"), "neutral"),
    ("in_review", _("In review"), "info"),
    ("approved", _("Protected"), "clear"),
    ("action_required", _("Action required"), "possible"),
    ("rejected", _("Not approved"), "blocked"),
]
CUSTOMERS = [
    "Nordwind Logistik GmbH",
    "Atelier Lumière SARL",
    "Baltic Grid AS",
    "Harbour & Vale plc",
    "Ríos Ingeniería SA",
]
PARTNERS = ["Kestrel Systems", "Brightwater IT", "Alpenblick Consulting"]


@dataclass(frozen=True, slots=True)
class Deal:
    """A made-up deal."""

    pk: int
    customer: str
    partner: str
    country: str
    value: Decimal
    state: str
    created_at: datetime

    @property
    def status(self) -> Status:
        """Return where it stands."""
        label, tone = next((label, tone) for key, label, tone in STATES if key == self.state)
        return Status(label, tone)

    def __str__(self) -> str:
        return self.customer


@dataclass(frozen=True)
class Rows:
    """Enough of a query over a plain list for a ``Table``."""

    listed: Sequence[Deal]

    def filter(self, **conditions: Any) -> "Rows":
        """Return the rows that pass ``field``, ``field__in``, ``__gte`` and ``__lte``."""
        passing = self.listed
        for path, wanted in conditions.items():
            name, _sep, lookup = path.partition("__")
            passing = [row for row in passing if _passes(getattr(row, name), lookup, wanted)]
        return replace(self, listed=passing)

    def order_by(self, *paths: str) -> "Rows":
        """Return the rows in order."""
        rows = list(self.listed)
        for path in reversed(paths):
            rows.sort(key=lambda row: getattr(row, path.removeprefix("-")), reverse=path.startswith("-"))
        return replace(self, listed=rows)

    def __getitem__(self, part: slice) -> "Rows":
        return replace(self, listed=self.listed[part])

    def __iter__(self) -> Iterator[Deal]:
        return iter(self.listed)

    def count(self) -> int:
        """Return how many there are."""
        return len(self.listed)


def _passes(value: Any, lookup: str, wanted: Any) -> bool:
    if lookup == "in":
        return value in wanted
    if lookup == "gte":
        return bool(value >= wanted)
    return bool(value <= wanted) if lookup == "lte" else bool(value == wanted)


def deals(count: int = 64) -> Rows:
    """Return made-up deals."""
    now = timezone.now()
    return Rows(
        [
            Deal(
                pk=number,
                customer=f"{CUSTOMERS[number % 5]}" + (f" {number // 5}" if number >= 5 else ""),
                partner=PARTNERS[number % 3],
                country=["DE", "FR", "NO", "GB", "ES"][number % 5],
                value=Decimal(4200 + number * 3175),
                state=STATES[number % 5][0],
                created_at=now - timedelta(hours=7 * number + 1),
            )
            for number in range(count)
        ]
    )


def _found(rows: Any, text: str) -> Any:
    return Rows([row for row in rows if text.lower() in row.customer.lower()])


deal_table = Table(
    columns=[
        Column("customer", _("Customer"), sort="customer", link=True),
        Column("partner", _("Partner"), sort="partner", from_width="tablet"),
        Column("country", _("Country"), cell=lambda row: countries.name(row.country), from_width="desktop"),
        Column("value", _("Value"), sort="value", cell=lambda row: show(row.value, "EUR"), align="end", csv="value"),
        Column("status", _("Status"), cell="kernel/_styleguide_status.html", csv="state"),
        Column("created", _("Registered"), sort="created_at", cell="created_at"),
    ],
    filters=[
        Filter("state", _("Status"), choices=[(key, label) for key, label, _tone in STATES], multiple=True),
        Filter("partner", _("Partner"), choices=[(name, name) for name in PARTNERS]),
        NumberRange("value", _("Value in EUR")),
    ],
    search=_found,
    search_hint=_("Search customers"),
    default_sort="-created",
    per_page=10,
    presets=[
        Preset(_("All deals")),
        Preset(_("Waiting for us"), {"state": "in_review"}, icon="inbox"),
        Preset(_("Protected"), {"state": "approved"}),
    ],
    actions=[
        BulkAction("approve", _("Approve"), "#", icon="check", tone="brand"),
        BulkAction("reject", _("Reject"), "#", icon="x", tone="danger", confirm=_("Reject {0} deals?")),
    ],
    row_url=lambda row: f"#deal-{row.pk}",
    caption=_("Deals"),
    live="deal",
    export_name="deals",
)

empty_table = Table(
    columns=[Column("customer", _("Customer"))],
    empty=Empty(
        "briefcase",
        _("No deals yet"),
        _("Deals you register appear here, with how long they are protected."),
        _("Register a deal"),
        "#register",
    ),
    id="nothing",
    prefix="n_",
)


class SampleForm(forms.Form):
    """Every kind of control."""

    customer = forms.CharField(label=_("Customer"), max_length=120, help_text=_("The company that will use it."))
    email = forms.EmailField(label=_("Contact e-mail"))
    website = forms.CharField(
        label=_("Website"), required=False, widget=forms.URLInput(attrs={"placeholder": "example.com"})
    )
    country = forms.ChoiceField(
        label=_("Country"), choices=[("", _("Choose a country")), *list(countries.NAMES.items())]
    )
    value = MoneyField(label=_("Expected value"), help_text=_("Without tax, for the first year."))
    close = forms.DateField(label=_("Expected close date"), widget=DateInput)
    seats = forms.IntegerField(label=_("Seats"), required=False, min_value=1)
    product = forms.ChoiceField(
        label=_("Product"),
        choices=[("edge", _("Edge gateway")), ("cloud", _("Cloud platform")), ("care", _("Care plan"))],
        widget=forms.RadioSelect,
    )
    verticals = forms.MultipleChoiceField(
        label=_("Industries"),
        required=False,
        choices=[
            (word, word)
            for word in (
                "Energy",
                "Finance",
                "Health",
                "Logistics",
                "Manufacturing",
                "Media",
                "Public",
                "Retail",
                "Telecoms",
                "Travel",
            )
        ],
        widget=CheckboxList,
    )
    city = forms.CharField(label=_("City"), required=False, widget=Suggest(["Berlin", "Bergen", "Bologna"]))
    description = forms.CharField(label=_("What is it about?"), required=False, widget=forms.Textarea)
    proof = forms.FileField(label=_("Proof"), required=False, help_text=_("PDF or picture, up to 10 MB."))
    newsletter = forms.BooleanField(label=_("Tell me about new products"), required=False, widget=Toggle)
    terms = forms.BooleanField(label=_("The customer agreed to be named"))


def sample_charts() -> dict[str, Chart]:
    """Return a chart of each kind."""
    months = ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    return {
        "bar": Chart(
            _("Pipeline by month"),
            months,
            [
                Series(_("Protected"), [120000, 180000, 150000, 210000, 260000, 240000]),
                Series(_("In review"), [60000, 45000, 80000, 72000, 95000, 110000]),
            ],
            kind="stacked-bar",
            currency="EUR",
            summary=_("The protected pipeline doubled in six months."),
            urls=[f"#{month}" for month in months],
        ),
        "line": Chart(_("Deals registered"), months, [Series(_("Deals"), [12, 18, 15, 22, 31, 28])], kind="area"),
        "doughnut": Chart(
            _("Deals by status"),
            ["Protected", "In review", "Won", "Lost"],
            [Series(_("Deals"), [42, 18, 27, 9])],
            kind="doughnut",
        ),
        "none": Chart(_("Nothing yet"), months, [Series(_("Deals"), [0, 0, 0, 0, 0, 0])]),
    }


def sample_timeline() -> list[dict[str, Any]]:
    """Return what happened to a made-up deal."""
    now = timezone.now()
    return [
        {
            "at": now - timedelta(minutes=4),
            "title": _("Approved"),
            "actor": "Ines Vogel",
            "icon": "check",
            "tone": "clear",
        },
        {
            "at": now - timedelta(hours=5),
            "title": _("Comment"),
            "actor": "Ines Vogel",
            "icon": "message",
            "tone": "neutral",
            "text": _("Thanks, that is all we need."),
            "quote": True,
        },
        {
            "at": now - timedelta(days=1),
            "title": _("Asked for more"),
            "actor": "Ines Vogel",
            "icon": "help",
            "tone": "possible",
            "text": _("Who at the customer decides?"),
        },
        {
            "at": now - timedelta(days=2),
            "title": _("Registered"),
            "actor": "Tom Reed, Kestrel Systems",
            "icon": "send",
            "tone": "brand",
        },
    ]


def sample_audience_fields() -> list[dict[str, Any]]:
    """Return fields as the audience builder reads them."""
    several = [["in", str(_("is one of"))], ["not_in", str(_("is none of"))]]
    return [
        {
            "name": "partner.country",
            "label": str(_("Country")),
            "group": "",
            "kind": "choice",
            "operators": several,
            "options": countries.choices(),
        },
        {
            "name": "partner.status",
            "label": str(_("Status")),
            "group": "",
            "kind": "choice",
            "operators": several,
            "options": [("active", "Active"), ("prospect", "Prospect")],
        },
        {
            "name": "partner.name",
            "label": str(_("Name")),
            "group": "",
            "kind": "text",
            "operators": [["contains", str(_("contains"))], ["is", str(_("is"))]],
            "options": [],
        },
        {
            "name": "partner.since",
            "label": str(_("Partner since")),
            "group": "",
            "kind": "date",
            "operators": [["since", str(_("is on or after"))]],
            "options": [],
        },
        {
            "name": "person.certified",
            "label": str(_("Certified")),
            "group": str(_("Person")),
            "kind": "boolean",
            "operators": [["is", str(_("is"))]],
            "options": [],
        },
    ]


SAMPLE_AUDIENCE: dict[str, Any] = {
    "all": [
        {"field": "partner.country", "op": "in", "value": ["DE", "AT", "CH"]},
        {"not": {"any": [{"field": "partner.status", "op": "in", "value": ["prospect"]}]}},
    ]
}
