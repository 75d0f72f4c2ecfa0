"""The Django app of deal registration."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    """Deal registration."""

    name = "openprm.deals"
    label = "deals"
