"""The vendor's page: who asks how much, and what looks like scanning."""

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openprm.checks import policies, words
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, Preset, Table, Toggle
from openprm.kernel.web import page

table = Table(
    id="check-days",
    columns=[
        Column("day", _("Day"), cell="day", sort="day"),
        Column("partner", _("Partner"), cell="partner", sort="partner__trading_name", link=True),
        Column("asked", _("Companies asked"), cell="checks/_asked.html", sort="asked", align="end", csv="asked"),
        Column("registered", _("Registered"), cell="registered", sort="registered", align="end"),
        Column("blocked", _("Blocked"), cell="blocked", sort="blocked", align="end"),
        Column(
            "alarms",
            _("Looks like scanning"),
            cell="checks/_alarms.html",
            csv=lambda row: "; ".join(map(str, words.alarms(row.alarms))),
        ),
    ],
    filters=[
        Toggle("suspected", _("With alarms"), where=~Q(alarms=[])),
        Filter("alarm", _("Alarm"), choices=list(words.ALARMS.items()), field="alarms__contains"),
        DateRange("day", _("Day"), field="day"),
    ],
    presets=[Preset(_("Suspected"), {"suspected": "1"})],
    search=["partner__trading_name__icontains", "partner__legal_name__icontains"],
    default_sort="-day",
    row_url=lambda row: reverse("console:partner", args=[row.partner_id]),
    empty=Empty(
        "shield-half", _("Nobody has asked yet"), _("Each partner's days are listed here once it checks a company.")
    ),
    live="checks",
    export_name="checks",
    caption=_("Checks by partner and day"),
)


@page(policies.VIEW, side="console")
def days(request: Request) -> HttpResponse:
    """List partners' days, the newest first."""
    rows = policies.visible_to(request.actor).select_related("partner")
    return table.response(request, rows, "checks/days.html")
