"""The partner's own prices and margins."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel import settings_store
from openprm.kernel.access import Actor
from openprm.kernel.http import Request
from openprm.kernel.web import page
from openprm.pricing import policies, queries, when
from openprm.pricing.views.common import differences, download, prices


@page(policies.VIEW, side="portal")
def show(request: Request) -> HttpResponse:
    """Show a partner what it gets on each product line and why, and the books behind that."""
    actor, now = request.actor, timezone.now()
    lines = sorted(queries.active_lines().items(), key=lambda pair: pair[1])
    names = queries.line_names()
    margins = queries.margins(actor.company_id, [line for line, _name in lines], now) if lines else []
    context = {
        "margins": margins,
        "any": any(one.is_any for one in margins),
        "books": [
            {
                "book": one.book,
                "prices": prices(one.terms, names),
                "until": when.last_day(one.until) if one.until else None,
                "adds": one.edition.adds_tier_points if one.edition else True,
            }
            for one in queries.books_of(actor.company_id, now)
        ],
        "coming": _coming(actor, now),
    }
    return render(request, "pricing/portal/prices.html", context)


@page(policies.VIEW, side="portal")
def export(request: Request) -> HttpResponse:
    """Download the partner's own prices, all books in one list, the one that goes first on top."""
    now = timezone.now()
    table: list[list[Any]] = []
    for one in queries.books_of(request.actor.company_id, now):
        head, *body = queries.table_of(one.terms)
        table = table or [[_("Price book"), *head, _("Currency"), _("Valid until")]]
        until = when.last_day(one.until) if one.until else ""
        table += [[one.book.name, *row, one.book.currency, str(until)] for row in body]
    return download(_("Prices"), table or [[_("Price book")]], request.GET.get("format", "csv"), when.today(now))


def _coming(actor: Actor, now: Any) -> list[dict[str, Any]]:
    if not settings_store.get("pricing.show_planned"):
        return []
    names = queries.line_names()
    return [
        {"book": after.book, "day": when.first_day(after.period.lower), "changes": differences(before, after, names)}
        for before, after in queries.coming_to(actor.company_id, now)
    ]
