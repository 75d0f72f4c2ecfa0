"""What colour means on a page. A tone never stands alone: it brings an icon, and stands beside a word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Tone = Literal["neutral", "info", "clear", "possible", "blocked", "brand"]

ICONS: dict[str, str] = {
    "neutral": "circle",
    "info": "info-circle",
    "clear": "circle-check",
    "possible": "alert-triangle",
    "blocked": "circle-x",
    "brand": "point",
}

ALIASES: dict[str, Tone] = {
    "success": "clear",
    "warning": "possible",
    "due": "possible",
    "error": "blocked",
    "danger": "blocked",
    "late": "blocked",
    "debug": "neutral",
    "": "neutral",
}


def tone(name: str | None) -> str:
    """Return the tone that ``name`` means; unknown names are neutral, so that a page never fails over a colour."""
    name = ALIASES.get(name or "", name or "")
    return name if name in ICONS else "neutral"


def tone_icon(name: str | None) -> str:
    """Return the icon a tone brings when none is named."""
    return ICONS[tone(name)]


@dataclass(frozen=True, slots=True)
class Status:
    """Where something stands: a word with its tone, since when, why, and what happens next."""

    label: Any
    tone: str = "neutral"
    icon: str = ""
    since: datetime | None = None
    why: Any = ""
    next: Any = ""
