"""Django's database settings for the two ways in: as the application, and as the owner of the tables."""

from pathlib import Path
from typing import Any

from openprm.config.environment import Database, Environment

OWNER, APP = "openprm", "openprm_app"


def database(environment: Environment, *, owner: bool) -> dict[str, Any]:
    """Return the settings of the default database."""
    given = environment.owner_database if owner else environment.database
    if given is None:
        return embedded(environment.data / "postgres", owner=owner)
    return _server(given, owner=owner)


def embedded(folder: Path, *, owner: bool, durable: bool = True) -> dict[str, Any]:
    """Return the settings of the embedded server whose cluster lies in (or is recorded in) ``folder``."""
    return {
        **_shared(),
        "ENGINE": "openprm.config.embedded_backend",
        "NAME": "openprm",
        "USER": OWNER if owner else APP,
        "EMBEDDED": {"folder": folder, "durable": durable},
        "OPTIONS": {},
    }


def _server(given: Database, *, owner: bool) -> dict[str, Any]:
    options: dict[str, Any] = dict(given.options)
    if not owner:
        # The role at the start of the connection is the one that RESET ROLE returns to.
        options["options"] = f"{options.get('options', '')} -c role={APP}".strip()
    return {
        **_shared(),
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.name,
        "USER": given.user,
        "PASSWORD": given.password,
        "HOST": given.host,
        "PORT": given.port,
        "OPTIONS": options,
    }


def _shared() -> dict[str, Any]:
    # Requests run in a fixed pool of threads, each of which keeps its connection.
    return {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
