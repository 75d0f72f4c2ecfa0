"""The feature as Django knows it."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Partner companies."""

    name = "openprm.partners"
    label = "partners"
    default_auto_field = "django.db.models.BigAutoField"
