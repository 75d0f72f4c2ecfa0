"""The feature as Django knows it."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """Onboarding journeys."""

    name = "openprm.journeys"
    label = "journeys"
