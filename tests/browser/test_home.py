"""The home pages: cards stand close below each other, and are read in the order in which they stand."""

import itertools
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from openprm.partners.models import Partner
from tests.browser.conftest import Visitors
from tests.world import World

PLACES = """() => [...document.querySelectorAll("#home .home-cards > .home-card, #home .home-quiet")].map((card) => {
    const box = card.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom];
})"""
LONG = 'document.querySelector("#home .home-card").style.minHeight = "700px"'  # as in a busy programme
FOCUS = """() => {
    const cards = [...document.querySelectorAll("#home .home-card")];
    return cards.indexOf(document.activeElement.closest(".home-card"));
}"""
GAP = 24.5  # pixels between cards


@dataclass(frozen=True)
class Card:
    """Where a card stands."""

    left: float
    top: float
    right: float
    bottom: float


def cards(page: Page) -> list[Card]:
    """Return the cards of a home page in the order in which they are read; those with nothing to tell are one."""
    return [Card(*place) for place in page.evaluate(PLACES)]


def company(world: World, role: str) -> Partner | None:
    """Return whose person it is."""
    return world.alfa if role == "sales" else None


@pytest.mark.parametrize("width", [1280, 1024, 768, 390])
@pytest.mark.parametrize(("role", "path"), [("channel_manager", "/console/"), ("sales", "/portal/")])
def test_cards_leave_no_gaps_and_are_read_as_they_stand(
    visit: Visitors, world: World, role: str, path: str, width: int
) -> None:
    for customer in ("Contoso Logistics", "Fabrikam Energie", "Northwind Traders", "Litware Medical"):
        world.submitted(world.alfa, customer=customer)
    world.approved(world.alfa, customer="Proseware Systems", at=timezone.now() - timedelta(days=80))
    page = visit(world.person(role, company(world, role)))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    page.evaluate(LONG)
    shown = cards(page)
    assert len(shown) >= 4
    for one, following in itertools.pairwise(shown):
        below = following.top >= one.bottom - 1
        beside = following.left >= one.right and following.top <= one.top  # at the head of the next column
        assert below or beside
    for card in shown:
        over = [one for one in shown if one.top < card.top and one.left < card.right and card.left < one.right]
        assert not over or card.top - max(one.bottom for one in over) <= GAP
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_goes_from_card_to_card_in_that_order(visit: Visitors, world: World) -> None:
    for customer in ("Contoso Logistics", "Fabrikam Energie"):
        world.submitted(world.alfa, customer=customer)
    page = visit(world.person("channel_manager"))
    page.goto("/console/")
    page.locator("#home a").first.focus()
    visited = [page.evaluate(FOCUS)]
    while visited[-1] >= 0 and len(visited) < 100:
        page.keyboard.press("Tab")
        visited.append(page.evaluate(FOCUS))
    cards_visited = [place for place in visited if place >= 0]
    assert cards_visited == sorted(cards_visited)
    assert len(set(cards_visited)) >= 3
