"""The weighing of rules, without a database."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.engagement import plain
from openprm.engagement.defaults import SHIPPED
from openprm.engagement.rules import (
    Claim,
    Kind,
    Level,
    Likeness,
    Lines,
    Reason,
    Rival,
    RivalKind,
    Rule,
    Step,
    for_partner,
    weigh,
)

ALFA, CLOUD, EDGE = UUID(int=1), UUID(int=2), UUID(int=3)
CLAIM = Claim(ALFA, frozenset({CLOUD}), "DE")
DIRECT = Rule("direct", Kind.DIRECT, Level.BLOCKED)


def rival(kind: RivalKind, *lines: UUID, likeness: Likeness = Likeness.SAME, stage: str = "", days: int = 0) -> Rival:
    return Rival(kind, likeness, frozenset(lines), stage=stage, days=days)


def level(rule: Rule, *rivals: Rival, claim: Claim = CLAIM) -> Level | None:
    """Return the verdict of one rule, None where it does not fit."""
    found = weigh(claim, rivals, [rule])
    return found.level if found.reasons else None


@pytest.mark.parametrize(("stage", "fits"), [("Proposal", True), ("proposal", True), ("Qualified", False), ("", False)])
def test_an_opportunity_counts_in_the_stages_that_the_rule_names(stage: str, fits: bool) -> None:
    rule = replace(DIRECT, stages=("Proposal",))
    assert (level(rule, rival(RivalKind.DIRECT, stage=stage)) is Level.BLOCKED) is fits


@pytest.mark.parametrize(("days", "fits"), [(29, False), (30, True), (180, True), (181, False)])
def test_an_opportunity_counts_at_the_age_that_the_rule_names(days: int, fits: bool) -> None:
    rule = replace(DIRECT, least_days=30, most_days=180)
    assert (level(rule, rival(RivalKind.DIRECT, days=days)) is Level.BLOCKED) is fits


@pytest.mark.parametrize(
    ("lines", "shared", "other"), [((CLOUD,), True, False), ((EDGE,), False, True), ((), True, False)]
)
def test_a_customer_is_judged_by_the_product_lines_it_buys(lines: tuple[UUID, ...], shared: bool, other: bool) -> None:
    buys = rival(RivalKind.CUSTOMER, *lines)
    rule = Rule("customer", Kind.CUSTOMER, Level.BLOCKED)
    assert (level(rule, buys) is not None) is shared
    assert (level(replace(rule, lines=Lines.OTHER), buys) is not None) is other
    assert level(replace(rule, lines=Lines.ANY), buys) is Level.BLOCKED


@pytest.mark.parametrize(
    ("country", "inside", "outside"), [("DE", True, False), ("FR", False, True), ("", False, False)]
)
def test_a_territory_is_a_list_of_countries_or_all_but_those(country: str, inside: bool, outside: bool) -> None:
    rule = Rule("territory", Kind.COUNTRY, Level.POSSIBLE, countries=("DE", "AT", "CH"))
    claim = replace(CLAIM, country=country)
    assert (level(rule, claim=claim) is not None) is inside
    assert (level(replace(rule, not_in_countries=True), claim=claim) is not None) is outside


def test_a_speciality_counts_where_the_claim_names_one_of_its_lines() -> None:
    rule = Rule("speciality", Kind.SPECIALITY, Level.POSSIBLE, claimed_lines=frozenset({EDGE}))
    assert level(rule) is None
    assert level(rule, claim=replace(CLAIM, product_lines=frozenset({CLOUD, EDGE}))) is Level.POSSIBLE


def test_a_loss_counts_for_as_many_days_as_the_rule_says() -> None:
    rule = Rule("lost", Kind.LOST, Level.POSSIBLE, most_days=90)
    assert level(rule, rival(RivalKind.LOST, days=90)) is Level.POSSIBLE
    assert level(rule, rival(RivalKind.LOST, days=91)) is None
    assert level(rule, rival(RivalKind.LOST, days=None)) is None  # nobody knows when: not lately
    assert level(replace(rule, most_days=None), rival(RivalKind.LOST, days=None)) is Level.POSSIBLE


def test_an_account_on_hold_is_blocked_by_the_shipped_rules_whatever_the_line() -> None:
    found = weigh(CLAIM, [rival(RivalKind.HELD)], SHIPPED)
    assert (found.level, found.reasons) == (Level.BLOCKED, (Reason("on_hold"),))


def test_an_audience_narrows_a_rule_and_can_be_turned_round() -> None:
    narrow = replace(DIRECT, audience={"field": "partner.country", "op": "in", "value": ["DE"]})
    assert for_partner([narrow], {"direct"}) == (narrow,)
    assert for_partner([narrow], set()) == ()
    turned = replace(narrow, outside=True)
    assert for_partner([turned], {"direct"}) == ()
    assert for_partner([turned], set()) == (turned,)


def test_the_gravest_wins_and_every_reason_is_told_in_the_rules_order() -> None:
    rules = [
        Rule("remark", Kind.NAMED, Level.CLEAR),
        Rule("second", Kind.NAMED, Level.POSSIBLE),
        Rule("third", Kind.NAMED, Level.POSSIBLE),
        Rule("grave", Kind.NAMED, Level.BLOCKED),
        Rule("off", Kind.NAMED, Level.BLOCKED, enabled=False),
    ]
    found = weigh(CLAIM, [rival(RivalKind.NAMED)], rules)
    assert found.level is Level.BLOCKED
    assert [reason.code for reason in found.reasons] == ["grave", "second", "third", "remark"]


def test_a_rule_that_gives_clear_only_remarks() -> None:
    found = weigh(CLAIM, [rival(RivalKind.NAMED)], [Rule("remark", Kind.NAMED, Level.CLEAR)])
    assert (found.level, len(found.reasons)) == (Level.CLEAR, 1)


RULES = st.builds(
    Rule,
    key=st.sampled_from(["a", "b", "c"]),
    kind=st.sampled_from(Kind),
    verdict=st.sampled_from(Level),
    likeness=st.frozensets(st.sampled_from(Likeness), min_size=1),
    lines=st.sampled_from(Lines),
    stages=st.sampled_from([(), ("Proposal",)]),
    least_days=st.none() | st.integers(0, 50),
    most_days=st.none() | st.integers(51, 400),
    countries=st.sampled_from([(), ("DE",), ("FR", "IT")]),
    not_in_countries=st.booleans(),
    claimed_lines=st.frozensets(st.sampled_from([CLOUD, EDGE])),
    told=st.text(max_size=20),
    steps=st.sampled_from([(), (Step.REVIEW, Step.OTHER_LINE)]),
    enabled=st.booleans(),
)
RIVALS = st.builds(
    Rival,
    kind=st.sampled_from(RivalKind),
    likeness=st.sampled_from(Likeness),
    product_lines=st.frozensets(st.sampled_from([CLOUD, EDGE])),
    stage=st.sampled_from(["", "Proposal"]),
    days=st.integers(0, 400),
)


@given(st.lists(RULES, max_size=6), RULES, st.lists(RIVALS, max_size=6))
def test_one_more_rule_never_makes_a_verdict_milder(rules: list[Rule], more: Rule, rivals: list[Rival]) -> None:
    assert weigh(CLAIM, rivals, [*rules, more]).level.weight >= weigh(CLAIM, rivals, rules).level.weight


@given(RULES)
def test_a_rule_comes_back_from_json_as_it_was(rule: Rule) -> None:
    assert plain.load(plain.dump(rule)) == rule


@pytest.mark.parametrize("text", ["Taken by {partner}", "Worth %(amount)s", "Owned by $owner"])
def test_words_with_a_placeholder_are_refused(text: str) -> None:
    assert set(plain.problems(replace(DIRECT, told=text, advice=text))) == {"told", "advice"}


def test_the_shipped_rules_have_nothing_wrong() -> None:
    assert [plain.problems(rule) for rule in SHIPPED] == [{}] * len(SHIPPED)
