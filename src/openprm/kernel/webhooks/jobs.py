"""Sending messages. The request itself runs outside of any transaction."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel import events, notifications, people
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import job
from openprm.kernel.webhooks import facts, rules, sending, signing
from openprm.kernel.webhooks.models import Endpoint, Message
from openprm.kernel.webhooks.sending import Answer

GONE = 410
LOGGED_ATTEMPTS = 20
KEPT_FOR = timedelta(days=60)
MANAGE = "kernel.manage_webhooks"
FAILED_KIND = "kernel.webhook_disabled"


def call(message: Message) -> dict[str, Any]:
    """Return the arguments of the job that makes this message's next attempt; no other attempt is made by it."""
    return {"message": str(message.pk), "round": message.round, "attempt": message.attempts + 1}


@job("webhooks.send", queue="webhooks", attempts=5, scoped=False)
def send(message: str, round: int, attempt: int) -> None:
    """Make one attempt, note what came of it, and set the next one going if it failed."""
    with as_system():
        due = Message.objects.select_related("endpoint", "event").filter(pk=UUID(message)).first()
        if due is None or not _is_due(due, round, attempt):
            return
        at = timezone.now()
        if not due.event.type.told_when_shut_out and people.is_shut_out(due.partner_id):
            _keep_back(due, at=at)
            return
    body = payload(due.event, due.endpoint)
    headers = signing.headers(
        message_id=f"msg_{due.pk.hex}", timestamp=int(at.timestamp()), body=body, keys=due.endpoint.keys(at=at)
    )
    answer = sending.post(due.endpoint.url, body=body, headers=headers, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    with as_system():
        _note(due.pk, round, attempt, answer, at=at)


@job("webhooks.sweep", every="50 3 * * *")
def sweep(timestamp: int) -> None:
    """Forget old messages."""
    before = datetime.fromtimestamp(timestamp, UTC) - KEPT_FOR
    Message.objects.filter(created_at__lt=before).exclude(state=Message.State.WAITING).delete()


def payload(event: Event, endpoint: Endpoint) -> bytes:
    """Return what is sent: type, time and data as the event declares them, and what it is about.

    A partner's endpoint is not told what of the data is the vendor's own.
    """
    to_partner = endpoint.partner_id is not None
    document = {
        "type": event.name,
        "timestamp": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": event.type.told_to_partner(event.payload) if to_partner else event.payload,
        "subject": {"type": event.subject_type, "id": str(event.subject_id)},
        "partner_id": str(event.partner_id) if event.partner_id else None,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def listening(event: Event) -> Sequence[Endpoint]:
    """Return the endpoints that are told of an event. Call it in the scope of the system."""
    mine = Q(partner_id=None)
    if event.shared and event.partner_id:
        mine |= Q(partner_id=event.partner_id)
    endpoints = Endpoint.objects.filter(mine, is_active=True, event_types__overlap=rules.chosen_by(event.name))
    if not event.type.told_when_shut_out:
        endpoints = endpoints.exclude(partner_id__in=people.shut_out())
    return list(endpoints)


def stop(endpoint: Endpoint, *, at: datetime) -> None:
    """Give up what is on its way to an endpoint; it can be replayed."""
    with as_system():
        waiting = Message.objects.filter(endpoint=endpoint, state=Message.State.WAITING)
        waiting.update(state=Message.State.FAILED, next_at=None, updated_at=at)


def _is_due(message: Message, round: int, attempt: int) -> bool:
    same = (message.round, message.attempts + 1) == (round, attempt)
    return same and message.state == Message.State.WAITING and message.endpoint.is_active


def _keep_back(message: Message, *, at: datetime) -> None:
    """Give up what was to go to a company that was shut out since; it can be replayed when it is let in again."""
    held = Message.objects.select_for_update().filter(pk=message.pk, round=message.round, attempts=message.attempts)
    for found in held.filter(state=Message.State.WAITING):
        why = "Not sent: the company has no access."
        entry = {"at": at.isoformat(), "status": 0, "ms": 0, "body": "", "error": why}
        found.log = [*found.log, entry][-LOGGED_ATTEMPTS:]
        found.state, found.next_at = Message.State.FAILED, None
        found.write("log", "state", "next_at", at=at)


def _note(pk: UUID, round: int, attempt: int, answer: Answer, *, at: datetime) -> None:
    message = Message.objects.select_for_update().select_related("endpoint").filter(pk=pk).first()
    if message is None or not _is_due(message, round, attempt):
        return
    entry = {
        "at": at.isoformat(),
        "status": answer.status,
        "ms": answer.milliseconds,
        "body": answer.body,
        "error": answer.error,
    }
    message.log = [*message.log, entry][-LOGGED_ATTEMPTS:]
    message.attempts, message.response_status = attempt, answer.status or None
    if rules.taken(answer.status):
        message.state, message.delivered_at, message.next_at = Message.State.DELIVERED, at, None
    else:
        message.next_at = None if answer.status == GONE else rules.next_attempt(attempt, at=at)
        message.state = Message.State.WAITING if message.next_at else Message.State.FAILED
    message.write("log", "attempts", "response_status", "state", "delivered_at", "next_at", at=at)
    if message.next_at:
        send.defer_at(message.next_at, **call(message))
    _judge(message.endpoint_id, answer, at=at)


def _judge(pk: UUID, answer: Answer, *, at: datetime) -> None:
    """Note on the endpoint whether it works; disable it when it is gone or has failed for too long."""
    endpoint = Endpoint.objects.select_for_update().get(pk=pk)
    if rules.taken(answer.status):
        if endpoint.failing_since:
            Endpoint.objects.filter(pk=pk).update(failing_since=None)
        return
    if not endpoint.failing_since:
        Endpoint.objects.filter(pk=pk).update(failing_since=at)
    if answer.status == GONE:
        _disable(endpoint, _("It answered that it is gone for good (410)."), at=at)
    elif rules.gives_up(endpoint.failing_since, at=at):
        _disable(endpoint, _("It has taken no message for three days."), at=at)


def _disable(endpoint: Endpoint, why: str, *, at: datetime) -> None:
    if not endpoint.is_active:
        return
    endpoint.is_active, endpoint.disabled_at, endpoint.disabled_why = False, at, why
    endpoint.write("is_active", "disabled_at", "disabled_why", at=at)
    stop(endpoint, at=at)
    event = events.announce(facts.EndpointDisabled(url=endpoint.url, why=why), about=endpoint, by=SYSTEM, at=at)
    notifications.notify(
        kind=f"{FAILED_KIND}_{'partner' if endpoint.partner_id else 'vendor'}",
        to=people.holders(MANAGE, partner_id=endpoint.partner_id),
        title=_("A webhook was switched off: %(endpoint)s") % {"endpoint": endpoint},
        body=why,
        url=f"/{'portal' if endpoint.partner_id else 'console'}/webhooks/{endpoint.pk}/",
        event=event,
        at=at,
    )
