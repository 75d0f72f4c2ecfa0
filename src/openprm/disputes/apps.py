"""The feature as Django knows it."""

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    """Disputes about verdicts and decisions."""

    name = "openprm.disputes"
    label = "disputes"
