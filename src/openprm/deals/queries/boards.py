"""Deals by stage: a few columns with the newest cards of each, in a fixed number of queries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from openprm.deals.lifecycle import State
from openprm.kernel.ui import money

CARDS = 20  # of each column; the rest is one click away in the list


@dataclass(frozen=True, slots=True)
class Stage:
    """A column of the board: which states it gathers, and how it orders its cards."""

    key: str
    label: Any
    states: tuple[State, ...]
    tone: str
    icon: str
    order: str = "-state_since"
    nothing: Any = ""


PORTAL = (
    Stage("draft", _("Draft"), (State.DRAFT,), "neutral", "pencil", "-updated_at", _("What you begin waits here.")),
    Stage("vendor", _("With the vendor"), (State.SUBMITTED, State.IN_REVIEW), "info", "hourglass", "due_at"),
    Stage("answer", _("Your answer needed"), (State.ACTION_REQUIRED,), "possible", "message-2", "state_since"),
    Stage("protected", _("Protected"), (State.APPROVED,), "clear", "shield-check", "protected_until"),
    Stage("won", _("Won"), (State.WON,), "clear", "trophy"),
    Stage(
        "closed",
        _("Closed"),
        (State.LOST, State.EXPIRED, State.REJECTED, State.DUPLICATE, State.WITHDRAWN),
        "neutral",
        "archive",
    ),
)
CONSOLE = (
    Stage("submitted", _("Submitted"), (State.SUBMITTED,), "info", "send", "due_at"),
    Stage("in_review", _("In review"), (State.IN_REVIEW,), "info", "eye", "due_at"),
    Stage("answer", _("With the partner"), (State.ACTION_REQUIRED,), "possible", "message-2", "state_since"),
    *PORTAL[3:],
)


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with its cards, as the board draws it."""

    label: Any
    tone: str
    icon: str
    cards: list[Any]
    count: int
    total: str
    more_url: str
    nothing: Any


def board(
    deals: QuerySet[Any], stages: Sequence[Stage], *, list_url: str, card: Callable[[Any], Any], filters: dict[str, str]
) -> list[Column]:
    """Return the columns. Totals are shown where a column has one currency only: currencies are never added."""
    counts = _counts(deals)
    cards = _cards(deals, stages)
    return [_column(stage, counts, cards[stage.key], list_url, card, filters) for stage in stages]


def _counts(deals: QuerySet[Any]) -> dict[str, dict[str, tuple[int, Any]]]:
    """Return number and worth by state and currency."""
    found: dict[str, dict[str, tuple[int, Any]]] = {}
    for row in deals.order_by().values("state", "currency").annotate(count=Count("pk"), worth=Sum("value")):
        found.setdefault(row["state"], {})[row["currency"]] = (row["count"], row["worth"])
    return found


def _cards(deals: QuerySet[Any], stages: Sequence[Stage]) -> dict[str, list[Any]]:
    """Return the first cards of each stage, with one query for each."""
    return {
        stage.key: list(deals.filter(state__in=stage.states).order_by(stage.order, "pk")[:CARDS]) for stage in stages
    }


def _column(
    stage: Stage, counts: dict[str, Any], cards: list[Any], list_url: str, card: Any, filters: dict[str, str]
) -> Column:
    by_currency = [found for state in stage.states for found in counts.get(state, {}).items()]
    count = sum(number for _currency, (number, _worth) in by_currency)
    currencies = {currency for currency, (_number, worth) in by_currency if worth}
    total = ""
    if len(currencies) == 1:
        total = money.compact(sum(worth or 0 for _currency, (_number, worth) in by_currency), currencies.pop())
    query = urlencode([*filters.items(), *(("state", state.value) for state in stage.states)])
    more = f"{list_url}?{query}" if count > len(cards) else ""
    return Column(
        stage.label, stage.tone, stage.icon, [card(deal) for deal in cards], count, total, more, stage.nothing
    )
