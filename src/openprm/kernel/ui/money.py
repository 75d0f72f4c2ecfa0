"""Amounts of money as people read them: the currency is always there, the number follows the reader's language."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation
from django.utils.formats import number_format

NO_BREAK = "\u00a0"

SYMBOLS = {
    "AUD": "A$", "BRL": "R$", "CAD": "CA$", "CNY": "CN¥", "EUR": "€", "GBP": "£", "HKD": "HK$", "ILS": "₪",
    "INR": "₹", "JPY": "¥", "KRW": "₩", "MXN": "MX$", "NZD": "NZ$", "TWD": "NT$", "USD": "$", "VND": "₫",
}  # fmt: skip

WITHOUT_CENTS = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})

SYMBOL_FIRST = frozenset({"en", "ja", "zh", "ko", "nl", "pt-br", "he", "th", "id", "ms", "hi"})


def show(amount: Any, currency: str, *, cents: bool | None = None) -> str:
    """Return ``amount`` with its currency: ``€12,500``, ``12.500 €``, ``CHF 900``.

    Cents are shown where there are any; ``cents=True`` shows them always, ``False`` never.
    """
    value = decimal(amount)
    if value is None:
        return "–"
    places = 0 if currency in WITHOUT_CENTS or cents is False else 2
    if cents is None and value == value.to_integral_value():
        places = 0
    number = number_format(abs(value.quantize(Decimal(1).scaleb(-places))), places, use_l10n=True, force_grouping=True)
    return ("−" if value < 0 else "") + _with_currency(number, currency)


def compact(amount: Any, currency: str = "") -> str:
    """Return a short form for tiles and boards: ``€1.2M``, ``€340K``, ``€950``."""
    value = decimal(amount)
    if value is None:
        return "–"
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if abs(value) >= size:
            number = number_format(round(value / size, 0 if abs(value) >= 100 * size else 1), use_l10n=True)
            number = number.removesuffix(".0").removesuffix(",0") + letter
            return _with_currency(number, currency)
    return _with_currency(number_format(round(value), 0, use_l10n=True), currency)


def decimal(amount: Any) -> Decimal | None:
    """Return ``amount`` as a finite number, or None."""
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _with_currency(number: str, currency: str) -> str:
    if not currency:
        return number
    language = (translation.get_language() or "en").lower()
    first = language in SYMBOL_FIRST or language.partition("-")[0] in SYMBOL_FIRST
    symbol = SYMBOLS.get(currency)
    if symbol and first:
        return f"{symbol}{number}"
    if symbol:
        return f"{number}{NO_BREAK}{symbol}"
    return f"{currency}{NO_BREAK}{number}" if first else f"{number}{NO_BREAK}{currency}"
