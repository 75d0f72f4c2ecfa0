"""The lists of deals, in the portal and in the console, and the boards by stage."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openprm.accounts.models import Person
from openprm.deals import policies, queries, standing, words
from openprm.deals.forms import CURRENCIES
from openprm.deals.lifecycle import CLOSED, UNDECIDED, State
from openprm.deals.models import DealLine, DealRegistration
from openprm.deals.queries import boards
from openprm.deals.views.common import line_choices, may_register, seen, wants
from openprm.kernel.http import Request
from openprm.kernel.ui import countries
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, NumberRange, Preset, Table, Toggle
from openprm.kernel.web import page
from openprm.partners import policies as partners
from openprm.partners.lists import Region
from openprm.partners.models import TeamMember

MOST_CHOICES = 500


def with_lines(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    """Return the deals about any of the product lines, each once."""
    known = [UUID(value) for value in values]
    return rows.filter(pk__in=DealLine.objects.filter(product_line_id__in=known).values("deal_id"))


def _owners(request: Request) -> list[tuple[str, str]]:
    people = Person.objects.filter(partner_id=request.actor.company_id).order_by("name")
    return [(str(key), name or email) for key, name, email in people.values_list("pk", "name", "email")[:MOST_CHOICES]]


def partner_choices(request: Request) -> list[tuple[str, str]]:
    """Return the partners to filter by."""
    listed = partners.visible_to(request.actor).order_by("name").values_list("pk", "name")[:MOST_CHOICES]
    return [(str(key), name) for key, name in listed]


def manager_choices(_request: Request) -> list[tuple[str, str]]:
    """Return the vendor's people on account teams, to filter by."""
    people = Person.objects.filter(pk__in=TeamMember.objects.values("person_id")).order_by("name")
    return [(str(key), name or email) for key, name, email in people.values_list("pk", "name", "email")[:MOST_CHOICES]]


