"""The log of everything that happened, which is the audit log too."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openprm.kernel import audiences, events
from openprm.kernel.events.models import Event
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, Table
from openprm.kernel.web import page

READ = "kernel.read_log"
SIDES = [
    ("vendor", _("The vendor")),
    ("partner", _("A partner")),
    ("system", _("OpenPRM")),
    ("guest", _("Nobody known")),
]


def _types(_request: Request) -> Iterable[tuple[str, Any]]:
    return [(kind.name, f"{kind.label} ({kind.name})") for kind in events.event_types()]


def _nouns(_request: Request) -> Iterable[tuple[str, str]]:
    return [
        (noun, noun.replace("_", " ").capitalize()) for noun in sorted({kind.noun for kind in events.event_types()})
    ]


def _with_noun(rows: Any, nouns: list[str]) -> Any:
    return rows.filter(name__startswith=f"{nouns[0]}.")


def _search(rows: Any, text: str) -> Any:
    """Find by identifier (of the row, the partner, the actor or the event) or by the words of row and actor."""
    try:
        key = UUID(text)
    except ValueError:
        return rows.filter(subject_label__icontains=text) | rows.filter(actor_name__icontains=text)
    by_id = rows.filter(subject_id=key) | rows.filter(partner_id=key) | rows.filter(actor_id=key)
    return by_id | rows.filter(pk=key)


def changes_of(row: Event) -> list[tuple[str, Any, Any]]:
    """Return what the event changed: field, before, after."""
    found = row.payload.get("changes") if isinstance(row.payload, dict) else None
    if not isinstance(found, dict):
        return []
    return [(name, pair[0], pair[1]) for name, pair in found.items() if isinstance(pair, list) and len(pair) == 2]


def label_of(row: Event) -> Any:
    """Return the event's sentence; its bare name if its type is not declared (any more)."""
    try:
        return row.type.label
    except KeyError:
        return row.name


def _changes_as_text(row: Event) -> str:
    return "; ".join(f"{name}: {before} → {after}" for name, before, after in changes_of(row))


table = Table(
    id="audit",
    columns=[
        Column("at", _("When"), sort="at", cell="at"),
        Column("what", _("What"), cell=label_of, csv="name", link=True),
        Column("about", _("About"), cell="subject_label"),
        Column("who", _("Who"), cell="kernel/console/_actor.html", csv="actor_name"),
        Column("changes", _("Changed"), cell=_changes_as_text, from_width="desktop"),
        Column("subject_id", _("Identifier"), cell="subject_id", from_width="desktop"),
        Column("partner_id", _("Partner's identifier"), cell="partner_id", from_width="desktop"),
    ],
    filters=[
        Filter("noun", _("Kind"), choices=_nouns, apply=_with_noun),
        Filter("name", _("Event"), choices=_types),
        Filter("side", _("Done by"), field="actor_side", choices=SIDES),
        DateRange("at", _("When")),
    ],
    search=_search,
    search_hint=_("Name or identifier"),
    default_sort="-at",
    row_url=lambda row: reverse("console:audit_entry", args=[row.pk]),
    row_label=lambda row: str(label_of(row)),
    empty=Empty("history", _("Nothing found"), _("Everything that happens in the programme is listed here.")),
    export_name="audit-log",
    caption=_("Audit log"),
)


@page(READ, side="console")
def listing(request: Request) -> HttpResponse:
    """List what happened, newest first."""
    return table.response(request, Event.objects.all(), "kernel/console/audit.html")


@page(READ, side="console")
def detail(request: Request, pk: UUID) -> HttpResponse:
    """Show one event: who, when, about what, what it changed."""
    row = get_object_or_404(Event, pk=pk)
    context = {
        "row": row,
        "label": label_of(row),
        "changes": changes_of(row),
        "payload": json.dumps(row.payload, indent=2, ensure_ascii=False),
        "partner": _partner(row.partner_id),
        "deliveries": row.deliveries.order_by("subscriber"),
    }
    return render(request, "kernel/console/audit_entry.html", context)


def _partner(pk: UUID | None) -> str:
    """Return the partner's name; the kernel knows partners only as a subject that a feature declared."""
    subject = audiences.subjects.get("partner")
    row = subject.model._default_manager.filter(pk=pk).first() if subject and pk else None
    return str(row) if row else str(pk or "")
