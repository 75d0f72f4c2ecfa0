"""Bringing facts to their subscribers: exactly once for what they write, retried with growing pauses."""

import logging
import traceback
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from openprm.kernel import jobs
from openprm.kernel.access import as_system
from openprm.kernel.events.causes import caused_by
from openprm.kernel.events.models import Delivery, Event
from openprm.kernel.events.registry import subscribers, subscribers_of

log = logging.getLogger(__name__)

ATTEMPTS = 8


def send(event: Event) -> None:
    """Set a delivery going for each subscriber of the event, in the same transaction."""
    deliveries = [Delivery(event=event, subscriber=subscriber.name) for subscriber in subscribers_of(event.name)]
    if not deliveries:
        return
    with as_system():
        Delivery.objects.bulk_create(deliveries)
        deliver.defer_many([{"delivery": str(delivery.pk)} for delivery in deliveries])


def replay(delivery: Delivery) -> None:
    """Try a failed delivery again."""
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.FAILED).update(
        state=Delivery.State.WAITING, attempts=0
    )
    deliver.defer(delivery=str(delivery.pk))


@jobs.job("events.deliver", queue="events", attempts=ATTEMPTS, scoped=False)
def deliver(delivery: str) -> None:
    """Run one subscriber for one event; its writes and the mark "done" commit together."""
    try:
        _deliver_once(UUID(delivery))
    except Exception:
        _note_failure(UUID(delivery), traceback.format_exc(limit=-6))
        raise


def _deliver_once(pk: UUID) -> None:
    with transaction.atomic(), as_system():  # in this order: what fails is undone even inside another transaction
        delivery = Delivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=pk)
        if delivery.state == Delivery.State.DONE:
            return
        with caused_by(delivery.event.cause):  # what follows from a caused fact has the same cause
            subscribers()[delivery.subscriber].handler(delivery.event)
        delivery.state, delivery.done_at, delivery.error = Delivery.State.DONE, timezone.now(), ""
        delivery.save(update_fields=["state", "done_at", "error"])


def _note_failure(pk: UUID, error: str) -> None:
    with as_system():
        delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=pk)
        delivery.attempts += 1
        delivery.error = error[-4000:]
        if delivery.attempts >= ATTEMPTS:
            delivery.state = Delivery.State.FAILED
            log.error("delivery %s to %s failed for good", delivery.event_id, delivery.subscriber)
        delivery.save(update_fields=["attempts", "error", "state"])
