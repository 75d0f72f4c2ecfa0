"""Matching learns from what a deployment decided, keeps it, and can go back."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from openprm.config.cli import openprm
from openprm.customers import learning, services
from openprm.customers.learning import Correction, Example
from openprm.customers.models import LearntWeights
from openprm.customers.services import learnt
from openprm.kernel.access import SYSTEM, as_system
from openprm.matching import Decision, Evidence, Match, Query
from tests.world import NOW, World


def match(probability: float, decision: Decision, *kinds: str) -> Match:
    return Match("1", "Contoso", probability, decision, tuple(Evidence(kind, 3.0) for kind in kinds))


def examples(right: bool, many: int, probability: float = 0.6) -> list[Example]:
    """Pairs of a rare word in common, which this deployment always decides the same way."""
    seen = match(probability, Decision.POSSIBLE, "word_rare")
    return [Example(seen, right, True, f"company {number}", decided=True) for number in range(many)]


def test_what_is_decided_time_and_again_becomes_the_answer() -> None:
    taught = learning.learn(examples(True, 40))
    assert taught.applied(match(0.6, Decision.POSSIBLE, "word_rare")).decision is Decision.SAME
    taught = learning.learn(examples(False, 40))
    assert taught.applied(match(0.6, Decision.POSSIBLE, "word_rare")).decision is Decision.DIFFERENT


def test_a_single_decision_moves_little() -> None:
    taught = learning.learn(examples(False, 1))
    assert taught.applied(match(0.6, Decision.POSSIBLE, "word_rare")).decision is Decision.POSSIBLE


def decisions_until(answer: Decision, probability: float, prior: float = learning.PRIOR) -> int:
    """Return how many decisions of one kind, all alike, turn a doubtful pair of that kind."""
    seen, right = match(probability, Decision.POSSIBLE, "word_rare"), answer is Decision.SAME
    for many in range(1, 100):
        taught = learning.learn(examples(right, many, probability), prior=prior)
        if taught.applied(seen).decision is answer:
            return many
    return 100


@pytest.mark.parametrize(
    ("answer", "probability", "fewest", "most"),
    [
        (Decision.SAME, 0.85, 3, 6),  # nearly sure already: a few, and never the first or second
        (Decision.SAME, 0.6, 8, 15),
        (Decision.SAME, 0.3, 12, 25),
        (Decision.DIFFERENT, 0.3, 5, 12),
        (Decision.DIFFERENT, 0.6, 12, 20),
        (Decision.DIFFERENT, 0.85, 16, 30),
    ],
)
def test_a_dozen_decisions_turn_a_doubtful_pair_and_one_or_two_none(
    answer: Decision, probability: float, fewest: int, most: int
) -> None:
    """What the prior is chosen by: half of it turns pairs by two decisions, twice as much needs nearly fifty."""
    assert fewest <= decisions_until(answer, probability) <= most


def test_decisions_about_doubtful_pairs_do_not_undo_what_is_sure() -> None:
    sure = match(0.97, Decision.SAME, "domain_equal", "word_rare")
    taught = learning.learn(examples(False, 10))
    assert taught.applied(sure).decision is Decision.SAME
    assert taught.probability(sure) > 0.7


kinds = st.lists(st.sampled_from([*learning.KINDS, "word_rare", "word_common"]), max_size=4)
evidence = st.builds(
    lambda named, points: tuple(Evidence(kind, points) for kind in named), kinds, st.floats(-12, 12, allow_nan=False)
)
matches = st.builds(
    lambda probability, shown: Match("1", "Contoso", probability, Decision.POSSIBLE, shown), st.floats(0, 1), evidence
)
seen_examples = st.lists(st.builds(Example, matches, st.booleans(), st.just(True), st.text(max_size=3), st.booleans()))


@given(rows=seen_examples, prior=st.floats(1e-6, 64))
@settings(max_examples=150, deadline=None)
def test_every_step_of_learning_fits_better_and_none_runs_away(rows: list[Example], prior: float) -> None:
    lost = learning.loss(rows, Correction(), prior=prior)
    most = (2 * lost / prior) ** 0.5 + 1e-6  # whoever corrects by more pays more than not to correct at all
    for numbers in learning.steps(rows, prior=prior):
        less = learning.loss(rows, Correction(tuple(numbers)), prior=prior)
        assert less < lost
        assert sum(number**2 for number in numbers) ** 0.5 <= most
        lost = less


@given(rows=seen_examples)
@settings(max_examples=50, deadline=None)
def test_what_is_learnt_is_the_best_correction_there_is(rows: list[Example]) -> None:
    taught = learning.learn(rows)
    best = learning.loss(rows, taught)
    for place in range(len(learning.INPUTS)):
        for nudge in (-0.01, 0.01):
            moved = list(taught.numbers)
            moved[place] += nudge
            assert learning.loss(rows, Correction(tuple(moved))) > best - 1e-9


def test_confident_mistakes_do_not_make_learning_diverge() -> None:
    wrong = Match("1", "Contoso", 1 - 1e-6, Decision.SAME, (Evidence("domain_equal", 12.0),))
    rows = [Example(wrong, False, True, str(number), decided=True) for number in range(30)]
    for prior in (8.0, 1.0, 1e-3, 1e-6):
        taught = learning.learn(rows, prior=prior)
        assert taught.probability(wrong) < 0.5
        assert learning.loss(rows, taught, prior=prior) < learning.loss(rows, Correction(), prior=prior)


def test_common_words_alone_never_become_the_same_company() -> None:
    taught = learning.learn(examples(True, 400))
    assert taught.applied(match(0.8, Decision.POSSIBLE, "word_common")).decision is Decision.POSSIBLE


def test_nothing_learnt_changes_nothing() -> None:
    as_it_was = match(0.7, Decision.POSSIBLE, "word_rare")
    assert learning.learn([]) == Correction()
    assert Correction().applied(as_it_was).decision is Decision.POSSIBLE
    assert Correction().probability(as_it_was) == pytest.approx(0.7)


def test_each_half_is_judged_by_what_the_other_half_taught() -> None:
    before, after = learning.judged(examples(True, 60))
    assert (before.decisions, before.as_decided) == (60, 0.0)
    assert after.as_decided == 1.0


@pytest.fixture
def decided(world: World, db: None) -> None:
    """Fifty-two companies with a short name that the vendor took for the long one."""
    with as_system():
        for number in range(52):
            word = "".join(
                chr(ord("a") + (number * step + number // 26) % 26) for step in (1, 3, 5, 7, 9, 11)
            ).capitalize()
            account = world.account(f"{word} Brauereien")
            query = Query(f"{word} Getränke Vertrieb")
            services.decide(account=account, query=query, verdict="same", by=SYSTEM, at=NOW)


def test_training_puts_what_it_learnt_in_force_and_going_back_takes_it_out(world: World, decided: None) -> None:
    asked = Query("Xyloquarz Brauereien Logistik")
    world.account("Xyloquarz Getränke")
    plain = services.find(asked)[0].probability
    found = learnt.train(data=None, at=NOW, most=100)
    assert found.kept
    assert found.after.as_decided > found.before.as_decided
    assert services.find(asked)[0].probability > plain
    assert learnt.go_back(at=NOW)
    assert services.find(asked)[0].probability == plain


def test_a_dry_run_reports_and_changes_nothing(world: World, decided: None) -> None:
    found = learnt.train(data=None, at=NOW, most=100, dry_run=True)
    assert found.after.decisions == 52
    with as_system():
        assert not LearntWeights.objects.exists()


def test_the_command_reports_before_and_after_and_says_how_to_go_back(
    world: World, decided: None, tmp_path: Path
) -> None:
    data = tmp_path / "gold_mine.csv"
    lines = [f"Firma{word} GmbH,FIRMA{word} AG,0" for word in ("alba", "birke", "ceder", "distel", "eibe", "farn")]
    data.write_text("\n".join(["account,query,absent", *lines, "Nirgendwo GmbH,Nirgendwo,1"]))
    answer = CliRunner().invoke(openprm, ["matching", "train", str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    assert "7 pairs from files, 52 decisions" in answer.output
    assert "decisions answered as decided" in answer.output
    assert "openprm matching forget" in answer.output
    assert "Back to the weights" in CliRunner().invoke(openprm, ["matching", "forget"]).output


def test_without_decisions_and_data_there_is_nothing_to_learn(db: None) -> None:
    answer = CliRunner().invoke(openprm, ["matching", "train"])
    assert answer.exit_code == 1
    assert "nothing to learn from" in answer.output
