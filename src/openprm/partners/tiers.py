"""The tiers that partners can have. The programmes name them; four stand here until a programme does.

They are kept beside the programme's settings, so that a page that shows many partners reads them once.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext

from openprm.kernel import settings_store
from openprm.partners.lists import Tier

KEY = "partners.tiers"

settings_store.reserve(KEY, [[tier.value, str(tier.name).capitalize()] for tier in Tier])


def choices() -> list[tuple[str, str]]:
    """Return code and name of every tier, lowest first."""
    return [(code, gettext(name)) for code, name in settings_store.get(KEY)]


def codes() -> list[str]:
    """Return the codes of the tiers, lowest first."""
    return [code for code, _name in settings_store.get(KEY)]


def label(code: str) -> str:
    """Return a tier's name; the code itself where no programme has it any more."""
    return dict(choices()).get(code, code)


def keep(tiers: Iterable[tuple[str, str]], at: datetime) -> None:
    """Keep which tiers there are; the four that OpenPRM begins with stay among them."""
    named = dict(tiers)
    known = {tier.value: str(tier.name).capitalize() for tier in Tier}
    missing = [(code, name) for code, name in known.items() if code not in named]
    settings_store.keep(KEY, [*map(list, named.items()), *map(list, missing)], at)
