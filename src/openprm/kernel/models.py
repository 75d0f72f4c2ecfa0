"""The kernel's tables; each lives in the chapter it belongs to."""

from openprm.kernel.api.models import KeptAnswer
from openprm.kernel.console.models import JobFailure
from openprm.kernel.entity import Entity
from openprm.kernel.events.models import Delivery, Event
from openprm.kernel.files.models import StoredFile
from openprm.kernel.ledger.models import Anchor, Chain, Link, Verification
from openprm.kernel.mail.models import Mail
from openprm.kernel.notifications.models import Notification, Preference
from openprm.kernel.settings_store import StoredSetting
from openprm.kernel.throttle import Counter
from openprm.kernel.webhooks.models import Endpoint, Message

__all__ = [
    "Anchor",
    "Chain",
    "Counter",
    "Delivery",
    "Endpoint",
    "Entity",
    "Event",
    "JobFailure",
    "KeptAnswer",
    "Link",
    "Mail",
    "Message",
    "Notification",
    "Preference",
    "StoredFile",
    "StoredSetting",
    "Verification",
]
