"""The automation as the one who acts."""

from openprm.automation.models import Automation
from openprm.kernel.access import Actor


def actor_of(automation: Automation) -> Actor:
    """Return the actor that changes by this automation carry, in events and in the audit log."""
    return Actor(kind="system", id=automation.pk, name=f"Automation: {automation.name}"[:200], side="system")
