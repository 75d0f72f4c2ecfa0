"""Charts: what is drawn, said as data. The page draws it on a canvas and offers the same numbers as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.formats import number_format

from openprm.kernel.ui import money

Kind = Literal["bar", "stacked-bar", "horizontal-bar", "line", "area", "doughnut"]


@dataclass(frozen=True, slots=True)
class Series:
    """A row of numbers with its name. ``tone`` gives it a meaning's colour instead of the next of the palette."""

    label: Any
    data: Sequence[float | int | None]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: ``title`` names it, ``summary`` says what it shows, ``currency`` or ``unit`` what it counts.

    ``urls`` (one per label) opens the list behind a bar or slice.
    """

    title: Any
    labels: Sequence[Any]
    series: Sequence[Series]
    kind: Kind = "bar"
    currency: str = ""
    unit: Any = ""
    summary: Any = ""
    urls: Sequence[str] = field(default_factory=tuple)

    def data(self) -> dict[str, Any]:
        """Return what the script that draws it reads."""
        return {
            "kind": self.kind,
            "labels": [str(label) for label in self.labels],
            "series": [
                {"label": str(one.label), "data": [_number(value) for value in one.data], "tone": one.tone}
                for one in self.series
            ],
            "currency": self.currency,
            "unit": str(self.unit),
            "urls": list(self.urls),
        }

    def rows(self) -> list[tuple[str, str, list[str]]]:
        """Return the same numbers as a table: words, address, and a cell per series."""
        urls = list(self.urls) or [""] * len(self.labels)
        return [
            (str(label), urls[at], [self._shown(one.data[at]) for one in self.series])
            for at, label in enumerate(self.labels)
        ]

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.data)

    def _shown(self, value: float | int | None) -> str:
        if value is None:
            return "–"
        if self.currency:
            return money.show(value, self.currency, cents=False)
        return f"{number_format(value, use_l10n=True, force_grouping=True)} {self.unit}".strip()


def _number(value: float | int | None) -> float | None:
    return None if value is None else float(value)
