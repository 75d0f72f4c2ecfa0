"""The addresses of rules of engagement."""

from django.urls import path

from openprm.engagement import views

console = [
    path("rules-of-engagement/", views.show, name="engagement"),
    path("rules-of-engagement/publish/", views.publish, name="engagement_publish"),
    path("rules-of-engagement/discard/", views.discard, name="engagement_discard"),
    path("rules-of-engagement/new/<slug:kind>/", views.create, name="engagement_rule_new"),
    path("rules-of-engagement/rules/<slug:key>/", views.edit, name="engagement_rule"),
    path("rules-of-engagement/rules/<slug:key>/act/", views.act, name="engagement_rule_act"),
    path("rules-of-engagement/versions/", views.history, name="engagement_versions"),
    path("rules-of-engagement/versions/<uuid:pk>/", views.version, name="engagement_version"),
    path("rules-of-engagement/versions/<uuid:pk>/restore/", views.restore, name="engagement_restore"),
    path("accounts/<uuid:pk>/hold/", views.hold, name="account_hold"),
]
