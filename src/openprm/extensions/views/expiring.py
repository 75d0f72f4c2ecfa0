"""The expiring board: what ends in the next weeks, and what is at risk with it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.deals import policies as deals
from openprm.deals.views import lists
from openprm.extensions import policies, queries
from openprm.extensions.queries import HORIZONS, Board
from openprm.kernel.http import Request
from openprm.kernel.ui import times
from openprm.kernel.ui.chart import Chart, Series
from openprm.kernel.web import page


@page(policies.VIEW, side="console")
def show(request: Request) -> HttpResponse:
    """Show what ends when, for all partners or those chosen."""
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted in map(str, HORIZONS) else HORIZONS[-1]
    partners, managers = lists.partner_choices(request), lists.manager_choices(request)
    keep = _kept(request, partner=partners, manager=managers)
    found = _narrowed(request, keep)
    board = queries.expiring(found, at=timezone.now(), days=days, list_url=reverse("console:deals"), keep=keep)
    context = {
        "board": board,
        "chart": _chart(board),
        "days": days,
        "tabs": [_tab(one, days, keep) for one in HORIZONS],
        "partners": partners,
        "managers": managers,
        "filters": keep,
    }
    return render(request, "extensions/console/expiring.html", context)


def _kept(request: Request, **known: list[tuple[str, str]]) -> dict[str, str]:
    """Return the filters that the address asks for and that there are."""
    asked = {name: request.GET.get(name, "") for name in known}
    return {name: value for name, value in asked.items() if value in dict(known[name])}


def _narrowed(request: Request, keep: dict[str, str]) -> Any:
    found = deals.visible_to(request.actor)
    if "partner" in keep:
        found = found.filter(partner_id=UUID(keep["partner"]))
    return lists.looked_after(found, [keep["manager"]]) if "manager" in keep else found


def _tab(days: int, chosen: int, keep: dict[str, str]) -> dict[str, Any]:
    label = ngettext("Next %d day", "Next %d days", days) % days
    more = "".join(f"&{name}={value}" for name, value in keep.items())
    return {"label": label, "url": f"?days={days}{more}", "active": days == chosen}


def _chart(board: Board) -> Chart | None:
    if not board.total.count:
        return None
    return Chart(
        _("Protections that end, by week"),
        [times.day(week.first) for week in board.weeks],
        [Series(_("Deals"), [week.count for week in board.weeks], tone="possible")],
        kind="bar",
        urls=[week.url for week in board.weeks],
    )
