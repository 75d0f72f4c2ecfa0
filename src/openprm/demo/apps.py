"""The Django app of the demo programme."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo programme."""

    name = "openprm.demo"
    label = "demo"
