"""The bell, the list of messages, and how each person wants them."""

from uuid import UUID

from django.core import signing
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from openprm.kernel.access import Actor
from openprm.kernel.http import Request
from openprm.kernel.notifications import jobs, queries, rules, services
from openprm.kernel.notifications.models import Mode
from openprm.kernel.ui.table import Column, Empty, Table, Toggle
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

IN_BELL = 8

inbox = Table(
    columns=[
        Column("title", _("Message"), cell="kernel/notifications/_message.html"),
        Column("created_at", _("When"), sort="created_at"),
    ],
    filters=[Toggle("unread", _("Not read yet"), where=Q(read_at__isnull=True))],
    default_sort="-created_at",
    live="notification",
    export=False,
    empty=Empty("bell", _("Nothing yet"), _("When something needs you or changes for you, it is told here.")),
)


def layout(actor: Actor) -> str:
    """Return the frame of the side the reader is on."""
    return "layouts/portal.html" if actor.is_partner else "layouts/console.html"


@page(side="both")
def messages(request: Request) -> HttpResponse:
    """List the reader's messages."""
    return inbox.response(
        request, queries.mine(request.actor), "kernel/notifications/list.html", {"layout": layout(request.actor)}
    )


@page(side="both")
def bell(request: Request) -> HttpResponse:
    """Return the newest messages, for the menu under the bell."""
    newest = list(queries.mine(request.actor)[:IN_BELL])
    unread = queries.unread_count(request.actor)
    return render(request, "kernel/notifications/bell.html", {"newest": newest, "unread": unread})


@page(side="both")
def count(request: Request) -> HttpResponse:
    """Return what the bell shows."""
    return render(request, "kernel/notifications/_count.html")


@page(side="both")
def message(request: Request, pk: UUID) -> HttpResponse:
    """Open what a message is about; it is read then."""
    row = get_object_or_404(queries.mine(request.actor), pk=pk)
    services.mark_read(by=request.actor, at=timezone.now(), only=row.pk)
    return redirect(row.url if row.url.startswith("/") and not row.url.startswith("//") else "notifications")


@page(side="both", methods=("POST",))
def read_all(request: Request) -> HttpResponse:
    """Note that all is read."""
    services.mark_read(by=request.actor, at=timezone.now())
    return redirect("notifications")


@page(side="both", methods=("GET", "POST"))
def preferences(request: Request) -> HttpResponse:
    """Let the reader choose how each kind of message reaches them."""
    kinds = queries.preferences(request.actor)
    if request.method == "POST":
        choices = {}
        for kind, _modes in kinds:
            for channel in rules.CHANNELS:
                choices[kind.key, channel] = request.POST.get(f"{channel}:{kind.key}", Mode.OFF.value)
        services.prefer(choices=choices, by=request.actor, at=timezone.now())
        toast(request, _("Saved."))
        return redirect("notification_preferences")
    context = {"kinds": kinds, "modes": Mode.choices, "layout": layout(request.actor)}
    return render(request, "kernel/notifications/preferences.html", context)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def stop(request: Request, token: str) -> HttpResponse:
    """Turn one kind of e-mail off by the link in it; mail programs post here without asking (RFC 8058)."""
    try:
        person, kind = signing.loads(token, salt=jobs.STOP)
    except signing.BadSignature:
        raise BadRequest from None
    if request.method == "POST":
        services.stop_email(person_id=UUID(person), kind=kind, at=timezone.now())
    return render(request, "kernel/notifications/stop.html", {"stopped": request.method == "POST"})


stop.guard = ((), "anybody", ("GET", "POST"))  # type: ignore[attr-defined]
