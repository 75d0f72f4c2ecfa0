"""The engine itself: Django's own, told at the last moment where the server listens."""

from typing import Any

from django.db.backends.postgresql import base

from openprm.config import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL connection to the embedded server."""

    def get_connection_params(self) -> dict[str, Any]:
        """Start or join the server, and say how to reach it."""
        cluster = self.settings_dict["EMBEDDED"]
        place = embedded.ensure(cluster["folder"], durable=cluster["durable"])
        self.settings_dict.update(HOST=place.host, PORT=place.port)
        return dict(super().get_connection_params())
