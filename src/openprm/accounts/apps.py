"""The accounts application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People, roles and tokens."""

    name = "openprm.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Bring the built-in roles up to date after each migration; hear what the sign-in library tells."""
        from openprm.accounts import built_in, signals

        post_migrate.connect(built_in.after_migrate, sender=self, dispatch_uid="openprm.accounts.roles")
        signals.connect()
