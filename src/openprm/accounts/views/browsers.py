"""A browser's name in words, from how it introduces itself."""

from django.utils.translation import gettext as _

# The first that fits: browsers also name those they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(introduction: str) -> str:
    """Return ``Firefox on Linux``; what nobody knows is shown as it is, shortened."""
    browser = next((name for mark, name in BROWSERS if mark in introduction), "")
    system = next((name for mark, name in SYSTEMS if mark in introduction), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return introduction[:70] or _("Unknown")
