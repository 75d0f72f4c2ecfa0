"""The pages of webhooks, alike for the vendor and for partners."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.kernel.console.tones import status
from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.ui.tones import Status
from openprm.kernel.web import page
from openprm.kernel.webhooks import jobs, policies, rules, services
from openprm.kernel.webhooks.forms import EndpointForm
from openprm.kernel.webhooks.models import Endpoint, Message

MANAGE = policies.MANAGE
SECRET = "webhook_secret_shown_for"  # noqa: S105 - the session's key, not a secret
BOTH = ("GET", "POST")


def _side(request: Request) -> str:
    return "portal" if request.actor.is_partner else "console"


def _to(request: Request, name: str, *args: Any) -> str:
    return reverse(f"{_side(request)}:{name}", args=args)


def _endpoint(request: Request, pk: UUID) -> Endpoint:
    return get_object_or_404(policies.visible_to(request.actor), pk=pk)


def endpoint_status(row: Endpoint) -> Status:
    """Return how an endpoint is doing, as pages show it."""
    if not row.is_active:
        why = row.disabled_why or _("Somebody switched it off.")
        return Status(
            _("Off"), "blocked", "player-pause", since=row.disabled_at, why=why, next=_("Switch it on again.")
        )
    if row.failing_since:
        return Status(_("Failing"), "possible", since=row.failing_since, next=_("After three days it is switched off."))
    return Status(_("On"), "clear")


def message_status(row: Message) -> Status:
    """Return where a message stands, as pages show it."""
    return status(row.state, row.get_state_display())


def _chosen(row: Endpoint) -> Any:
    return _("All events") if rules.EVERY_TYPE in row.event_types else ", ".join(row.event_types)


endpoints = Table(
    id="endpoints",
    columns=[
        Column("name", _("Endpoint"), cell=str, link=True),
        Column("url", _("Address"), cell="url", from_width="tablet"),
        Column("events", _("Events"), cell=_chosen, from_width="desktop"),
        Column("state", _("Status"), cell="kernel/webhooks/_endpoint_state.html", csv=False),
        Column("created", _("Added"), sort="created_at", cell="created_at", from_width="tablet"),
    ],
    default_sort="-created",
    empty=Empty(
        "webhook", _("No endpoints yet"), _("An endpoint is an address that is told of events as they happen.")
    ),
    export=False,
    caption=_("Webhook endpoints"),
)
messages = Table(
    id="messages",
    columns=[
        Column("event", _("Event"), cell="event.name", link=True),
        Column("about", _("About"), cell="event.subject_label", from_width="tablet"),
        Column("state", _("Status"), cell="kernel/webhooks/_message_state.html", csv=False),
        Column("answer", _("Answer"), cell="response_status"),
        Column("attempts", _("Attempts"), cell="attempts", align="end", from_width="tablet"),
        Column("next", _("Next attempt"), cell="next_at", from_width="desktop"),
        Column("created", _("When"), sort="created_at", cell="created_at"),
    ],
    filters=[Filter("state", _("Status"), choices=Message.State.choices)],
    default_sort="-created",
    empty=Empty("send", _("Nothing sent yet"), _("Messages appear here as events happen. Send a test to try it.")),
    export=False,
    caption=_("Messages"),
)


def _of_side(request: Request, table: Table, name: str) -> Table:
    """Return the table with rows that lead to pages of the reader's own side."""
    return replace(table, row_url=lambda row: _to(request, name, row.pk))


def listing(request: Request) -> HttpResponse:
    """List the endpoints of the reader's side."""
    table = _of_side(request, endpoints, "webhook")
    shown = {"add_url": _to(request, "webhook_add"), "layout": f"layouts/{_side(request)}.html"}
    return table.response(request, policies.visible_to(request.actor), "kernel/webhooks/list.html", shown)


