"""People whom a visitor of the demo can be with one click: whoever fills the demo introduces them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

Side = Literal["partner", "vendor"]


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody with a part in the demo; ``roles`` are the keys of their roles."""

    key: str
    name: str
    title: str
    company: str
    side: Side
    roles: tuple[str, ...]

    @property
    def email(self) -> str:
        """Return the address, made of name and company."""
        domain = self.company.lower().split()[0]
        return f"{self.name.lower().replace(' ', '.')}@{domain}.example"


_introduced: dict[str, Persona] = {}


def introduce(personas: Iterable[Persona]) -> None:
    """Offer these people at sign-in, should this be a demo."""
    _introduced.update((persona.key, persona) for persona in personas)


def known() -> dict[str, Persona]:
    """Return the personas by key; none outside the demo, whoever was introduced."""
    return _introduced if settings.DEMO else {}


def by_side() -> list[tuple[Side, list[Persona]]]:
    """Return the personas by side, partners first, without sides that have none."""
    sides: tuple[Side, ...] = ("partner", "vendor")
    found = ((side, [persona for persona in known().values() if persona.side == side]) for side in sides)
    return [(side, personas) for side, personas in found if personas]
