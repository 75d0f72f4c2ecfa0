"""The kernel's tables; each lives in the chapter it belongs to."""

from openprm.kernel.entity import Entity
from openprm.kernel.events.models import Delivery, Event
from openprm.kernel.settings_store import StoredSetting
from openprm.kernel.throttle import Counter

__all__ = ["Counter", "Delivery", "Entity", "Event", "StoredSetting"]
