"""Events on their way to their subscribers."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openprm.kernel import events, services
from openprm.kernel.console.tones import status
from openprm.kernel.events.models import Delivery
from openprm.kernel.http import Request
from openprm.kernel.ui.table import BulkAction, Column, DateRange, Empty, Filter, Preset, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

OPERATE = "kernel.operate"


def _subscribers(_request: Request) -> Iterable[tuple[str, str]]:
    return [(name, name) for name in sorted(events.subscribers())]


def _types(_request: Request) -> Iterable[tuple[str, Any]]:
    return [(kind.name, kind.label) for kind in events.event_types()]


def _last_line(row: Delivery) -> str:
    return row.error.strip().rpartition("\n")[2][:160]


table = Table(
    id="deliveries",
    columns=[
        Column("event", _("Event"), cell="event.name", link=True),
        Column("subject", _("About"), cell="event.subject_label"),
        Column("subscriber", _("Goes to"), cell="subscriber"),
        Column("state", _("Status"), cell="kernel/console/_state.html", csv="get_state_display"),
        Column("attempts", _("Attempts"), cell="attempts", align="end"),
        Column("error", _("Error"), cell=_last_line, csv="error", from_width="desktop"),
        Column("created", _("Since"), sort="created_at", cell="created_at"),
    ],
    filters=[
        Filter("state", _("Status"), choices=Delivery.State.choices),
        Filter("subscriber", _("Goes to"), choices=_subscribers),
        Filter("type", _("Event"), field="event__name", choices=_types),
        DateRange("created", _("Since"), field="created_at"),
    ],
    presets=[Preset(_("Failed"), {"state": "failed"}), Preset(_("Waiting"), {"state": "waiting"})],
    actions=[BulkAction("replay", _("Replay"), "console:deliveries_replay", icon="repeat", permission=OPERATE)],
    default_sort="-created",
    row_url=lambda row: reverse("console:delivery", args=[row.pk]),
    row_label=lambda row: f"{row.event.name} → {row.subscriber}",
    empty=Empty("bolt", _("No deliveries"), _("Every event that something follows from is listed here.")),
    export_name="deliveries",
    caption=_("Deliveries"),
)


def rows() -> Any:
    """Return all deliveries with their events."""
    return Delivery.objects.select_related("event")


@page(OPERATE, side="console")
def listing(request: Request) -> HttpResponse:
    """List deliveries, newest first."""
    failed = Delivery.objects.filter(state=Delivery.State.FAILED).count()
    return table.response(request, rows(), "kernel/console/deliveries.html", {"failed": failed})


@page(OPERATE, side="console")
def detail(request: Request, pk: UUID) -> HttpResponse:
    """Show a delivery with its event and what went wrong."""
    row = get_object_or_404(rows(), pk=pk)
    context = {
        "row": row,
        "status": status(row.state, row.get_state_display()),
        "payload": json.dumps(row.event.payload, indent=2, ensure_ascii=False),
    }
    return render(request, "kernel/console/delivery.html", context)


@page(OPERATE, side="console", methods=("POST",))
def replay(request: Request) -> HttpResponse:
    """Try the chosen failed deliveries again."""
    count = services.replay(table.selected(request, rows()), by=request.actor, at=timezone.now())
    words = ngettext("%(count)s delivery is tried again.", "%(count)s deliveries are tried again.", count)
    toast(request, words % {"count": count}, tone="clear" if count else "info")
    return redirect("console:deliveries")


@page(OPERATE, side="console", methods=("POST",))
def replay_one(request: Request, pk: UUID) -> HttpResponse:
    """Try one failed delivery again."""
    services.replay([get_object_or_404(rows(), pk=pk)], by=request.actor, at=timezone.now())
    toast(request, _("It is tried again."))
    return redirect("console:delivery", pk)
