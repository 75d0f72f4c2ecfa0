"""Registration numbers of companies: written one way, so that two spellings of one number are equal. Pure; no database.

A number is kept as ``scheme:value``. Schemes are LEI, VAT, DUNS, CIK, and those of national registers, which begin with
their country: ``DE-HRB``, ``GB-COH``, ``FR-SIREN``.
"""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from openprm.kernel.ui import countries

_NATIONAL = re.compile(r"^([A-Z]{2})(-[A-Z0-9]{1,12})?$")
_SPACES = re.compile(r"[\s.\-/]+")


class Wrong(ValueError):
    """A value that cannot be used; the text says how to mend it."""


def read(text: str) -> str:
    """Return a number as it is kept; raise Wrong where it cannot be one."""
    scheme, colon, value = text.strip().partition(":")
    scheme, value = scheme.strip().upper(), _SPACES.sub("", value).upper()
    if not colon or not value:
        raise Wrong(
            _("“%(value)s” does not say which number it is; write it as VAT:DE136695976.") % {"value": text[:40]}
        )
    reader = _SCHEMES.get(scheme) or _national(scheme)
    kept = reader(value)
    if kept is None:
        raise Wrong(_("“%(value)s” is no %(scheme)s number.") % {"value": value[:40], "scheme": scheme})
    return f"{scheme}:{kept}"


def split(kept: str) -> tuple[str, str]:
    """Return scheme and value of a number that is kept."""
    scheme, _colon, value = kept.partition(":")
    return scheme, value


def _lei(value: str) -> str | None:
    """Twenty letters and digits, of which the last two make the whole 1 modulo 97 (ISO 17442, ISO 7064)."""
    if not re.fullmatch(r"[A-Z0-9]{18}\d{2}", value):
        return None
    return value if int("".join(str(int(sign, 36)) for sign in value)) % 97 == 1 else None


def _vat(value: str) -> str | None:
    """The country's two letters (Greece's are EL) and two to thirteen letters or digits."""
    known = value[:2] in countries.NAMES or value[:2] in ("EL", "XI")
    return value if known and re.fullmatch(r"[A-Z]{2}[A-Z0-9+*]{2,13}", value) else None


def _duns(value: str) -> str | None:
    return value if re.fullmatch(r"\d{9}", value) else None


def _cik(value: str) -> str | None:
    return value.zfill(10) if re.fullmatch(r"\d{1,10}", value) else None


def _national(scheme: str) -> Callable[[str], str | None]:
    found = _NATIONAL.match(scheme)
    if not found or found[1] not in countries.NAMES:
        raise Wrong(
            _("“%(scheme)s” is no register; use LEI, VAT, DUNS, CIK, or one such as DE-HRB.") % {"scheme": scheme[:20]}
        )
    return lambda value: value if re.fullmatch(r"[^\W_]{2,30}", value) else None


_SCHEMES: dict[str, Callable[[str], str | None]] = {"LEI": _lei, "VAT": _vat, "DUNS": _duns, "CIK": _cik}
