"""The feature as Django knows it."""

from django.apps import AppConfig


class ExtensionsConfig(AppConfig):
    """Extensions and activities."""

    name = "openprm.extensions"
    label = "extensions"
