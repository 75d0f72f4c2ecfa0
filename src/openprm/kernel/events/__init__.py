"""Facts: domain events, written in the transaction of the change they tell of.

A feature declares each event as a frozen dataclass (its payload) and announces it from a service. What follows from a
fact is done by subscribers, each in a transaction of its own, exactly once, retried until it succeeds or is given up
visibly. The log of events is also the audit log and the timelines.
"""

from openprm.kernel.events.announce import announce, silently
from openprm.kernel.events.causes import caused_by
from openprm.kernel.events.registry import (
    EventType,
    Subscriber,
    declare,
    event_type,
    event_types,
    on,
    subscribers,
    subscribers_of,
    vendors_own,
)
from openprm.kernel.events.words import Words

__all__ = [
    "EventType",
    "Subscriber",
    "Words",
    "announce",
    "caused_by",
    "declare",
    "event_type",
    "event_types",
    "on",
    "silently",
    "subscribers",
    "subscribers_of",
    "vendors_own",
]
