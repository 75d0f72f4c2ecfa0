"""The rules of engagement, without a database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.deals.lifecycle import CLOSED, MOVES, OPEN, Side, State, diagram, moves_from
from openprm.deals.rules import (
    Claim,
    Level,
    Likeness,
    Limit,
    Reason,
    Rival,
    RivalKind,
    latest_close,
    notice_due,
    verdict,
)
from openprm.deals.services import discretion
from openprm.deals.words import _REASONS, CODES, STATES

ALFA, CLOUD, EDGE = UUID(int=1), UUID(int=2), UUID(int=3)
CLAIM = Claim(ALFA, frozenset({CLOUD}))


def rival(kind: RivalKind, likeness: Likeness = Likeness.SAME, *lines: UUID, **details: str) -> Rival:
    return Rival(kind, likeness, frozenset(lines), **details)


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2027, 2, 28), date(2026, 12, 31)])
def test_an_order_is_expected_within_five_years_also_from_a_leap_day(today: date) -> None:
    last = latest_close(today)
    assert (last.year - today.year, last.month, last.day) == (5, today.month, 28 if today.month == 2 else today.day)


def test_nothing_in_the_way_is_clear() -> None:
    assert verdict(CLAIM, []).level is Level.CLEAR


@pytest.mark.parametrize(
    ("standing", "level", "code"),
    [
        (rival(RivalKind.PROTECTED, Likeness.SAME, CLOUD), Level.BLOCKED, "protected_by_another"),
        (rival(RivalKind.PROTECTED, Likeness.SAME, EDGE), Level.POSSIBLE, "protected_other_lines"),
        (rival(RivalKind.PROTECTED, Likeness.FAMILY, CLOUD), Level.POSSIBLE, "related_company"),
        (rival(RivalKind.PROTECTED, Likeness.POSSIBLE, CLOUD), Level.POSSIBLE, "similar_name"),
        (rival(RivalKind.DIRECT), Level.BLOCKED, "direct_opportunity"),
        (rival(RivalKind.DIRECT, Likeness.SAME, EDGE), Level.POSSIBLE, "direct_other_lines"),
        (rival(RivalKind.PENDING, Likeness.SAME, CLOUD), Level.POSSIBLE, "another_in_review"),
        (rival(RivalKind.CUSTOMER), Level.POSSIBLE, "existing_customer"),
        (rival(RivalKind.NAMED), Level.POSSIBLE, "named_account"),
        (rival(RivalKind.OWN, Likeness.SAME, CLOUD, own_reference="DR-1"), Level.BLOCKED, "own_registration"),
    ],
)
def test_each_kind_of_rival_weighs_as_the_table_says(standing: Rival, level: Level, code: str) -> None:
    found = verdict(CLAIM, [standing])
    assert found.level is level
    assert [reason.code for reason in found.reasons] == [code]


@pytest.mark.parametrize("kind", [RivalKind.PENDING, RivalKind.OWN])
def test_another_product_line_is_no_conflict_with_what_is_not_protected(kind: RivalKind) -> None:
    assert verdict(CLAIM, [rival(kind, Likeness.SAME, EDGE)]).level is Level.CLEAR


def test_a_similar_customer_who_only_buys_already_is_no_conflict() -> None:
    assert verdict(CLAIM, [rival(RivalKind.CUSTOMER, Likeness.FAMILY)]).level is Level.CLEAR


def test_before_a_product_line_is_chosen_everything_counts() -> None:
    unfinished = Claim(ALFA, frozenset())
    assert verdict(unfinished, [rival(RivalKind.PROTECTED, Likeness.SAME, EDGE)]).level is Level.BLOCKED


RIVALS = st.builds(
    Rival,
    kind=st.sampled_from(RivalKind),
    likeness=st.sampled_from(Likeness),
    product_lines=st.frozensets(st.sampled_from([CLOUD, EDGE])),
)


@given(st.lists(RIVALS, max_size=6), RIVALS)
def test_one_more_rival_never_makes_a_verdict_milder(others: list[Rival], one_more: Rival) -> None:
    assert verdict(CLAIM, [*others, one_more]).level.weight >= verdict(CLAIM, others).level.weight


@given(st.lists(RIVALS, max_size=6))
def test_the_verdict_does_not_depend_on_order_or_number(rivals: list[Rival]) -> None:
    assert verdict(CLAIM, rivals) == verdict(CLAIM, [*reversed(rivals), *rivals])


def test_every_reason_and_code_has_words() -> None:
    reachable = {reason.code for kind in RivalKind for like in Likeness for lines in ((CLOUD,), (EDGE,))
                 for reason in verdict(CLAIM, [rival(kind, like, *lines)]).reasons}  # fmt: skip
    assert reachable == set(_REASONS)
    assert {code for move in MOVES.values() for code in move.reasons} <= set(CODES)
    assert set(STATES) == set(State)


def test_every_closed_state_is_an_end_unless_it_is_extended_or_reopened() -> None:
    moves = [move for move in MOVES.values() if move.verb not in ("extend", "reopen")]
    leading_on = {state for state in State if any(state in move.before for move in moves)}
    assert leading_on == OPEN | {State.DRAFT}
    assert leading_on.isdisjoint(CLOSED)
    assert MOVES["extend"].before == {State.APPROVED, State.EXPIRED}
    assert MOVES["reopen"].before == {State.REJECTED, State.DUPLICATE, State.EXPIRED}


def test_a_partner_never_decides_and_the_vendor_never_submits() -> None:
    by_partner = {move.verb for state in State for move in moves_from(state, Side.PARTNER)}
    by_vendor = {move.verb for state in State for move in moves_from(state, Side.VENDOR)}
    assert by_partner == {"submit", "answer", "withdraw", "win", "lose"}
    assert by_vendor == {
        "start_review",
        "ask",
        "approve",
        "reject",
        "mark_duplicate",
        "win",
        "lose",
        "extend",
        "reopen",
    }


def test_the_diagram_shows_every_move() -> None:
    drawn = diagram()
    assert all(f": {verb}" in drawn for verb in MOVES)


def test_an_approval_rule_covers_up_to_its_limit_in_its_currency() -> None:
    limit = Limit(Decimal(10_000), "EUR", frozenset({Level.CLEAR}))
    assert limit.covers(value=Decimal(10_000), currency="EUR", level=Level.CLEAR)
    assert not limit.covers(value=Decimal("10000.01"), currency="EUR", level=Level.CLEAR)
    assert not limit.covers(value=Decimal(1), currency="USD", level=Level.CLEAR)
    assert not limit.covers(value=Decimal(1), currency="EUR", level=Level.POSSIBLE)


START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "notice"),
    [(0, ""), (29, ""), (30, "after:30"), (59, "after:30"), (60, "after:60"), (76, "before:14"), (83, "before:7")],
)
def test_the_latest_notice_is_due(day: int, notice: str) -> None:
    at = START + timedelta(days=day)
    until = START + timedelta(days=90)
    assert notice_due(since=START, until=until, at=at, after=[30, 60, 90], before=[14, 7, 1]) == notice


def test_a_reason_is_told_with_the_own_reference_only() -> None:
    found = verdict(CLAIM, [rival(RivalKind.OWN, Likeness.SAME, CLOUD, own_reference="DR-7KQ2-M9XV")])
    assert found.reasons == (Reason("own_registration", "DR-7KQ2-M9XV"),)


@given(before=st.sampled_from(["", " ", "(", "-", "x", "7"]), after=st.sampled_from(["", ".", ")", "'s", "x", "7"]))
def test_a_name_is_found_as_a_word_of_its_own_whatever_stands_around_it(before: str, after: str) -> None:
    alone = not before.isalnum() and not after.isalnum()
    assert discretion.named_in(f"So {before}BETA{after} it is", ["Alfa", "Beta"]) == (["Beta"] if alone else [])


@pytest.mark.parametrize(
    ("names", "called"),
    [
        ({"Alpenblick Systemhaus", "Alpenblick Systemhaus GmbH"}, {"Alpenblick"}),
        ({"Global IT", "Data Works", "The Cloud People"}, set()),  # words that say of nobody who is meant
        ({"Hansa Netzwerke"}, set()),  # the customer is called so, too
        ({"T-Systems", "Ab Ovo"}, set()),
        ({"Léman Numérique"}, {"Léman"}),
    ],
)
def test_a_company_is_also_known_by_the_first_word_of_its_name(names: set[str], called: set[str]) -> None:
    assert discretion.called(names, but="Hansa Logistik AG Brightwave IT") == called
