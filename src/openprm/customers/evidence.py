"""Why two names may be one company, ready to be drawn: each piece of evidence as a bar with words. No database."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from openprm.kernel.ui import countries
from openprm.matching import Evidence, sentence

FULL = 6.0  # points that fill a bar; a rare word in both names has about as many
STRONG, CLEAR = 3.0, 1.0
SHOWN = 8
OF_COUNTRIES = ("country_equal", "country_differs")


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of evidence: its sentence, whether it speaks for the same company, and how much, from 0 to 50."""

    text: str
    speaks_for: bool
    length: int
    strength: str

    @property
    def left(self) -> int:
        """Return where the bar begins on a scale of 100 whose middle is "says nothing"."""
        return 50 if self.speaks_for else 50 - self.length


def bars(evidence: Iterable[Evidence]) -> list[Bar]:
    """Return the weightiest evidence, what speaks for it first."""
    weighty = sorted(evidence, key=lambda one: -abs(one.points))[:SHOWN]
    return [bar(sentence(_in_words(one)), one.points) for one in sorted(weighty, key=lambda one: -one.points)]


def bar(text: str, points: float) -> Bar:
    """Return a sentence with its weight as a bar."""
    length = max(1, round(50 * min(1.0, abs(points) / FULL)))
    return Bar(text, points >= 0, length, _strength(points))


def _in_words(evidence: Evidence) -> Evidence:
    """Return the evidence with countries by their names: matching knows their two letters only."""
    if evidence.kind not in OF_COUNTRIES:
        return evidence
    return replace(evidence, params={key: countries.name(code) for key, code in evidence.params.items()})


def _strength(points: float) -> str:
    size = abs(points)
    if points >= 0:
        return _("strongly for") if size >= STRONG else _("for") if size >= CLEAR else _("slightly for")
    return _("strongly against") if size >= STRONG else _("against") if size >= CLEAR else _("slightly against")
