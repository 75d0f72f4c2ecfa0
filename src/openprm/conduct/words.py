"""The figures in words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openprm.conduct.rules import Count, Figure, Measured

PERIODS = {"90d": gettext_lazy("Last 90 days"), "12m": gettext_lazy("Last 12 months")}
TITLES: dict[Figure, Any] = {
    Figure.TIME: gettext_lazy("Time to a decision"),
    Figure.TARGET: gettext_lazy("Decided in time"),
    Figure.TURNED_DOWN: gettext_lazy("Turned down"),
    Figure.REASONED: gettext_lazy("Turned down with a specific reason"),
    Figure.CLOSED_DIRECTLY: gettext_lazy("Protected, then closed by the vendor itself"),
    Figure.EXTENSIONS: gettext_lazy("Extensions granted"),
}
MEANINGS: dict[Figure, Any] = {
    Figure.TIME: gettext_lazy("From submission to the first decision, where a person decided. Half were faster."),
    Figure.TARGET: gettext_lazy("Of registrations whose promised date fell into the period, those decided by then."),
    Figure.TURNED_DOWN: gettext_lazy("Of first decisions, those that rejected or found a duplicate."),
    Figure.REASONED: gettext_lazy("Of those turned down, the ones whose reason is not just “other”."),
    Figure.CLOSED_DIRECTLY: gettext_lazy(
        "Of deals approved in the period, those whose customer the vendor's own team closed for the same product line."
    ),
    Figure.EXTENSIONS: gettext_lazy("Of decisions about extensions, those that granted one."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as a page shows it; ``everybody`` is empty where too few others are in it."""

    key: str
    title: Any
    meaning: Any
    own: str
    own_of: str
    everybody: str
    everybody_of: str
    hidden: bool


def shown(measured: Measured, *, to_partner: bool) -> Shown:
    """Return a figure in words."""
    figure, everybody = measured.figure, measured.everybody
    hidden = to_partner and not measured.shows_everybody
    return Shown(
        key=figure.value,
        title=TITLES[figure],
        meaning=MEANINGS[figure],
        own=_value(figure, measured.own),
        own_of=_of(figure, measured.own),
        everybody="" if hidden else _value(figure, everybody),
        everybody_of="" if hidden else _of(figure, everybody),
        hidden=hidden,
    )


def _value(figure: Figure, count: Count) -> str:
    if figure is Figure.TIME:
        return duration(count.median)
    return "–" if count.percent is None else f"{count.percent}%"


def _of(figure: Figure, count: Count) -> str:
    if not count.whole:
        return _("no extensions yet") if figure is Figure.EXTENSIONS else _("nothing yet")
    if figure is Figure.TIME:
        words = ngettext(
            "9 in 10 within %(p90)s; %(n)d decision", "9 in 10 within %(p90)s; %(n)d decisions", count.whole
        )
        return words % {"p90": duration(count.ninetieth), "n": count.whole}
    return _("%(part)d of %(all)d") % {"part": count.part, "all": count.whole}


def duration(value: timedelta | None) -> str:
    """Return a span of time in the unit that fits."""
    if value is None:
        return "–"
    minutes = round(value.total_seconds() / 60)
    if minutes < 60:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%d hour", "%d hours", hours) % hours
    days = round(hours / 24)
    return ngettext("%d day", "%d days", days) % days
