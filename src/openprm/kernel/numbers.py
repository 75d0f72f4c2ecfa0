"""Numbers as people of many countries type them. Pure."""

import re
from decimal import Decimal, InvalidOperation

_SPACE = re.compile(r"[\s'’]")
_TYPED = re.compile(r"^[+-]?[\d.,]+$")
_GROUPED = re.compile(r"^[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+$")


def read(text: str) -> Decimal:
    """Return the number that a text is: ``1.200`` and ``1,200`` are twelve hundred, ``2,5`` is two and a half.

    ValueError, if it is none.
    """
    bare = _SPACE.sub("", text)
    if not _TYPED.match(bare):
        raise ValueError(text)
    mark = "" if _GROUPED.match(bare) else max(".,", key=bare.rfind)  # the last one, unless it sets thousands apart
    try:
        return Decimal("".join(sign if sign not in ".," else "." * (sign == mark) for sign in bare))
    except InvalidOperation:
        raise ValueError(text) from None
