"""Where the kernel learns what the features declare."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The kernel."""

    name = "openprm.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Read every feature's declarations."""
        from openprm.kernel import declarations, facts, offers  # noqa: F401 - facts declares events

        declarations.register(offers.feature)
        declarations.discover()
