"""The feature as Django knows it."""

from django.apps import AppConfig


class BlueprintConfig(AppConfig):
    """The programme as code."""

    name = "openprm.blueprint"
    label = "blueprint"
