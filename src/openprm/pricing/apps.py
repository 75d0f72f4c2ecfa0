"""The feature as Django knows it."""

from django.apps import AppConfig


class PricingConfig(AppConfig):
    """Price books and margins."""

    name = "openprm.pricing"
    label = "pricing"
