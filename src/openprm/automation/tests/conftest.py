"""Tests of automations use the database, but for those of pure decisions."""

import pytest


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> None:
    """Give every test that asks for the world a database."""
    if "world" in request.fixturenames:
        request.getfixturevalue("db")
