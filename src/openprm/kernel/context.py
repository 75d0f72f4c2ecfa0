"""What every page's template knows: who is there, the brand, the navigation."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from openprm.kernel import settings_store
from openprm.kernel.access import ANONYMOUS, Actor
from openprm.kernel.counting import counts
from openprm.kernel.declarations import Nav, Side, navigation
from openprm.kernel.notifications import queries as notifications

HOMES = ("/portal/", "/console/")

MOST_ON_BAR = 5


@dataclass(frozen=True, slots=True)
class Brand:
    """The vendor's name and looks."""

    name: str
    vendor: str
    colour: str
    logo: str


@dataclass(frozen=True, slots=True)
class Item:
    """A navigation entry as the page shows it."""

    label: Any
    url: str
    icon: str
    active: bool
    badge: int | None
    group: Any


class Navigation(list[Item]):
    """The entries of a side. The portal's bar holds the first of them; the others wait in a menu."""

    @property
    def on_bar(self) -> list[Item]:
        """Return what stands on the portal's bar."""
        return self if len(self) <= MOST_ON_BAR + 1 else self[:MOST_ON_BAR]

    @property
    def in_more(self) -> list[Item]:
        """Return what is in the menu at its end; never one entry alone."""
        return self[len(self.on_bar) :]

    @property
    def more_badge(self) -> int:
        """Return what the badges in the menu come to."""
        return sum(item.badge or 0 for item in self.in_more)

    @property
    def more_active(self) -> bool:
        """Say whether the page is one of those in the menu."""
        return any(item.active for item in self.in_more)


def brand() -> Brand:
    """Return the vendor's name and looks, with one query."""
    values = settings_store.many("brand.name", "brand.vendor", "brand.colour", "brand.logo")
    return Brand(*values.values())


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the context of every template; what costs a query is lazy."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {
        "actor": actor,
        "viewing_as": actor if actor.viewer else None,
        "brand": SimpleLazyObject(brand),
        "navigation": SimpleLazyObject(lambda: _items(request, actor)),
        "notifications_unread": SimpleLazyObject(lambda: notifications.unread_count(actor)),
    }


def _items(request: HttpRequest, actor: Actor) -> Navigation:
    side: Side = "portal" if actor.is_partner else "console"
    entries = [entry for entry in navigation(side) if actor.may(entry.permission)]
    badges = counts({entry.url: entry.waiting(actor) for entry in entries if entry.waiting})
    return Navigation(_item(entry, request, badges.get(entry.url)) for entry in entries)


def _item(entry: Nav, request: HttpRequest, badge: int | None) -> Item:
    url = reverse(entry.url)
    active = request.path == url or (url not in HOMES and request.path.startswith(url))
    return Item(entry.label, url, entry.icon, active, badge, entry.group)
