"""The Django app of the demo programme."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo programme."""

    name = "openprm.demo"
    label = "demo"

    def ready(self) -> None:
        """Introduce the people whom a visitor can be."""
        from openprm.accounts import personas
        from openprm.demo.personas import PERSONAS

        personas.introduce(PERSONAS)
