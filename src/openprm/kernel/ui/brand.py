"""The vendor's colour, made readable: variants that keep their contrast on light and dark pages."""

import colorsys
import re

Rgb = tuple[float, float, float]

LIGHT_SURFACE: Rgb = (0.953, 0.961, 0.973)  # the darkest background of light pages that text stands on
DARK_SURFACE: Rgb = (0.149, 0.173, 0.212)  # the lightest background of dark pages
WHITE: Rgb = (1.0, 1.0, 1.0)
INK: Rgb = (0.067, 0.078, 0.102)
READABLE = 4.6  # WCAG asks for 4.5; the rest is for rounding
READABLE_ON_TINT = 5.2  # words in the brand's colour also stand on a tint of it
VISIBLE = 1.35  # enough for a filled button: its words carry it
BRIGHT = 3.0  # from here a little darkening makes white words readable; below it dark words look better
DEFAULT = "#1f5fbf"

STYLE = """:root {{
  --brand: light-dark({fill_light}, {fill_dark});
  --on-brand: light-dark({on_light}, {on_dark});
  --brand-text: light-dark({text_light}, {text_dark});
}}
"""


def brand_css(colour: str) -> str:
    """Return the small style sheet of a brand colour (``#rgb`` or ``#rrggbb``; anything else gives the default)."""
    base = _parse(colour)
    fill_light, on_light = _fill(base, LIGHT_SURFACE)
    fill_dark, on_dark = _fill(base, DARK_SURFACE)
    return STYLE.format(
        fill_light=_hex(fill_light),
        fill_dark=_hex(fill_dark),
        on_light=_hex(on_light),
        on_dark=_hex(on_dark),
        text_light=_hex(_shaded(base, lighter=False, against=LIGHT_SURFACE, least=READABLE_ON_TINT)),
        text_dark=_hex(_shaded(base, lighter=True, against=DARK_SURFACE, least=READABLE_ON_TINT)),
    )


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours as WCAG defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _fill(base: Rgb, surface: Rgb) -> tuple[Rgb, Rgb]:
    """Return a fill that stands out from the surface, and the colour of the words on it."""
    fill = _shaded(base, lighter=_luminance(surface) < 0.5, against=surface, least=VISIBLE)
    if contrast(fill, WHITE) >= BRIGHT:
        return _shaded(fill, lighter=False, against=WHITE, least=READABLE), WHITE
    return _shaded(fill, lighter=True, against=INK, least=READABLE), INK


def _shaded(colour: Rgb, *, lighter: bool, against: Rgb, least: float) -> Rgb:
    """Move a colour's lightness until it contrasts enough; hue and strength stay."""
    hue, lightness, strength = colorsys.rgb_to_hls(*colour)
    end = 1.0 if lighter else 0.0
    for step in range(101):
        moved = colorsys.hls_to_rgb(hue, lightness + (end - lightness) * step / 100, strength)
        if contrast(_parse(_hex(moved)), against) >= least:
            return moved
    return WHITE if lighter else INK


def _luminance(colour: Rgb) -> float:
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _parse(colour: str) -> Rgb:
    digits = (colour or "").strip().removeprefix("#")
    if re.fullmatch(r"[0-9a-fA-F]{3}", digits):
        digits = "".join(digit * 2 for digit in digits)
    if not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        digits = DEFAULT.removeprefix("#")
    r, g, b = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return (r, g, b)


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
