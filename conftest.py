"""The test database: made by its owner, used by the application, so that a forgotten scope fails in tests too.

No test asserts how long something takes, so hypothesis sets no deadline for an example either.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings

if TYPE_CHECKING:
    from tests.world import World

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: pytest.FixtureDef) -> Iterator[None]:  # type: ignore[type-arg]
    """Create the database as its owner, hand it to the application, and drop it as its owner."""
    from openprm.config import roles

    for name in ("django_test_environment", "django_db_modify_db_settings"):
        request.getfixturevalue(name)
    keep = request.config.getvalue("reuse_db") and not request.config.getvalue("create_db")
    with django_db_blocker.unblock():
        roles.become(connection, owner=True)
        previous = connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=keep, serialize=False)
        roles.become(connection, owner=False)
    yield
    with django_db_blocker.unblock():
        roles.become(connection, owner=True)
        if not keep:
            with connection._nodb_cursor() as cursor:  # left by threads of the tests
                cursor.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
                    [connection.settings_dict["NAME"]],
                )
        connection.creation.destroy_test_db(previous, verbosity=0, keepdb=keep)


@pytest.fixture(autouse=True, scope="session")
def _flush_as_owner() -> Iterator[None]:
    """Let transactional tests be cleaned up after by the owner: the application may not truncate, nor change events."""
    flush = TransactionTestCase._fixture_teardown

    def flush_as_owner(case: TransactionTestCase) -> None:
        from openprm.config import roles

        roles.become(connection, owner=True)
        try:
            flush(case)
            with connection.cursor() as cursor:  # these tables are not Django's
                cursor.execute("truncate procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers")
        finally:
            roles.become(connection, owner=False)

    TransactionTestCase._fixture_teardown = flush_as_owner  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = flush  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium for browser tests; they fail with one line of advice where there is none."""
    from setup import browser

    return browser.find() or pytest.fail(browser.ADVICE, pytrace=False)


@pytest.fixture
def world(db: None) -> "World":
    """The small world of the tests; see ``tests/world.py``."""
    from tests.world import World

    return World()
