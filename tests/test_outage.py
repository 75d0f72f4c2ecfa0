"""While the database is away, everybody is told to come back shortly; when it is back, so is everything."""

from collections.abc import Iterator

import pytest

from drills.instance import Instance, instance

TRACES = ("Traceback", "psycopg", "OperationalError", "/src/openprm")
PAGES = ("/sign-in/", "/", "/portal/deals/", "/live/", "/no/such/page/")
OPERATIONS = (("GET", "/api/v1/me"), ("GET", "/api/v1/deals"), ("POST", "/api/v1/deals"))


@pytest.fixture(scope="module")
def installed() -> Iterator[Instance]:
    """A web server of its own, whose database can be stopped."""
    with instance(durable=False) as lent:
        lent.start_web()
        yield lent


@pytest.fixture
def away(installed: Instance) -> Iterator[Instance]:
    """The same, while its database refuses connections."""
    assert installed.ask("/sign-in/")[0] == 200
    installed.stop_database()
    try:
        yield installed
    finally:
        installed.start_database()


@pytest.mark.parametrize("path", PAGES)
def test_pages_say_to_come_back_shortly(away: Instance, path: str) -> None:
    status, headers, text = away.ask(path)
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert not any(trace in text for trace in TRACES)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_programs_are_told_to_try_again(away: Instance, method: str, path: str) -> None:
    status, headers, text = away.ask(path, method=method)
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert headers["Content-Type"].startswith("application/problem+json")
    assert not any(trace in text for trace in TRACES)


def test_everything_is_back_as_soon_as_the_database_is(installed: Instance) -> None:
    assert installed.ask("/api/v1/me")[0] == 401
    installed.stop_database()
    assert installed.ask("/api/v1/me")[0] == 503
    installed.start_database()
    assert [installed.ask("/sign-in/")[0] for _each_thread in range(16)] == [200] * 16
    assert installed.ask("/api/v1/me")[0] == 401


def test_a_server_started_while_the_database_is_away_answers_once_it_is_there(away: Instance) -> None:
    away.kill("web")
    away.start_web()
    assert away.ask("/sign-in/")[0] == 503
    away.start_database()
    assert away.ask("/sign-in/")[0] == 200
