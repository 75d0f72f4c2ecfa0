"""What is decided on plain values: what is asked, what is missing, and what an answer is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.recruiting import rules
from openprm.recruiting.lifecycle import ENDED, MOVES, OPEN, State
from openprm.recruiting.shapes import Answers, Comparison, Condition, FormQuestion, ScoreRule

KEYS = ("a", "b", "c", "d")
VALUES = ("x", "y")


@st.composite
def questions(draw: st.DrawFn) -> list[FormQuestion]:
    """Draw questions of which later ones may depend on earlier ones."""
    made: list[FormQuestion] = []
    for at, key in enumerate(KEYS):
        on = draw(st.none() | st.sampled_from(KEYS[:at])) if at else None
        when = Condition(question=on, op=draw(st.sampled_from(("is", "is_not"))), values=["x"]) if on else None
        made.append(FormQuestion(key=key, label=key, required=draw(st.booleans()), when=when))
    return made


ANSWERS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(("", *VALUES)))


@given(questions(), ANSWERS)
def test_what_is_missing_is_asked_needed_and_not_answered(asked: list[FormQuestion], answers: Answers) -> None:
    shown = {one.key: one for one in rules.asked(asked, answers)}
    for key in rules.missing(asked, answers):
        assert shown[key].required
        assert not answers.get(key)


@given(questions(), ANSWERS)
def test_answers_to_what_is_not_asked_change_nothing(asked: list[FormQuestion], answers: Answers) -> None:
    heard = rules.heard(asked, answers)
    assert rules.asked(asked, heard) == rules.asked(asked, answers)
    assert rules.heard(asked, heard) == heard


@given(questions(), ANSWERS)
def test_somebody_stops_at_a_question_without_an_answer_or_nowhere(asked: list[FormQuestion], answers: Answers) -> None:
    stopped = rules.stopped_at(asked, answers)
    if stopped:
        assert not answers.get(stopped)
    else:
        assert not rules.missing(asked, answers)


@given(st.lists(st.tuples(st.integers(-50, 50), st.sampled_from(VALUES)), max_size=6), st.sampled_from(VALUES))
def test_the_score_is_the_sum_of_the_rules_that_held(given_rules: list[tuple[int, str]], said: str) -> None:
    made = [
        ScoreRule(points=points, tests=[Comparison(field="a", op="is", values=[value])])
        for points, value in given_rules
    ]
    lines = rules.score(made, {"a": said})
    assert rules.total(lines) == sum(points for points, value in given_rules if value == said)
    assert rules.total(lines) <= rules.most(made)


@given(st.text(max_size=400))
def test_an_answer_that_is_taken_is_taken_again_as_it_is(text: str) -> None:
    for kind in ("text", "long_text", "number", "url"):
        question = FormQuestion(key="a", label="A", kind=kind)  # type: ignore[arg-type]
        try:
            kept = rules.clean(question, text, [])
        except rules.Unfit:
            continue
        assert rules.clean(question, kept, []) == kept


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("number", "1 200", "1200"),
        ("number", "2,5", "2.5"),
        ("number", "1.200", "1200"),
        ("number", "1,200", "1200"),
        ("number", "1.234,5", "1234.5"),
        ("number", "0.125", "0.125"),
        ("url", "www.contoso.com", "https://www.contoso.com"),
    ],
)
def test_answers_are_kept_in_their_plain_form(kind: str, text: str, kept: str) -> None:
    assert rules.clean(FormQuestion(key="a", label="A", kind=kind), text, []) == kept  # type: ignore[arg-type]


def test_nothing_leads_out_of_an_end_but_forgetting() -> None:
    assert all(set(MOVES[state]) <= {"forget"} for state in ENDED)
    assert all({"approve", "reject", "withdraw"} <= set(MOVES[state]) for state in OPEN)
    assert set(MOVES) == set(State)
