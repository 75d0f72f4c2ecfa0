"""Whatever colour a vendor chooses, words on it and in it stay readable."""

import re

import pytest

from openprm.kernel.ui import brand

COLOURS = [
    "#1f5fbf",
    "#ffd400",
    "#0a1a3f",
    "#e4002b",
    "#808080",
    "#00b140",
    "#ffffff",
    "#000000",
    "#ff6600",
    "#f0f",
    "#7fffd4",
]


def _pairs(css: str, name: str) -> tuple[str, str]:
    found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", css)
    assert found
    return found.group(1), found.group(2)


@pytest.mark.parametrize("colour", COLOURS)
def test_words_on_the_brand_colour_are_readable_in_light_and_dark(colour: str) -> None:
    css = brand.brand_css(colour)
    for fill, words in zip(_pairs(css, "brand"), _pairs(css, "on-brand"), strict=True):
        assert brand.contrast(brand._parse(fill), brand._parse(words)) >= 4.5


@pytest.mark.parametrize("colour", COLOURS)
def test_words_in_the_brand_colour_are_readable_on_every_surface(colour: str) -> None:
    light, dark = _pairs(brand.brand_css(colour), "brand-text")
    assert brand.contrast(brand._parse(light), brand.LIGHT_SURFACE) >= 4.5
    assert brand.contrast(brand._parse(dark), brand.DARK_SURFACE) >= 4.5


@pytest.mark.parametrize("nonsense", ["", "blue", "#12", "red; } body { display: none", None])
def test_nonsense_gives_the_usual_colour_and_nothing_else(nonsense: str) -> None:
    assert brand.brand_css(nonsense) == brand.brand_css(brand.DEFAULT)
