"""Every address of OpenPRM. Each feature brings its own pages; this is the one place that lists the features."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule
from django.views.generic import RedirectView

from openprm.config.api import api

Patterns = list[URLPattern | URLResolver]


def _pages(side: str) -> Patterns:
    """Return what the features' urls.py list under ``side`` (``portal``, ``console`` or ``root``)."""
    collected: Patterns = []
    for feature in settings.FEATURES:
        if module_has_submodule(import_module(f"openprm.{feature}"), "urls"):
            module: Any = import_module(f"openprm.{feature}.urls")
            collected += getattr(module, side, [])
    return collected


urlpatterns: Patterns = [
    path("", RedirectView.as_view(pattern_name="home"), name="start"),
    path("portal/", include((_pages("portal"), "portal"))),
    path("console/", include((_pages("console"), "console"))),
    path("api/v1/", api.urls),
    *_pages("root"),
]

handler400 = "openprm.kernel.web.answer_bad_request"
handler403 = "openprm.kernel.web.answer_forbidden"
handler404 = "openprm.kernel.web.answer_missing"
handler500 = "openprm.kernel.web.answer_error"
