"""The feature as Django knows it."""

from django.apps import AppConfig


class ConductConfig(AppConfig):
    """Vendor conduct."""

    name = "openprm.conduct"
    label = "conduct"
