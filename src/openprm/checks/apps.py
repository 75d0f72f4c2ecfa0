"""The feature as Django knows it."""

from django.apps import AppConfig


class ChecksConfig(AppConfig):
    """Checks of companies, counted."""

    name = "openprm.checks"
    label = "checks"
