"""The feature as Django knows it."""

from django.apps import AppConfig


class RecruitingConfig(AppConfig):
    """Applications and the partner directory."""

    name = "openprm.recruiting"
    label = "recruiting"
