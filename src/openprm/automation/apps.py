"""The feature as Django knows it."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Automations and e-mail templates."""

    name = "openprm.automation"
    label = "automation"
