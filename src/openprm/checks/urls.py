"""Where the pages of checks are."""

from django.urls import path

from openprm.checks import views

console = [path("checks/", views.days, name="checks")]
