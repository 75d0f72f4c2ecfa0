"""The feature as Django knows it."""

from django.apps import AppConfig


class ProgramConfig(AppConfig):
    """Programmes, tiers and partners' standing."""

    name = "openprm.program"
    label = "program"
