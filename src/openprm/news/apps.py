"""The feature as Django knows it."""

from django.apps import AppConfig


class NewsConfig(AppConfig):
    """The vendor's posts to partners."""

    name = "openprm.news"
    label = "news"
