"""Environment variables: what is understood, and what is said about the rest."""

import stat
from pathlib import Path

import pytest

from openprm.config import environment
from openprm.config.environment import Environment, WrongSetting


def loaded(folder: Path, **variables: str) -> Environment:
    """Return the environment of a machine with these variables and its own data folder."""
    return environment.load({"OPENPRM_DATA": str(folder), **variables})


def test_nothing_set_means_embedded_database_kept_mail_and_files_in_the_data_folder(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    assert (found.database, found.mail, found.object_store, found.single_sign_on) == (None, None, None, None)
    assert not found.debug
    assert not found.demo


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first, second = loaded(tmp_path / "new folder"), loaded(tmp_path / "new folder")
    assert first.secret_key == second.secret_key
    assert stat.S_IMODE((tmp_path / "new folder" / "secret-key").stat().st_mode) == 0o600


def test_a_database_address_may_hold_escaped_characters_and_options(tmp_path: Path) -> None:
    found = loaded(tmp_path, DATABASE_URL="postgresql://an%40na:p%2Fw@db:5433/prm?sslmode=require").database
    assert found is not None
    assert (found.user, found.password, found.host, found.port, found.name) == ("an@na", "p/w", "db", "5433", "prm")
    assert found.options == {"sslmode": "require"}


def test_the_owner_of_the_tables_may_sign_in_at_another_address(tmp_path: Path) -> None:
    found = loaded(tmp_path, DATABASE_URL="postgresql://app@db/prm", DATABASE_OWNER_URL="postgresql://owner@db/prm")
    assert found.owner_database is not None
    assert found.owner_database.user == "owner"


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    assert loaded(tmp_path, DATABASE_URL="", OPENPRM_DEBUG=" ").database is None


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("OPENPRM_DEBUG", "maybe", "write 1 (on) or 0 (off)"),
        ("DATABASE_URL", "mysql://host/name", "postgresql://user:password@host:5432/database"),
        ("DATABASE_URL", "postgresql://host:port/name", "postgresql://user:password@host:5432/database"),
        ("DATABASE_URL", "postgresql://host", "postgresql://user:password@host:5432/database"),
        ("OPENPRM_URL", "partners.example.com", "https://partners.example.com"),
        ("OPENPRM_SECRET_KEY", "short", "at least 40"),
        ("OPENPRM_EMAIL_URL", "mail.example.com", "smtp://user:password@mail.example.com:587"),
        ("OPENPRM_PROXIES", "-1", "whole number from 0 to 10"),
        ("OPENPRM_THREADS", "many", "whole number from 1 to 200"),
        ("OPENPRM_OLD_SECRET_KEYS", "short,shorter", "at least 40"),
        ("OPENPRM_LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("OPENPRM_S3_ENDPOINT", "s3.example.com", "write for example"),
        ("OPENPRM_OIDC_ISSUER", "login", "https://login.example.com"),
    ],
)
def test_a_wrong_value_is_told_in_one_line_that_names_the_variable(
    tmp_path: Path, name: str, value: str, advice: str
) -> None:
    with pytest.raises(WrongSetting) as caught:
        loaded(tmp_path, OPENPRM_S3_BUCKET="files", **{name: value})
    message = str(caught.value)
    assert message.startswith(name)
    assert advice in message
    assert "\n" not in message


def test_half_of_a_single_sign_on_is_an_error_that_names_the_missing_half(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="OPENPRM_OIDC_CLIENT_ID is not set, but OPENPRM_OIDC_ISSUER is"):
        loaded(tmp_path, OPENPRM_OIDC_ISSUER="https://login.example.com")


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongSetting, match="OPENPRM_DATA"):
        loaded(tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("value", "port", "ssl", "starttls"),
    [
        ("smtp://mail", 587, False, True),
        ("smtps://mail", 465, True, False),
        ("smtp+plain://mail:2525", 2525, False, False),
    ],
)
def test_mail_is_encrypted_unless_plainly_asked_otherwise(
    tmp_path: Path, value: str, port: int, ssl: bool, starttls: bool
) -> None:
    mail = loaded(tmp_path, OPENPRM_EMAIL_URL=value).mail
    assert mail is not None
    assert (mail.port, mail.ssl, mail.starttls) == (port, ssl, starttls)
