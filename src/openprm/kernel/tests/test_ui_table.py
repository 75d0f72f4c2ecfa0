"""Lists: search, filters, sorting and pages live in the address, and a list reads no more than it shows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext, isolate_apps
from django.utils.safestring import SafeString

from openprm.kernel.access import ANONYMOUS, Actor, as_system
from openprm.kernel.errors import Invalid
from openprm.kernel.settings_store import StoredSetting
from openprm.kernel.ui.table import Column, DateRange, Filter, NumberRange, Table, Toggle, bound
from openprm.kernel.ui.table.csv import plain

KEYS = Table(
    id="keys",
    columns=[
        Column("key", "Key", sort="key", link=True),
        Column("value", "Value", csv="value"),
        Column("version", "Version", sort="version", align="end"),
        Column("secret", "Secret", cell=lambda row: "x", csv=False),
    ],
    filters=[
        Filter("version", "Version", choices=[("0", "New"), ("1", "Changed")], multiple=True),
        NumberRange("size", "Size", field="version"),
        DateRange("made", "Made", field="created_at"),
        Toggle("flagged", "Flagged", where=models.Q(key__startswith="flag")),
    ],
    search=["key__icontains"],
    default_sort="key",
    per_page=3,
    row_url=lambda row: f"/rows/{row.key}/",
)


@pytest.fixture
def rows(db: None) -> Any:
    with as_system():
        StoredSetting.objects.bulk_create(StoredSetting(key=f"word.{n}", value=n, version=n % 2) for n in range(8))
        yield StoredSetting.objects.filter(key__startswith="word")


@pytest.fixture
def get(rf: RequestFactory) -> Callable[..., HttpRequest]:
    return lambda query="", **headers: rf.get("/rows/" + query, headers=headers)


def keys(table: Any) -> list[str]:
    return [row.object.key for row in table.rows]


def test_a_page_holds_its_rows_and_says_how_many_there_are(rows: Any, get: Any) -> None:
    table = KEYS.bind(get(), rows)
    assert keys(table) == ["word.0", "word.1", "word.2"]
    assert table.range_text == "1–3 of 8"
    assert [words for words, _url, _current in table.pages] == ["1", "2", "3"]
    assert table.next_url == "/rows/?page=2"


def test_the_last_page_has_what_is_left_and_no_next(rows: Any, get: Any) -> None:
    table = KEYS.bind(get("?page=3"), rows)
    assert keys(table) == ["word.6", "word.7"]
    assert table.next_url == ""
    assert table.range_text == "7–8 of 8"


def test_a_page_beyond_the_last_is_empty_not_an_error(rows: Any, get: Any) -> None:
    table = KEYS.bind(get("?page=900"), rows)
    assert table.rows == []
    assert table.first_url == "/rows/"


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "%00", "²"])
def test_nonsense_for_a_page_shows_a_page(rows: Any, get: Any, page: str) -> None:
    assert KEYS.bind(get(f"?page={page}"), rows).page >= 1


def test_a_list_asks_the_database_at_most_twice(rows: Any, get: Any) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        table = KEYS.bind(get(), rows)
        _ = (table.rows, table.range_text, table.pages, table.next_url, table.headings, table.chips)
    assert len(asked) == 2


def test_a_list_that_fits_on_its_page_is_not_counted(rows: Any, get: Any) -> None:
    with CaptureQueriesContext(connection) as asked:
        table = KEYS.bind(get("?q=word.1"), rows)
        assert table.range_text == "1–1 of 1"
    assert len(asked) == 1


def test_counting_stops_at_a_limit(rows: Any, get: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound, "COUNT_LIMIT", 6)
    table = KEYS.bind(get(), rows)
    assert table.range_text == "1–3 of more than 6"
    assert table.pages == []
    last = KEYS.bind(get("?page=9"), rows)
    assert last.page == 2
    assert last.is_last_reachable
    assert last.next_url == ""


def test_search_finds_rows_that_contain_every_word(rows: Any, get: Any) -> None:
    assert keys(KEYS.bind(get("?q=WORD 7"), rows)) == ["word.7"]
    assert keys(KEYS.bind(get("?q=word nothing"), rows)) == []


def test_sorting_goes_by_a_columns_name_and_turns_round(rows: Any, get: Any) -> None:
    table = KEYS.bind(get("?sort=-key"), rows)
    assert keys(table)[0] == "word.7"
    assert table.headings[0].order == "descending"
    assert table.headings[0].url == "/rows/?sort=key"


def test_an_unknown_sorting_is_said_and_left_out(rows: Any, get: Any) -> None:
    table = KEYS.bind(get("?sort=password"), rows)
    assert keys(table) == ["word.0", "word.1", "word.2"]
    assert "password" in table.problems[0]


def test_a_filter_narrows_and_shows_as_a_chip_that_can_be_taken_away(rows: Any, get: Any) -> None:
    table = KEYS.bind(get("?version=1&q=word"), rows)
    assert keys(table) == ["word.1", "word.3", "word.5"]
    ((chip, without),) = table.chips
    assert (chip.label, chip.text, without) == ("Version", "Changed", "/rows/?q=word")


@pytest.mark.parametrize(
    "query",
    ["version=9", "size_from=abc", "size_to=NaN", "made_from=2026-13-99", "made_to=tomorrow", "size_from=1e999"],
)
def test_a_filter_that_makes_no_sense_is_said_and_left_out(rows: Any, get: Any, query: str) -> None:
    table = KEYS.bind(get("?" + query), rows)
    assert len(table.problems) == 1
    assert len(table.rows) == 3


def test_ranges_include_both_ends(rows: Any, get: Any) -> None:
    today = datetime.now(UTC).date()
    assert KEYS.bind(get("?size_from=1&size_to=1"), rows).total == 4
    assert KEYS.bind(get(f"?made_from={today}&made_to={today}"), rows).total == 8
    assert KEYS.bind(get(f"?made_from={today + timedelta(days=2)}"), rows).total == 0


def test_a_toggle_narrows_when_it_is_on(rows: Any, get: Any) -> None:
    assert KEYS.bind(get("?flagged=1"), rows).total == 0
    assert KEYS.bind(get("?flagged="), rows).total == 8


def test_two_lists_on_a_page_keep_their_parameters_apart(rows: Any, get: Any) -> None:
    other = Table(columns=KEYS.columns, search=["key__icontains"], prefix="b_", id="other", default_sort="key")
    table = other.bind(get("?q=nothing&b_q=word.2&page=7"), rows)
    assert keys(table) == ["word.2"]
    assert table.search_cleared_url == "/rows/?q=nothing&page=7"


def test_the_csv_has_every_matching_row_and_only_open_columns(rows: Any, get: Any) -> None:
    answer = KEYS.response(get("?export=csv&version=1"), rows, "unused.html")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Key,Value,Version"
    assert len(lines) == 5
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("evil", ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_a_csv_cell_never_runs(evil: str) -> None:
    assert str(plain(evil)).startswith("'")


def test_csv_numbers_stay_numbers_and_markup_becomes_words() -> None:
    assert plain(-5) == -5
    assert plain(SafeString("<b>Müller &amp; Söhne</b>")) == "Müller & Söhne"
    assert plain(None) == ""


def test_htmx_gets_the_list_alone_and_the_way_back_gets_the_page(rows: Any, get: Any) -> None:
    from django_htmx.middleware import HtmxDetails

    wants = get(**{"HX-Request": "true", "HX-Target": "div#keys"})
    wants.htmx = HtmxDetails(wants)
    assert KEYS.bind(wants, rows).is_wanted_alone
    back = get(**{"HX-Request": "true", "HX-Target": "div#keys", "HX-History-Restore-Request": "true"})
    back.htmx = HtmxDetails(back)
    assert not KEYS.bind(back, rows).is_wanted_alone
    answer = KEYS.response(wants, rows, "missing.html")
    assert b'id="keys"' in answer.content
    assert "HX-Target" in answer["Vary"]


def test_a_bulk_action_gets_the_ticked_rows_or_all_that_match(rows: Any, rf: RequestFactory) -> None:
    one = rows.get(key="word.4")
    ticked = KEYS.selected(rf.post("/", {"ids": [str(one.pk)]}), rows)
    assert [row.key for row in ticked] == ["word.4"]
    everything = KEYS.selected(rf.post("/", {"all": "1", "query": "version=0", "ids": []}), rows)
    assert everything.count() == 4
    with pytest.raises(Invalid):
        KEYS.selected(rf.post("/", {"ids": ["not-an-id"]}), rows)


def test_rows_outside_what_one_may_act_on_cannot_be_ticked(rows: Any, rf: RequestFactory) -> None:
    one = rows.get(key="word.4")
    assert not KEYS.selected(rf.post("/", {"ids": [str(one.pk)]}), rows.exclude(pk=one.pk)).exists()


@isolate_apps("openprm.kernel")
def test_a_date_range_over_plain_dates_compares_dates() -> None:
    class Meeting(models.Model):
        day = models.DateField()

        class Meta:
            app_label = "kernel"

    from django.http import QueryDict

    narrowed = DateRange("day", "Day").narrow(Meeting._default_manager.all(), QueryDict("day_to=2026-01-31"), {})
    assert "2026-01-31" in str(narrowed.query)


def test_a_filter_can_narrow_by_who_looks_at_the_list(rows: Any, get: Any) -> None:
    def named(found: Any, actor: Actor) -> Any:
        return found.filter(key=actor.name)

    mine = Table(
        columns=[Column("key", "Key", sort="key")],
        filters=[
            Toggle("mine", "Mine", apply_for=named),
            Filter("whose", "Whose", [("mine", "Mine")], apply_for=lambda found, _values, actor: named(found, actor)),
        ],
        default_sort="key",
    )
    for query in ("?mine=1", "?whose=mine"):
        request = get(query)
        assert keys(mine.bind(request, rows)) == []  # nobody is signed in
        for name in ("word.3", "word.5"):
            request.actor = Actor(kind="person", id=ANONYMOUS.id, name=name, side="vendor")
            assert keys(mine.bind(request, rows)) == [name]
    request = get()
    request.method, request.POST = "POST", {"all": "1", "query": "mine=1"}
    request.actor = Actor(kind="person", id=ANONYMOUS.id, name="word.3", side="vendor")
    assert [row.key for row in mine.selected(request, rows)] == ["word.3"]
