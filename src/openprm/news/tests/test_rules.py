"""Where a post stands follows from two moments, and the database says the same as the rule."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from openprm.news.rules import State, excerpt, state

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MOMENTS = st.timedeltas(min_value=timedelta(days=-9), max_value=timedelta(days=9)).map(lambda gap: NOW + gap)


@given(st.none() | MOMENTS, st.none() | MOMENTS, MOMENTS, MOMENTS)
def test_a_post_never_goes_back_as_time_passes(
    starts_at: datetime | None, ends_at: datetime | None, one: datetime, other: datetime
) -> None:
    order = [State.SCHEDULED, State.LIVE, State.ENDED]
    earlier, later = (state(starts_at, ends_at, at=at) for at in sorted((one, other)))
    if starts_at is None:
        assert earlier == later == State.DRAFT
    else:
        assert order.index(earlier) <= order.index(later)


@given(MOMENTS, st.none() | MOMENTS)
def test_a_post_is_live_from_its_first_moment_up_to_its_last(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is None or starts_at < ends_at:
        assert state(starts_at, ends_at, at=starts_at) is State.LIVE
        assert state(starts_at, ends_at, at=starts_at - timedelta(microseconds=1)) is State.SCHEDULED
    if ends_at is not None:
        assert state(starts_at, ends_at, at=ends_at) is State.ENDED


@given(st.text(), st.integers(min_value=5, max_value=200))
def test_an_excerpt_is_one_line_that_fits(text: str, most: int) -> None:
    short = excerpt(text, most)
    assert len(short) <= most
    assert short == " ".join(short.split())
    assert short == " ".join(text.split()) or short.endswith("…")


def test_an_excerpt_is_cut_between_words() -> None:
    assert excerpt("Prices change in January, for everybody.", 26) == "Prices change in January…"
    assert excerpt("Short enough.", 26) == "Short enough."
