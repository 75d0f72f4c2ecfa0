"""The feature as Django knows it."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    """Signed receipts of deals."""

    name = "openprm.receipts"
    label = "receipts"
