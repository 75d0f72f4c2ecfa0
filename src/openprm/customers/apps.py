"""Accounts and opportunities as a Django application."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Who is already being sold to."""

    name = "openprm.customers"
    label = "customers"
