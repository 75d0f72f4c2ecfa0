"""The feature as Django knows it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProgramConfig(AppConfig):
    """Programmes, tiers and partners' standing."""

    name = "openprm.program"
    label = "program"

    def ready(self) -> None:
        """Have a starting programme after each migration, where there is none."""
        from openprm.program import jobs, starting  # noqa: F401 - the worker finds its jobs

        post_migrate.connect(starting.after_migrate, sender=self, dispatch_uid="openprm.program.starting")
