"""The scope of these tests: the system, unless a test enters another."""

from collections.abc import Iterator

import pytest

from openprm.kernel import access


@pytest.fixture(autouse=True)
def _as_system(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests that touch the database see everything, unless they choose whom to be."""
    if "db" not in request.fixturenames and request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("db")
    with access.as_system():
        yield