def add(request: Request) -> HttpResponse:
    """Add an endpoint, then show its secret once."""
    form = EndpointForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint = services.add(by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Invalid as refused:
            _tell(form, refused)
        else:
            request.session[SECRET] = str(endpoint.pk)
            return redirect(_to(request, "webhook", endpoint.pk))
    return _form(request, form, _("New endpoint"), _to(request, "webhooks"))


def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change an endpoint."""
    endpoint = _endpoint(request, pk)
    everything = rules.EVERY_TYPE in endpoint.event_types
    initial = {
        "url": endpoint.url,
        "description": endpoint.description,
        "everything": everything,
        "event_types": [] if everything else endpoint.event_types,
    }
    form = EndpointForm(request.actor, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(endpoint, by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Invalid as refused:
            _tell(form, refused)
        else:
            toast(request, _("Saved."))
            return redirect(_to(request, "webhook", pk))
    return _form(request, form, str(endpoint), _to(request, "webhook", pk))


def detail(request: Request, pk: UUID) -> HttpResponse:
    """Show an endpoint with what was sent to it."""
    endpoint = _endpoint(request, pk)
    sent = policies.messages_visible_to(request.actor).filter(endpoint=endpoint)
    secret = endpoint.secret if request.session.pop(SECRET, "") == str(pk) else ""
    shown = {
        "endpoint": endpoint,
        "events": _chosen(endpoint),
        "status": endpoint_status(endpoint),
        "secret": secret,
        "layout": f"layouts/{_side(request)}.html",
        "side": _side(request),
    }
    table = _of_side(request, messages, "webhook_message")
    return table.response(request, sent, "kernel/webhooks/detail.html", shown)


def message(request: Request, pk: UUID) -> HttpResponse:
    """Show a message: what is sent, and every attempt."""
    row = get_object_or_404(policies.messages_visible_to(request.actor), pk=pk)
    shown = {
        "row": row,
        "status": message_status(row),
        "payload": jobs.payload(row.event, row.endpoint).decode(),
        "back": _to(request, "webhook", row.endpoint_id),
        "layout": f"layouts/{_side(request)}.html",
        "side": _side(request),
    }
    return render(request, "kernel/webhooks/message.html", shown)


def replay(request: Request, pk: UUID) -> HttpResponse:
    """Send a message again."""
    row = get_object_or_404(policies.messages_visible_to(request.actor), pk=pk)
    services.replay([row], by=request.actor, at=timezone.now())
    toast(request, _("It is sent again."))
    return redirect(_to(request, "webhook_message", pk))


def replay_failed(request: Request, pk: UUID) -> HttpResponse:
    """Send everything again that this endpoint did not take."""
    count = services.replay_failed(_endpoint(request, pk), by=request.actor, at=timezone.now())
    toast(request, _("%(count)s messages are sent again.") % {"count": count})
    return redirect(_to(request, "webhook", pk))


def test(request: Request, pk: UUID) -> HttpResponse:
    """Send a test message."""
    sent = services.test(_endpoint(request, pk), by=request.actor, at=timezone.now())
    toast(request, _("A test message is on its way."))
    return redirect(_to(request, "webhook_message", sent.pk))


def switch(request: Request, pk: UUID) -> HttpResponse:
    """Switch an endpoint on or off."""
    endpoint = _endpoint(request, pk)
    services.change(endpoint, is_active=request.POST.get("on") == "1", by=request.actor, at=timezone.now())
    return redirect(_to(request, "webhook", pk))


def secret(request: Request, pk: UUID) -> HttpResponse:
    """Make a new secret and show it once."""
    services.change_secret(_endpoint(request, pk), by=request.actor, at=timezone.now())
    request.session[SECRET] = str(pk)
    return redirect(_to(request, "webhook", pk))


def remove(request: Request, pk: UUID) -> HttpResponse:
    """Remove an endpoint."""
    services.remove(_endpoint(request, pk), by=request.actor, at=timezone.now())
    toast(request, _("The endpoint was removed."))
    return redirect(_to(request, "webhooks"))


def _form(request: Request, form: EndpointForm, title: Any, back: str) -> HttpResponse:
    shown = {"form": form, "title": title, "back": back, "layout": f"layouts/{_side(request)}.html"}
    return render(request, "kernel/webhooks/form.html", shown, status=422 if form.is_bound else 200)


def _tell(form: EndpointForm, refused: Invalid) -> None:
    for name, text in refused.fields.items():
        form.add_error(name if name in form.fields else None, text)


def addresses(side: Any) -> list[Any]:
    """Return the addresses of one side."""

    def at(route: str, view: Callable[..., HttpResponse], name: str, *methods: str) -> Any:
        return path(f"webhooks/{route}", page(MANAGE, side=side, methods=methods or ("GET",))(view), name=name)

    return [
        at("", listing, "webhooks"),
        at("add/", add, "webhook_add", *BOTH),
        at("<uuid:pk>/", detail, "webhook"),
        at("<uuid:pk>/edit/", edit, "webhook_edit", *BOTH),
        at("<uuid:pk>/test/", test, "webhook_test", "POST"),
        at("<uuid:pk>/switch/", switch, "webhook_switch", "POST"),
        at("<uuid:pk>/secret/", secret, "webhook_secret", "POST"),
        at("<uuid:pk>/replay/", replay_failed, "webhook_replay_failed", "POST"),
        at("<uuid:pk>/remove/", remove, "webhook_remove", "POST"),
        at("messages/<uuid:pk>/", message, "webhook_message"),
        at("messages/<uuid:pk>/replay/", replay, "webhook_message_replay", "POST"),
    ]
