"""How a margin is found, compared and read, without a database."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openprm.pricing import rules, when
from openprm.pricing.rules import Change, Offer, Term

CLOUD, EDGE = UUID(int=1), UUID(int=2)
LOW, HIGH = UUID(int=11), UUID(int=12)

numbers = st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100)
terms = st.builds(
    Term, st.sampled_from([None, CLOUD, EDGE]), st.sampled_from(["", "A-1", "B-2"]), st.just(""), st.none(), numbers
)
lists = st.lists(terms, max_size=4, unique_by=lambda term: term.place)
offers = st.lists(
    st.builds(Offer, st.sampled_from([LOW, HIGH]), st.integers(1, 999), lists.map(tuple), st.booleans()),
    max_size=3,
    unique_by=lambda offer: offer.priority,
)
tiers = st.dictionaries(st.sampled_from([None, CLOUD, EDGE]), numbers)


def gives(points: int, line: UUID | None = None, sku: str = "") -> Term:
    return Term(line, sku, points=Decimal(points))


def test_the_book_of_the_highest_priority_that_names_the_line_decides() -> None:
    standard = Offer(LOW, 10, (gives(20), gives(22, CLOUD)))
    gold = Offer(HIGH, 20, (gives(30, EDGE),))
    on_edge, on_cloud = (rules.find([standard, gold], {}, line) for line in (EDGE, CLOUD))
    assert (on_edge.points, on_edge.set_aside) == (30, (LOW,))
    assert (on_cloud.points, on_cloud.set_aside) == (22, ())


def test_a_skus_own_entry_goes_before_its_lines_and_that_before_everything_else() -> None:
    offer = Offer(LOW, 10, (gives(10), gives(20, CLOUD), gives(30, CLOUD, "A-1")))
    found = [rules.find([offer], {}, line, sku).points for line, sku in [(EDGE, ""), (CLOUD, ""), (CLOUD, "a-1")]]
    assert found == [10, 20, 30]


@pytest.mark.parametrize(("adds", "whole"), [(True, 25), (False, 20)])
def test_the_tiers_points_come_on_top_unless_the_prices_say_no(adds: bool, whole: int) -> None:
    offer = Offer(LOW, 10, (gives(20),), adds)
    assert rules.find([offer], {None: Decimal(5)}, CLOUD).points == whole


def test_where_the_tier_names_a_line_that_counts_alone() -> None:
    tier: dict[UUID | None, Decimal] = {None: Decimal(5), CLOUD: Decimal(2)}
    assert [rules.tier_points_of(tier, line) for line in (CLOUD, EDGE)] == [2, 5]


def test_a_net_price_is_final() -> None:
    net = Term(CLOUD, "A-1", list_price=Decimal(200), net_price=Decimal(150))
    found = rules.find([Offer(LOW, 10, (net,))], {None: Decimal(5)}, CLOUD, "A-1")
    assert (found.points, found.tier_counts) == (25, False)
    unknown = Term(CLOUD, "A-1", net_price=Decimal(150))
    assert rules.find([Offer(LOW, 10, (unknown,))], {}, CLOUD, "A-1").points is None


def test_without_a_book_the_tier_alone_gives_something() -> None:
    assert rules.find([], {None: Decimal(5)}, CLOUD).points == 5
    assert rules.find([], {}, CLOUD).points == 0


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(offers, tiers, st.sampled_from([None, CLOUD, EDGE]), st.sampled_from(["", "A-1"]))
def test_a_margin_is_never_below_what_the_book_gives_nor_above_a_hundred(
    given_offers: list[Offer], tier: dict[UUID | None, Decimal], line: UUID | None, sku: str
) -> None:
    found = rules.find(given_offers, tier, line, sku)
    assert found.points is not None
    own = found.term.points if found.term and found.term.points is not None else Decimal(0)
    assert own <= found.points <= 100
    assert found == rules.find(list(reversed(given_offers)), tier, line, sku)
    if found.offer:
        assert all(one.priority <= found.offer.priority or not rules.best(one.terms, line, sku) for one in given_offers)


@given(lists, lists)
def test_what_is_told_to_differ_turns_one_list_into_the_other(before: list[Term], after: list[Term]) -> None:
    result = {term.place: term for term in before}
    for one in rules.compare(before, after):
        if one.change is Change.REMOVED:
            del result[one.term.place]
        else:
            result[one.term.place] = one.term
    assert result == {term.place: term for term in after}
    assert rules.compare(after, after) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("25", "25"), ("12,5 %", "12.5"), ("12.50%", "12.50"), ("1.250,00 €", "1250.00"), ("1,250.00", "1250.00"),
        ("1,250", "1250"), ("€ 80", "80"), ("CHF 80.-", "80"), ("A$57", "57"), ("1'000", "1000"),
        ("0.125", "0.125"), ("1.234.567", "1234567"), ("-5", "-5"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: str) -> None:
    assert rules.read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "a lot", "12a5", "1..2", "%", "twenty.00", "about 5"])
def test_what_is_no_number_is_not_guessed_at(text: str) -> None:
    assert rules.read_number(text) is None


def test_the_year_9999_of_other_systems_means_until_further_notice() -> None:
    assert when.end(date(9999, 12, 31)) is None
    assert when.evening(date(9999, 12, 31)) == when.begin(date(9999, 12, 31))
    assert when.end(date(2027, 12, 31)) == when.begin(date(2028, 1, 1))
