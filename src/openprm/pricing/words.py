"""Prices in words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from openprm.kernel.ui import money
from openprm.pricing.rules import Change, Difference, Term

CHANGES: Mapping[Change, Any] = {
    Change.ADDED: lazy("New"),
    Change.CHANGED: lazy("Changed"),
    Change.REMOVED: lazy("Taken out"),
}
CHANGE_TONES = {Change.ADDED: "clear", Change.CHANGED: "info", Change.REMOVED: "neutral"}

Lines = Mapping[UUID, str]


def number(value: Decimal) -> str:
    """Return a number without idle zeros, in the reader's language."""
    plain = value.normalize()
    places = max(0, -int(plain.as_tuple().exponent))
    return str(number_format(plain, places, use_l10n=True))


def points(value: Decimal) -> str:
    """Return points as people say them: ``1 point``, ``22.5 points``."""
    return ngettext("%(n)s point", "%(n)s points", 1 if value == 1 else 2) % {"n": number(value)}


def percent(value: Decimal) -> str:
    """Return points as a percentage: ``25%``."""
    return _("%(n)s%%") % {"n": number(value)}


def subject(term: Term, lines: Lines) -> str:
    """Return what an entry is about."""
    if term.sku:
        return f"{term.sku} {term.name}".strip()
    return lines.get(term.product_line, _("a product line")) if term.product_line else _("everything else")


def price(term: Term, currency: str) -> str:
    """Return what an entry gives: ``25%`` or ``net €80``."""
    if term.points is not None:
        return percent(term.points)
    return _("net %(amount)s") % {"amount": money.show(term.net_price, currency)}


def difference(found: Difference, lines: Lines, currency: str) -> str:
    """Return one difference as a sentence."""
    name = subject(found.term, lines)
    name = name[:1].upper() + name[1:]
    if found.before is None:
        return _("%(what)s: new, %(price)s") % {"what": name, "price": price(found.term, currency)}
    if found.after is None:
        return _("%(what)s: taken out (was %(price)s)") % {"what": name, "price": price(found.before, currency)}
    before, after = price(found.before, currency), price(found.after, currency)
    if before != after:
        return _("%(what)s: %(before)s becomes %(after)s") % {"what": name, "before": before, "after": after}
    if found.before.list_price != found.after.list_price:
        shown = [
            money.show(term.list_price, currency) if term.list_price is not None else _("none")
            for term in (found.before, found.after)
        ]
        return _("%(what)s: list price %(before)s becomes %(after)s") % {
            "what": name, "before": shown[0], "after": shown[1],
        }  # fmt: skip
    return _("%(what)s: other words") % {"what": name}


def differences(found: Iterable[Difference], lines: Lines, currency: str) -> list[str]:
    """Return all differences as sentences."""
    return [difference(one, lines, currency) for one in found]
