"""What the programme as code puts on the console's home page: starters, while the programme is empty."""

from typing import Any

from openprm.blueprint import starters
from openprm.kernel.access import Actor


def starters_card(_actor: Actor) -> dict[str, Any] | None:
    """Return the starters while they are offered."""
    return {"starters": starters.all_of_them()} if starters.are_offered() else None
