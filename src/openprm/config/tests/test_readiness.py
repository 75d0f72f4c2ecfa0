"""What ``openprm check`` says about a configuration."""

from dataclasses import replace
from pathlib import Path

import pytest

from openprm.config import environment, readiness
from openprm.config.environment import Environment

GOOD = {
    "OPENPRM_URL": "https://partners.example.com",
    "OPENPRM_SECRET_KEY": "k" * 50,
    "OPENPRM_EMAIL_URL": "smtp://mail.example.com",
    "OPENPRM_PROXIES": "1",
    "DATABASE_URL": "postgresql://openprm_app@db/prm",
}


@pytest.fixture
def good(tmp_path: Path) -> Environment:
    """A configuration without fault."""
    return environment.load({"OPENPRM_DATA": str(tmp_path), **GOOD})


def test_nothing_is_said_about_a_good_configuration(good: Environment) -> None:
    assert list(readiness.of_settings(good)) == []


@pytest.mark.parametrize(
    ("changes", "problem", "remedy"),
    [
        ({"debug": True}, "Debugging is on", "Unset OPENPRM_DEBUG"),
        ({"demo": True}, "Demo mode is on", "Unset OPENPRM_DEMO"),
        ({"secret_key_given": False}, "secret key was made up", "Set OPENPRM_SECRET_KEY"),
        ({"url": "http://partners.example.com"}, "passwords and cookies travel readable", "OPENPRM_URL=https://"),
        ({"proxies": 0}, "every visitor seems to come from the proxy", "Set OPENPRM_PROXIES"),
        ({"mail": None}, "No mail server", "Set OPENPRM_EMAIL_URL"),
        ({"webhook_allow_private": True}, "inside your network", "Unset OPENPRM_WEBHOOK_ALLOW_PRIVATE"),
        ({"database": None}, "database is the embedded one", "Set DATABASE_URL"),
    ],
)
def test_each_fault_is_told_with_what_to_do(
    good: Environment, changes: dict[str, object], problem: str, remedy: str
) -> None:
    findings = list(readiness.of_settings(replace(good, **changes)))  # type: ignore[arg-type]
    assert [problem in finding.problem for finding in findings] == [True]
    assert remedy in findings[0].remedy


@pytest.mark.django_db
def test_the_applications_own_login_and_a_migrated_database_are_fine() -> None:
    assert list(readiness._of_database()) == []
