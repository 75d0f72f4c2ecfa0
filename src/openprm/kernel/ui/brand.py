"""The vendor's colour, made readable: variants that keep their contrast on light and dark pages."""

import re

Rgb = tuple[float, float, float]

LIGHT_SURFACE: Rgb = (0.953, 0.961, 0.973)  # the darkest background of light pages that text stands on
DARK_SURFACE: Rgb = (0.149, 0.173, 0.212)  # the lightest background of dark pages
WHITE: Rgb = (1.0, 1.0, 1.0)
INK: Rgb = (0.067, 0.078, 0.102)
READABLE = 4.5
VISIBLE = 3.0
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
        text_light=_hex(_until(base, INK, against=LIGHT_SURFACE, least=READABLE + 0.1)),
        text_dark=_hex(_until(base, WHITE, against=DARK_SURFACE, least=READABLE + 0.1)),
    )


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours as WCAG defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _fill(base: Rgb, surface: Rgb) -> tuple[Rgb, Rgb]:
    """Return a fill that stands out from the surface, and the colour of the words on it."""
    away = INK if _luminance(surface) > 0.5 else WHITE
    fill = _until(base, away, against=surface, least=VISIBLE)
    if contrast(fill, WHITE) >= VISIBLE:
        deeper = _until(fill, INK, against=WHITE, least=READABLE + 0.1)
        if contrast(deeper, surface) >= VISIBLE:
            return deeper, WHITE
    return _until(fill, WHITE, against=INK, least=READABLE + 0.1), INK


def _until(colour: Rgb, towards: Rgb, *, against: Rgb, least: float) -> Rgb:
    """Mix ``colour`` towards another until it contrasts enough."""
    for step in range(101):
        mixed = _mix(colour, towards, step / 100)
        if contrast(_parse(_hex(mixed)), against) >= least:
            return mixed
    return towards


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    r, g, b = (a + (z - a) * share for a, z in zip(one, other, strict=True))
    return (r, g, b)


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
