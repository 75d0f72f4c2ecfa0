"""Messages to people: in the app, by e-mail, at once or as a digest, as each person prefers.

A feature declares its kinds of messages (``Feature.notifications``) and tells people in a receiver::

    notifications.notify(
        kind="deals.decided", to=[person.pk], title=_("Your deal was approved"), body=..., url=..., event=event
    )
"""

from typing import Any

__all__ = ["notify"]


def notify(**message: Any) -> None:
    """Tell people; see ``services.notify``, which is imported late because features import this while apps load."""
    from openprm.kernel.notifications import services

    services.notify(**message)
