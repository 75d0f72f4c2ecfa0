"""The console's addresses of the programme as code; partners have none."""

from django.urls import path

from openprm.blueprint import views

console = [
    path("programme-as-code/", views.show, name="blueprint"),
    path("programme-as-code/download/", views.download, name="blueprint_download"),
    path("programme-as-code/upload/", views.upload, name="blueprint_upload"),
    path("programme-as-code/plans/<uuid:pk>/", views.plan, name="blueprint_plan"),
    path("programme-as-code/plans/<uuid:pk>/apply/", views.apply, name="blueprint_apply"),
    path("programme-as-code/starters/<slug:starter>/", views.starter, name="blueprint_starter"),
    path("programme-as-code/starters/<slug:starter>/start/", views.start, name="blueprint_start"),
]