def looked_after(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    """Return the deals of the partners on whose account team one of these people is."""
    teams = TeamMember.objects.filter(person_id__in=[UUID(value) for value in values])
    return rows.filter(partner_id__in=teams.values("partner_id"))


def region_choices(_request: Request) -> list[tuple[str, Any]]:
    """Return the regions that partners are in."""
    return list(Region.choices)


def _country_choices(_request: Request) -> list[tuple[str, str]]:
    return countries.choices()


STATE_WORDS = [(state.value, label) for state, label in words.STATES.items()]
PORTAL_WORDS = [(state.value, label) for state, label in standing.PORTAL_STATES.items()]
VERDICTS = [(level.value, label) for level, label in words.LEVELS.items()]

LINES = Filter("line", _("Product line"), choices=line_choices, multiple=True, apply=with_lines)
DATES = (
    DateRange("submitted", _("Registered"), field="submitted_at"),
    DateRange("close", _("Expected close"), field="close_date"),
    DateRange("protected", _("Protection ends"), field="protected_until"),
    DateRange("decided", _("Decided"), field="decided_at"),
    DateRange("closed", _("Closed"), field="closed_at"),
)
VALUE = NumberRange("value", _("Value"), field="value")
CURRENCY = Filter("currency", _("Currency"), choices=[(code, code) for code in CURRENCIES])
SEARCH = ("customer_name__icontains", "reference__icontains")

CUSTOMER = Column(
    "customer_name",
    _("Customer"),
    cell=lambda deal: deal.customer_name or gettext("Not named yet"),
    sort="customer_name",
    link=True,
    csv="customer_name",
)
WORTH = Column(
    "value",
    _("Value"),
    cell="deals/cells/value.html",
    sort="value",
    align="end",
    csv="value",
    hint=_("Sorted by the number, whatever the currency."),
)


portal_deals = Table(
    columns=[
        CUSTOMER,
        Column("reference", _("Reference"), cell="deals/cells/reference.html", sort="reference", from_width="desktop"),
        Column("state", _("Status"), cell="deals/cells/portal_state.html", sort="state", csv="state_label"),
        WORTH,
        Column("close_date", _("Expected close"), sort="close_date", from_width="tablet"),
        Column("protected_until", _("Protection"), cell="deals/cells/protection.html", sort="protected_until"),
        Column("owner_name", _("Owner"), sort="owner_name", from_width="desktop"),
        Column("created_at", _("Begun"), sort="created_at", from_width="desktop"),
    ],
    filters=[
        Filter("state", _("Status"), choices=PORTAL_WORDS, multiple=True),
        LINES,
        Filter("owner", _("Owner"), choices=_owners, field="owner_id"),
        CURRENCY,
        VALUE,
        *DATES,
    ],
    search=SEARCH,
    search_hint=_("Search customer or reference"),
    default_sort="-created_at",
    presets=[
        Preset(_("All")),
        Preset(_("Your answer needed"), {"state": State.ACTION_REQUIRED.value}, "message-2"),
        Preset(_("Protected"), {"state": State.APPROVED.value}, "shield-check"),
        Preset(_("Drafts"), {"state": State.DRAFT.value}, "pencil"),
        Preset(_("Won"), {"state": State.WON.value}, "trophy"),
    ],
    row_url=lambda deal: deal.get_absolute_url(),
    row_label=lambda deal: deal.customer_name or deal.reference,
    empty=Empty(
        "briefcase",
        _("No deals yet"),
        _("Register before you quote: you see at once whether the customer is free. Approved deals are protected."),
        _("Register a deal"),
        "portal:deal_register",
        policies.REGISTER,
    ),
    caption=_("Deals"),
    export_name="deals",
    live="deal",
)

# A distributor also sees the deals of its resellers, so it is told whose they are.
deals_below = replace(
    portal_deals,
    columns=[
        CUSTOMER,
        Column("partner", _("Company"), cell="partner.name", sort="partner__name"),
        *portal_deals.columns[2:],
    ],
    filters=[Filter("partner", _("Company"), choices=partner_choices, field="partner_id"), *portal_deals.filters],
)

console_deals = Table(
    columns=[
        CUSTOMER,
        Column("reference", _("Reference"), cell="deals/cells/reference.html", sort="reference", from_width="desktop"),
        Column("partner", _("Partner"), cell="partner.name", sort="partner__name"),
        Column("state", _("State"), cell="deals/cells/state.html", sort="state", csv="state_label"),
        Column(
            "verdict",
            _("Verdict"),
            cell="deals/cells/verdict.html",
            sort="verdict",
            csv="verdict_label",
            from_width="wide",
        ),
        WORTH,
        Column("currency", _("Currency"), from_width="wide"),
        Column(
            "country",
            _("Country"),
            cell=lambda deal: countries.name(deal.country),
            sort="country",
            from_width="wide",
        ),
        Column("submitted_at", _("Registered"), sort="submitted_at", from_width="tablet"),
        Column(
            "protected_until",
            _("Protection"),
            cell="deals/cells/protection.html",
            sort="protected_until",
            from_width="desktop",
        ),
    ],
    filters=[
        Filter("state", _("State"), choices=[pair for pair in STATE_WORDS if pair[0] != "draft"], multiple=True),
        Filter("partner", _("Partner"), choices=partner_choices, field="partner_id"),
        Filter("region", _("Partner's region"), choices=region_choices, field="partner__region"),
        Filter("manager", _("Looked after by"), choices=manager_choices, apply=looked_after),
        LINES,
        Filter("country", _("Customer's country"), choices=_country_choices),
        Filter("verdict", _("Verdict"), choices=VERDICTS, multiple=True),
        Toggle("automatic", _("Approved by a rule only")),
        CURRENCY,
        VALUE,
        *DATES,
    ],
    search=(*SEARCH, "partner__name__icontains"),
    search_hint=_("Search customer, reference, partner"),
    default_sort="-submitted_at",
    presets=[
        Preset(_("All")),
        Preset(_("Protected"), {"state": State.APPROVED.value}, "shield-check"),
        Preset(_("With the partner"), {"state": State.ACTION_REQUIRED.value}, "message-2"),
        Preset(_("Approved by a rule"), {"automatic": "1"}, "bolt"),
        Preset(_("Won"), {"state": State.WON.value}, "trophy"),
    ],
    row_url=lambda deal: deal.console_url,
    row_label=lambda deal: deal.customer_name or deal.reference,
    empty=Empty(
        "briefcase",
        _("No registrations yet"),
        _("What partners register appears here, from submission to won or lost."),
    ),
    caption=_("Deals"),
    export_name="deals",
    live="deal",
    per_page=50,
)


@page(policies.VIEW, side="portal")
def portal_list(request: Request) -> HttpResponse:
    """Show the partner's deals."""
    context = {"may_register": may_register(request), "view": "list"}
    table = deals_below if len(request.actor.partner_ids) > 1 else portal_deals
    return table.response(request, seen(request), "deals/portal/list.html", context)


@page(policies.VIEW, side="console")
def console_list(request: Request) -> HttpResponse:
    """Show all registrations."""
    return console_deals.response(request, seen(request), "deals/console/list.html", {"view": "list"})


@page(policies.VIEW, side="portal")
def portal_board(request: Request) -> HttpResponse:
    """Show the partner's deals by stage."""
    columns = queries.board(
        seen(request),
        boards.PORTAL,
        list_url=reverse("portal:deals"),
        card=lambda deal: _portal_card(deal, request.actor.partner_id),
        filters={},
    )
    context = {"columns": columns, "view": "board", "may_register": may_register(request)}
    return _board(request, "deals/portal/board.html", context)


@page(policies.VIEW, side="console")
def console_board(request: Request) -> HttpResponse:
    """Show all registrations by stage."""
    deals, filters = narrowed(request, seen(request))
    columns = queries.board(
        deals, boards.CONSOLE, list_url=reverse("console:deals"), card=_console_card, filters=filters
    )
    context = {"columns": columns, "view": "board", **choices(request, filters)}
    return _board(request, "deals/console/board.html", context)


def narrowed(request: Request, deals: QuerySet[DealRegistration]) -> tuple[QuerySet[DealRegistration], dict[str, str]]:
    """Return the deals of the partner and region that the address asks for, and these filters."""
    filters: dict[str, str] = {}
    for name, path, known in (
        ("partner", "partner_id", partner_choices(request)),
        ("region", "partner__region", region_choices(request)),
    ):
        value = request.GET.get(name, "")
        if value in dict(known):
            filters[name] = value
            deals = deals.filter(**{path: value})
    return deals, filters


def choices(request: Request, filters: dict[str, str]) -> dict[str, Any]:
    """Return what the filters above boards and numbers offer."""
    return {"partners": partner_choices(request), "regions": region_choices(request), "filters": filters}


def _board(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, "deals/_board.html" if wants(request, "board") else template, context)


def _portal_card(deal: DealRegistration, own: UUID | None) -> dict[str, Any]:
    who = deal.owner_name if deal.partner_id == own else deal.partner.name
    return {**_card(deal, portal=True), "url": deal.get_absolute_url(), "who": who}


def _console_card(deal: DealRegistration) -> dict[str, Any]:
    return {**_card(deal, portal=False), "url": deal.console_url, "who": deal.partner.name}


def _card(deal: DealRegistration, *, portal: bool) -> dict[str, Any]:
    late = standing.is_late(deal, now=timezone.now())
    tone = standing.TONES[State(deal.state)] if deal.state in CLOSED else ""
    return {
        "deal": deal,
        "step": standing.short_step(deal, portal=portal),
        "late": late,
        "state": standing.badge(deal, portal=portal) if tone and deal.state != State.WON else None,
        "days": deal.state == State.APPROVED and deal.protected_until,
        "undecided": deal.state in UNDECIDED,
    }
