"""Where vendor conduct is."""

from typing import Any

from django.urls import path

from openprm.conduct import policies, views
from openprm.kernel.web import Side, page


def _pages(side: Side) -> list[Any]:
    guard = page(policies.VIEW, side=side)
    return [
        path("conduct/", guard(views.show), name="conduct"),
        path("conduct/<slug:figure>/", guard(views.rows), name="conduct_rows"),
    ]


portal, console = _pages("portal"), _pages("console")
