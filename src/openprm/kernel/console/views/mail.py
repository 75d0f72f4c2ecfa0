"""The outbox."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.kernel.console.tones import status
from openprm.kernel.http import Request
from openprm.kernel.mail import services
from openprm.kernel.mail.models import Mail
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, Preset, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

OPERATE = "kernel.operate"


def _recipients(row: Mail) -> str:
    return ", ".join(row.recipients)


def _search(rows: Any, text: str) -> Any:
    return rows.filter(subject__icontains=text) | rows.filter(recipients__icontains=text)


table = Table(
    id="mail",
    columns=[
        Column("subject", _("Subject"), cell="subject", link=True),
        Column("to", _("To"), cell=_recipients),
        Column("state", _("Status"), cell="kernel/console/_state.html", csv="get_state_display"),
        Column("attempts", _("Attempts"), cell="attempts", align="end", from_width="tablet"),
        Column("created", _("Written"), sort="created_at", cell="created_at"),
    ],
    filters=[
        Filter("state", _("Status"), choices=Mail.State.choices),
        DateRange("created", _("Written"), field="created_at"),
    ],
    presets=[Preset(_("Failed"), {"state": "failed"})],
    search=_search,
    default_sort="-created",
    row_url=lambda row: reverse("console:mail_item", args=[row.pk]),
    empty=Empty("mail", _("No e-mail yet"), _("What OpenPRM writes to people is listed here.")),
    export=False,
    caption=_("E-mail"),
)


@page(OPERATE, side="console")
def listing(request: Request) -> HttpResponse:
    """List e-mail, newest first."""
    return table.response(request, Mail.objects.all(), "kernel/console/mail.html", {"goes_out": settings.MAIL_GOES_OUT})


@page(OPERATE, side="console")
def detail(request: Request, pk: UUID) -> HttpResponse:
    """Show an e-mail; its words only where it is kept because there is no server to send it."""
    row = get_object_or_404(Mail, pk=pk)
    shown = {"row": row, "status": status(row.state, row.get_state_display(), since=row.sent_at or row.created_at)}
    return render(request, "kernel/console/mail_item.html", {**shown, "readable": row.state == Mail.State.KEPT})


@page(OPERATE, side="console", methods=("POST",))
def send_again(request: Request, pk: UUID) -> HttpResponse:
    """Try to send a failed e-mail again."""
    services.send_again(get_object_or_404(Mail, pk=pk), at=timezone.now())
    toast(request, _("It is sent again."))
    return redirect("console:mail_item", pk)
