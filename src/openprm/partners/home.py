"""The two home pages: what features put there, for who looks at it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel import web
from openprm.kernel.access import Actor
from openprm.kernel.declarations import Side, home_cards
from openprm.kernel.http import Request
from openprm.partners import policies, queries
from openprm.partners.models import Partner

EMPTY = 'class="empty-state empty-small"'  # as components/empty_state.html draws it


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the home page, drawn. One that has nothing to tell draws the small empty place, and is folded."""

    key: str
    html: str
    wide: bool

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing in it."""
        return EMPTY in self.html


def home(request: Request) -> HttpResponse:
    """Send everybody to where they belong."""
    actor: Actor = request.actor
    if not actor.is_signed_in:
        return redirect("account_login")
    return redirect("portal:home" if actor.is_partner else "console:home")


home.guard = ((), "anybody", ("GET",))  # type: ignore[attr-defined]


@web.page(side="portal")
def portal(request: Request) -> HttpResponse:
    """Show a partner's people what they must do, what is theirs, and what they earn."""
    return render(request, "partners/home_portal.html", _context(request, "portal"))


@web.page(side="console")
def console(request: Request) -> HttpResponse:
    """Show the vendor's people what waits for them."""
    return render(request, "partners/home_console.html", _context(request, "console"))


def partners_card(actor: Actor) -> dict[str, Any]:
    """Return how many partners stand where, each number with the list behind it."""
    rows = policies.visible_to(actor).order_by().values_list("status").annotate(number=Count("pk"))
    numbers = dict(rows)
    address = reverse("console:partners")
    return {
        "numbers": [
            {"label": label, "value": numbers.get(key, 0), "url": f"{address}?status={key}"}
            for key, label in Partner.Status.choices
            if key != "terminated"
        ],
        "any": bool(numbers),
    }


def team_card(actor: Actor) -> dict[str, Any]:
    """Return who looks after this partner."""
    partner = get_object_or_404(Partner, pk=actor.partner_id)
    return {"team": queries.team(partner)}


def _context(request: Request, side: Side) -> dict[str, Any]:
    actor: Actor = request.actor
    cards = [
        Shown(card.key, render_to_string(card.template, context, request), card.wide)
        for card in home_cards(side)
        if actor.may(card.permission) and (context := card.context(actor)) is not None
    ]
    return {
        "greeting": _greeting(actor),
        "cards": [card for card in cards if not card.is_empty],
        "quiet": [card for card in cards if card.is_empty],
    }


def _greeting(actor: Actor) -> str:
    hour = timezone.localtime().hour
    words = _("Good morning, %s") if hour < 12 else _("Good afternoon, %s") if hour < 18 else _("Good evening, %s")
    return words % (actor.name.split()[0] if actor.name else "")
