"""Every template keeps the house rules: no inline style or script, and only icons that the sprite has."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import path

from openprm.kernel.ui import views

SOURCE = Path(__file__).resolve().parents[2]
ICONS = {line.strip() for line in (SOURCE / "kernel" / "icons.txt").read_text().splitlines() if line.strip()}
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
NOT_PAGES = ("mail", "email")  # mail has no content security policy, and its readers know no style sheets

urlpatterns = [path("styleguide/", views.styleguide), path("styleguide/members/", views.members)]

INLINE = {
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^>]*\s(on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*(src=|application/json))[^>]*>", re.IGNORECASE),
    "script in a value": re.compile(r"""=\s*["']\s*(js|javascript):""", re.IGNORECASE),
}


def _is_page(template: Path) -> bool:
    return not any(word in part for part in template.parts[len(SOURCE.parts) :] for word in NOT_PAGES)


@pytest.mark.parametrize("what", INLINE)
def test_no_page_holds_what_the_content_security_policy_refuses(what: str) -> None:
    found = [str(t.relative_to(SOURCE)) for t in TEMPLATES if _is_page(t) and INLINE[what].search(t.read_text())]
    assert not found, f"{what} in {found}"


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    named = re.compile(r"""(?:\{%\s*icon\s+|\bicon=)["']([a-z0-9-]+)["']""")
    missing = {(name, t.name) for t in TEMPLATES for name in named.findall(t.read_text()) if name not in ICONS}
    assert not missing


def test_every_icon_named_in_the_code_is_in_the_sprite() -> None:
    named = re.compile(r"""\bicon=["']([a-z0-9-]+)["']|\b(?:Empty)\(\s*["']([a-z0-9-]+)["']""")
    files = [file for file in SOURCE.glob("*/**/*.py") if "tests" not in file.parts]
    found = {(a or b, file.name) for file in files for a, b in named.findall(file.read_text())}
    assert not {(name, file) for name, file in found if name not in ICONS}


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("layout", views.LAYOUTS)
def test_the_style_guide_shows_every_component(client: Client, settings: LazySettings, layout: str) -> None:
    settings.DEBUG = True
    page = client.get("/styleguide/", {"layout": layout}).content.decode()
    for part in ("data-audience", "data-chart", "countdown", "timeline-list", "board-column", "empty-state", "ticks"):
        assert part in page
    for what, pattern in INLINE.items():
        assert not pattern.search(page), what


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_the_style_guide_is_not_there_where_people_work(client: Client, settings: LazySettings) -> None:
    settings.DEBUG = settings.DEMO = False
    assert client.get("/styleguide/").status_code == 404
