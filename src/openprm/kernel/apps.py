"""Where the kernel learns what the features declare."""

from importlib import import_module

from django.apps import AppConfig

CHAPTERS_WITH_JOBS = ("api", "console", "ledger", "mail", "notifications", "webhooks")


class KernelConfig(AppConfig):
    """The kernel."""

    name = "openprm.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Read every feature's declarations."""
        from openprm.kernel import declarations, facts, offers  # noqa: F401 - facts declares events
        from openprm.kernel.webhooks import receivers  # noqa: F401 - it hears every event

        for chapter in CHAPTERS_WITH_JOBS:
            import_module(f"{self.name}.{chapter}.jobs")
        declarations.register(offers.feature)
        declarations.discover()
