"""The console's list of partners, and what can be done to many at once."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openprm.kernel import web
from openprm.kernel.http import Request
from openprm.kernel.ui import countries
from openprm.kernel.ui.table import BulkAction, Column, Empty, Filter, Preset, Table, Toggle
from openprm.kernel.ui.toasts import toast
from openprm.partners import forms, policies, queries, services, tiers
from openprm.partners.lists import BusinessModel, PartnerType, Region, TeamRole, Vertical
from openprm.partners.models import Partner, TeamMember

Rows = QuerySet[Partner]


def _countries(request: Request) -> list[tuple[str, str]]:
    codes = policies.visible_to(request.actor).order_by().values_list("country", flat=True).distinct()
    return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: pair[1])


def _overlapping(field: str) -> Any:
    def apply(rows: Rows, values: list[str]) -> Rows:
        return rows.filter(**{f"{field}__overlap": values})

    return apply


def channel_manager(partner: Partner) -> str:
    """Return the name of a listed partner's channel manager."""
    members = getattr(partner, "managers", [])
    return str(members[0].person) if members else ""


def _mine(request: Request) -> list[Preset]:
    return [
        Preset(_("I look after"), {"manager": str(request.actor.id)}, icon="user-check"),
        Preset(_("Active"), {"status": "active"}),
        Preset(_("Applicants"), {"status": "applicant"}),
        Preset(_("Without a channel manager"), {"unmanaged": "1"}, icon="user-x"),
    ]


def _managers(request: Request) -> list[tuple[str, str]]:
    people = TeamMember.objects.filter(role=TeamRole.CHANNEL_MANAGER).order_by("person__name")
    found = {str(pk): name for pk, name in people.values_list("person_id", "person__name")}
    found.setdefault(str(request.actor.id), request.actor.name)
    return list(found.items())


def _managed_by(rows: Rows, values: list[str]) -> Rows:
    members = TeamMember.objects.filter(role=TeamRole.CHANNEL_MANAGER, person_id__in=values)
    return rows.filter(pk__in=members.values("partner_id"))


def _unmanaged(rows: Rows) -> Rows:
    return rows.exclude(pk__in=TeamMember.objects.filter(role=TeamRole.CHANNEL_MANAGER).values("partner_id"))


PARTNERS = Table(
    id="partners",
    columns=[
        Column("name", _("Partner"), cell="partners/_name.html", sort="name", link=True, csv="name"),
        Column("status", _("Status"), cell="partners/_status.html", sort="status", csv="get_status_display"),
        Column("country", _("Country"), cell=lambda row: countries.name(row.country), sort="country"),
        Column("region", _("Region"), cell=lambda row: row.region and Region(row.region).label, from_width="desktop"),
        Column(
            "types",
            _("Partner types"),
            cell=lambda row: [str(PartnerType(key).label) for key in row.partner_types],
            from_width="desktop",
        ),
        Column("tier", _("Tier"), cell="get_tier_display", from_width="tablet"),
        Column("manager", _("Channel manager"), cell=channel_manager, from_width="tablet"),
        Column("since", _("In this status since"), cell="status_since", sort="status_since", from_width="desktop"),
    ],
    filters=[
        Filter("status", _("Status"), choices=Partner.Status.choices, multiple=True),
        Filter("country", _("Country"), choices=_countries, multiple=True),
        Filter("region", _("Region"), choices=Region.choices, multiple=True),
        Filter(
            "type", _("Partner type"), choices=PartnerType.choices, multiple=True, apply=_overlapping("partner_types")
        ),
        Filter(
            "model",
            _("Business model"),
            choices=BusinessModel.choices,
            multiple=True,
            apply=_overlapping("business_models"),
        ),
        Filter("vertical", _("Vertical"), choices=Vertical.choices, multiple=True, apply=_overlapping("verticals")),
        Filter("tier", _("Tier"), choices=lambda request: tiers.choices(), multiple=True),
        Filter("manager", _("Channel manager"), choices=_managers, apply=_managed_by),
        Toggle("unmanaged", _("Without a channel manager"), apply=_unmanaged),
    ],
    search=queries.search,
    search_hint=_("Name or website"),
    default_sort="name",
    presets=_mine,
    actions=[
        BulkAction(
            "assign",
            _("Assign an account manager"),
            "console:partners_assign",
            icon="user-plus",
            permission=policies.MANAGE_TEAM,
        ),
    ],
    row_url=lambda row: reverse("console:partner", args=[row.pk]),
    empty=Empty(
        "heart-handshake",
        _("No partners yet"),
        _("Companies that sell, implement or recommend what you make appear here."),
        _("Add a partner"),
        "console:partner_create",
        permission=policies.CREATE,
    ),
    export_name="partners",
    caption=_("Partners"),
    live="partner",
)


def _with_managers(rows: Rows) -> Rows:
    members = TeamMember.objects.filter(role=TeamRole.CHANNEL_MANAGER).select_related("person")
    return rows.prefetch_related(Prefetch("team", members, to_attr="managers"))


@web.page(policies.VIEW, side="console")
def partners(request: Request) -> HttpResponse:
    """List the partners one may see."""
    rows = _with_managers(policies.visible_to(request.actor))
    return PARTNERS.response(request, rows, "partners/list.html", {"may_create": policies.may_create(request.actor)})


@web.page(policies.MANAGE_TEAM, side="console", methods=("POST",))
def assign(request: Request) -> HttpResponse:
    """Ask who shall look after the chosen partners, then let them."""
    rows = PARTNERS.selected(request, policies.reached_by(request.actor, policies.MANAGE_TEAM)).order_by("name")
    form = forms.Member(request.POST if "role" in request.POST else None)
    if form.is_bound and form.is_valid():
        chosen = list(rows)
        for partner in chosen:
            services.assign_team(partner=partner, by=request.actor, at=timezone.now(), **form.cleaned_data)
        said = ngettext("%(n)s partner has a new %(role)s.", "%(n)s partners have a new %(role)s.", len(chosen))
        toast(request, said % {"n": len(chosen), "role": TeamRole(form.cleaned_data["role"]).label.lower()})
        return redirect(_back(request))
    context = {
        "form": form,
        "named": list(rows[:10]),
        "count": rows.count(),
        "kept": [(name, value) for name in ("ids", "all", "query", "next") for value in request.POST.getlist(name)],
    }
    return render(request, "partners/assign.html", context, status=422 if form.errors else 200)


def _back(request: Request) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else reverse("console:partners")
