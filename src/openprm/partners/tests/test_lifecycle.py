"""Where a partner can stand, and how it gets there."""

import pytest

from openprm.partners import lifecycle
from openprm.partners.lifecycle import Standing
from openprm.partners.lists import STATUS_REASONS
from openprm.partners.models import Partner


def test_the_database_and_the_table_know_the_same_statuses() -> None:
    assert sorted(Standing) == sorted(Partner.Status.values)


def test_every_status_has_a_way_on() -> None:
    assert all(lifecycle.next_steps(standing) for standing in Standing)


def test_every_move_takes_a_reason_that_has_words() -> None:
    given = {reason for steps in lifecycle.MOVES.values() for reasons in steps.values() for reason in reasons}
    assert given == set(STATUS_REASONS)
    assert all(reasons for steps in lifecycle.MOVES.values() for reasons in steps.values())


@pytest.mark.parametrize(
    ("before", "after"),
    [("active", "applicant"), ("active", "active"), ("prospect", "suspended"), ("suspended", "prospect")],
)
def test_there_is_no_way_between_some(before: str, after: str) -> None:
    assert lifecycle.reasons(before, after) == ()


def test_a_partner_below_itself_is_a_circle() -> None:
    assert lifecycle.would_circle("a", "a", ())
    assert lifecycle.would_circle("a", "c", ("b", "a"))
    assert not lifecycle.would_circle("a", "c", ("b",))
