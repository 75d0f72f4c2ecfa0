"""Who has read a post: partner by partner, and person by person."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.web import page
from openprm.news import policies, queries
from openprm.news.models import Post

PARTNERS_ARE = {
    "unread": (gettext_lazy("Nobody has read it"), Q(readers=0)),
    "read": (gettext_lazy("Somebody has read it"), Q(readers__gt=0)),
    "unconfirmed": (gettext_lazy("Nobody has confirmed it"), Q(confirmers=0)),
    "confirmed": (gettext_lazy("Somebody has confirmed it"), Q(confirmers__gt=0)),
}
PEOPLE_HAVE = {
    "told": (gettext_lazy("Told of it"), Q(told_at__isnull=False)),
    "unread": (gettext_lazy("Not read it"), Q(read_at=None)),
    "read": (gettext_lazy("Read it"), queries.READ),
    "unconfirmed": (gettext_lazy("Read, not confirmed"), queries.READ & Q(confirmed_at=None)),
    "confirmed": (gettext_lazy("Confirmed it"), queries.CONFIRMED),
}


def _filter(known: dict[str, tuple[Any, Q]]) -> Filter:
    choices = [(name, label) for name, (label, _where) in known.items()]
    return Filter(
        "state",
        gettext_lazy("Status"),
        choices=choices,
        apply=lambda rows, values: rows.filter(known[values[0]][1]),
    )


PARTNERS = Table(
    id="news-partners",
    columns=[
        Column("partner", gettext_lazy("Partner"), cell="name", sort="name", link=True),
        Column("told", gettext_lazy("Told"), cell="told", sort="told", align="end", from_width="tablet"),
        Column("readers", gettext_lazy("Read"), cell="readers", sort="readers", align="end"),
        Column("confirmers", gettext_lazy("Confirmed"), cell="confirmers", sort="confirmers", align="end"),
        Column("last", gettext_lazy("Last read"), cell="last_read_at", from_width="tablet"),
    ],
    filters=[_filter(PARTNERS_ARE)],
    search=["name__icontains"],
    default_sort="name",
    row_url=lambda row: reverse("console:partner", args=[row.pk]),
    empty=Empty("users", gettext_lazy("Nobody is in the audience"), gettext_lazy("No partner fits the conditions.")),
    export_name="news-partners",
    caption=gettext_lazy("Partners"),
)

PEOPLE = Table(
    id="news-people",
    columns=[
        Column("person", gettext_lazy("Person"), cell="person_name", sort="person_name"),
        Column("partner", gettext_lazy("Partner"), cell="partner_name", sort="partner_name"),
        Column("told", gettext_lazy("Told"), cell="told_at", sort="told_at", from_width="tablet"),
        Column("read", gettext_lazy("Read"), cell="read_at", sort="read_at"),
        Column("confirmed", gettext_lazy("Confirmed"), cell="confirmed_at", sort="confirmed_at"),
    ],
    filters=[_filter(PEOPLE_HAVE)],
    search=["person__name__icontains", "partner__name__icontains"],
    default_sort="partner",
    row_url=None,
    empty=Empty(
        "users",
        gettext_lazy("Nobody was told yet"),
        gettext_lazy("People appear here when they are told of the post, or find it by themselves."),
    ),
    export_name="news-people",
    caption=gettext_lazy("People"),
)


def _for(post: Post, table: Table) -> Table:
    """Return the table without what only concerns posts that ask to be confirmed, unless this one does."""
    if post.to_confirm:
        return table
    return replace(table, columns=[one for one in table.columns if not one.name.startswith("confirm")])


@page(policies.VIEW, side="console")
def partners(request: Request, pk: UUID) -> HttpResponse:
    """List the partners a post concerns, and how many people of each have read and confirmed it."""
    post = _post(request, pk)
    return _for(post, PARTNERS).response(
        request, queries.partners_of(post), "news/console/readers.html", _around(post, "partners")
    )


@page(policies.VIEW, side="console")
def people(request: Request, pk: UUID) -> HttpResponse:
    """List the people who were told of a post or have read it."""
    post = _post(request, pk)
    return _for(post, PEOPLE).response(
        request, queries.readings_of(post), "news/console/readers.html", _around(post, "people")
    )


def _post(request: Request, pk: UUID) -> Post:
    return get_object_or_404(policies.worked_on_by(request.actor), pk=pk)


def _around(post: Post, shown: str) -> dict[str, Any]:
    tabs = [
        {"label": _("Partners"), "url": reverse("console:news_readers", args=[post.pk]), "active": shown == "partners"},
        {"label": _("People"), "url": reverse("console:news_people", args=[post.pk]), "active": shown == "people"},
    ]
    return {"post": post, "tabs": tabs}
