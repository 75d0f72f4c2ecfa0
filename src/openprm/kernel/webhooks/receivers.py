"""Every fact goes out to whoever asked for it."""

from openprm.kernel import events
from openprm.kernel.events.models import Event
from openprm.kernel.webhooks import jobs, services


@events.on("*", name="webhooks.fan_out")
def fan_out(event: Event) -> None:
    """Put the event on its way to the endpoints that want it."""
    endpoints = jobs.listening(event)
    if endpoints:
        services.queue(event, endpoints, at=event.at)
