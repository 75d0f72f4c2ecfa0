"""Starter programmes: folders that ship with the product, for a first day that does not begin with empty lists.

A starter is always applied with what is there kept. It may speak of sections that this server does not have yet.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from openprm.blueprint import folder, services, zipped
from openprm.blueprint.rules import Plan
from openprm.customers.models import ProductLine
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Missing

PLACE = Path(__file__).parent / "starters"
ORDER = ("reseller", "msp", "referral", "technology_alliance")


@dataclass(frozen=True, slots=True)
class Starter:
    """A starter: its key, its title and what it is for, and its files."""

    key: str
    title: str
    about: str
    files: dict[str, str]


@cache
def all_of_them() -> tuple[Starter, ...]:
    """Return the starters that ship with this version."""
    return tuple(_read(key) for key in ORDER)


def starter(key: str) -> Starter:
    """Return a starter; Missing if there is none of this key."""
    for one in all_of_them():
        if one.key == key:
            return one
    known = ", ".join(ORDER)
    raise Missing(_("There is no starter “%(key)s”. There are: %(known)s.") % {"key": key, "known": known})


def plan(*, key: str, by: Actor, at: datetime) -> Plan:
    """Return what a starter would add."""
    return services.plan(files=starter(key).files, keep=True, ahead=True, by=by, at=at)


def start(*, key: str, by: Actor, at: datetime, digest: str = "") -> Plan:
    """Set the programme up as a starter has it; what is there stays."""
    chosen = starter(key)
    source = _("starter “%(title)s”") % {"title": chosen.title}
    return services.apply(files=chosen.files, keep=True, ahead=True, source=source, by=by, at=at, digest=digest)


def are_offered() -> bool:
    """Say whether the programme is still empty: nothing to sell is set up."""
    with as_system():
        return not ProductLine.objects.exists()


def _read(key: str) -> Starter:
    files = zipped.from_disk(PLACE / key)
    said = folder.read(files, ahead=True)
    return Starter(key, said.title, said.about, files)
