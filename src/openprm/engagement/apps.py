"""The feature as Django knows it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EngagementConfig(AppConfig):
    """Rules of engagement."""

    name = "openprm.engagement"
    label = "engagement"

    def ready(self) -> None:
        """Have a first version after each migration: the rules that OpenPRM ships."""
        from openprm.engagement import versions

        post_migrate.connect(versions.after_migrate, sender=self, dispatch_uid="openprm.engagement.first")
