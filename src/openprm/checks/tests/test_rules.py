"""What is one check, and what looks like scanning."""

from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from openprm.checks.rules import MOST_CORRECTIONS, Alarm, Counts, Leaf, Step, Text, alarms, place

QUIET = Counts(asked=5, registered=1, blocked=0, limit=100)


def text(word: str) -> Text:
    """Return a text as it is counted; its digests are easy to read here."""
    return Text(word.encode(), tuple(hash(word[:length]) for length in range(1, len(word) + 1)))


def leaf(word: str, *, here: bool = True, corrections: int = 0) -> Leaf:
    """Return what was counted before."""
    asked = text(word)
    return Leaf(uuid4(), asked.company, asked.beginnings, corrections, here)


def typed(*texts: str) -> int:
    """Return how many checks it costs to type these into one form, one after the other."""
    leaves: dict[UUID, Leaf] = {}
    cost = 0
    for word in texts:
        found = place(text(word), list(leaves.values()))
        for gone in found.merged:
            del leaves[gone]
        if found.step is Step.NEW:
            cost += 1
            new = leaf(word)
            leaves[new.id] = new
        elif found.step in (Step.GROWN, Step.CORRECTED) and found.leaf:
            before = leaves[found.leaf]
            grown = leaf(word, corrections=before.corrections + (found.step is Step.CORRECTED))
            leaves[before.id] = Leaf(before.id, grown.company, grown.beginnings, grown.corrections, here=True)
    return cost


def letter_by_letter(word: str) -> list[str]:
    """Return what a form asks while a word is typed."""
    return [word[:length] for length in range(2, len(word) + 1)]


def test_typing_a_name_letter_by_letter_is_one_check() -> None:
    assert typed(*letter_by_letter("contosoindustries")) == 1


def test_going_back_and_typing_on_is_the_same_check() -> None:
    assert typed(*letter_by_letter("contoso"), *reversed(letter_by_letter("contoso")), "contosoag") == 1


def test_going_back_to_the_first_letters_and_another_name_is_another_check() -> None:
    names = ("siemens", "siegenia", "sixt", "silabs")
    keys = [key for name in names for key in [*letter_by_letter(name), *reversed(letter_by_letter(name))]]
    assert typed(*keys) == len(names)


def test_a_typing_error_is_mended_for_nothing_a_few_times_only() -> None:
    assert typed("contsoo", "contoso") == 1
    assert typed("deutschebank", "deutschebahn", "deutschepost", "deutscheborse", "deutschefonds") > 1


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.text("abc", min_size=2, max_size=8), min_size=1, max_size=30))
def test_a_form_answers_no_more_names_than_it_costs_but_for_a_few_corrections(names: list[str]) -> None:
    longest = {name for name in names if not any(other != name and other.startswith(name) for other in names)}
    assert typed(*names) >= len(longest) - MOST_CORRECTIONS


@settings(deadline=None)
@given(st.text("abcdef", min_size=2, max_size=20))
def test_what_was_asked_before_costs_nothing_anywhere(name: str) -> None:
    assert place(text(name), [leaf(name, here=False)]).step is Step.KNOWN


def test_a_beginning_that_turns_out_to_be_a_known_company_is_counted_with_it() -> None:
    known, begun = leaf("contoso", here=False), leaf("conto")
    assert place(text("contoso"), [known, begun]).merged == (begun.id,)


def test_ordinary_days_raise_no_alarm() -> None:
    assert alarms(QUIET, before=[QUIET] * 6, initials="cabzx") == set()


def test_many_names_and_nothing_registered_is_an_alarm() -> None:
    many = Counts(asked=45, registered=0, blocked=2, limit=100)
    assert alarms(many, before=[], initials="") == {Alarm.NOTHING_REGISTERED}
    assert alarms(many, before=[QUIET], initials="") == set()  # it registers what it checks


def test_going_through_the_alphabet_is_an_alarm_in_either_direction() -> None:
    order = "aaaabbbbccccddddeeeeffff"
    assert alarms(QUIET, before=[], initials=order) == {Alarm.IN_ORDER}
    assert alarms(QUIET, before=[], initials=order[::-1]) == {Alarm.IN_ORDER}
    assert alarms(QUIET, before=[], initials="a" * 40) == set()
    assert alarms(QUIET, before=[], initials="abcab" * 8) == set()


def test_using_the_budget_up_again_and_again_is_an_alarm() -> None:
    full = Counts(asked=92, registered=9, blocked=3, limit=100)
    assert alarms(full, before=[full, QUIET, full], initials="") == {Alarm.USED_UP_OFTEN}
    assert alarms(full, before=[full, QUIET], initials="") == set()


def test_hitting_what_is_taken_most_of_the_time_is_an_alarm() -> None:
    assert alarms(Counts(20, 1, 16, 100), before=[], initials="") == {Alarm.MOSTLY_BLOCKED}
    assert alarms(Counts(50, 1, 16, 100), before=[], initials="") == set()
