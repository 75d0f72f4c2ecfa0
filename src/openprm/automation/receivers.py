"""Every fact is handed to the live automations that want it."""

from openprm.automation import starting
from openprm.kernel import events
from openprm.kernel.events.models import Event


@events.on("*", name="automation.start")
def start(event: Event) -> None:
    """Begin the runs of the automations that wait for this event."""
    starting.for_event(event)
