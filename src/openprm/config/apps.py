"""Hooks that run with every migration: database roles before, privileges after."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, pre_migrate


class Config(AppConfig):
    """The configuration as a Django application; it has no models."""

    name = "openprm.config"
    label = "config"

    def ready(self) -> None:
        """Listen to one application's signals, so that each hook runs once per migration."""
        from openprm.config import roles

        once = apps.get_app_config("contenttypes")
        pre_migrate.connect(roles.prepare_database, sender=once, dispatch_uid="openprm.roles")
        post_migrate.connect(roles.grant_after_migrating, sender=once, dispatch_uid="openprm.grants")
