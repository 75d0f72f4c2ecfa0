"""The style guide: every component in every state, for who builds pages. Only where nobody works for real."""

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import json_script
from django.utils.translation import gettext as _

from openprm.kernel.http import Request
from openprm.kernel.ui import samples
from openprm.kernel.ui.table import csv
from openprm.kernel.ui.tones import Status

LAYOUTS = ("console", "portal", "plain")


def styleguide(request: Request) -> HttpResponse:
    """Show the components; ``?layout=portal`` shows them in the portal's frame."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    rows: Any = samples.deals()
    table = samples.deal_table.bind(request, rows)
    if request.GET.get("export") == "csv":
        return csv.answer(table)
    return samples.deal_table.answer(request, table, "kernel/styleguide.html", _context(request, table))


def members(request: Request) -> HttpResponse:
    """Stand in for "who is in it right now" below the audience builder."""
    return render(request, "kernel/_styleguide_members.html", {"predicate": request.GET.get("audience", "")})


def _context(request: Request, table: Any) -> dict[str, Any]:
    layout = request.GET.get("layout", "console")
    now = timezone.now()
    wrong = samples.SampleForm(
        {"customer": "", "email": "not an address", "value": "12", "value_currency": "EUR"},
        prefix=None,
        auto_id="wrong_%s",
    )
    columns = [
        {"label": label, "tone": tone, "cards": cards, "count": len(cards), "total": "€120K" if cards else ""}
        for key, label, tone in samples.STATES[:4]
        for cards in [[row for row in samples.deals(14) if row.state == key and key != "draft"]]
    ]
    return {
        "layout": f"layouts/{layout if layout in LAYOUTS else 'console'}.html",
        "table": table,
        "empty": samples.empty_table.bind(request, samples.deals(0)),  # type: ignore[arg-type]
        "form": samples.SampleForm(),
        "wrong": wrong,
        "charts": samples.sample_charts(),
        "entries": samples.sample_timeline(),
        "status": Status(
            _("Action required"),
            "possible",
            since=now - timedelta(days=1),
            why=_("We asked who decides."),
            next=_("Answer by Friday."),
        ),
        "soon": now + timedelta(days=5),
        "later": now + timedelta(days=71),
        "over": now - timedelta(days=2),
        "columns": columns,
        "steps": [_("Company"), _("People"), _("Agreement"), _("First deal")],
        "tabs": [
            SimpleNamespace(label=_("Overview"), url="#", active=True, count=None, icon=""),
            SimpleNamespace(label=_("Deals"), url="#", active=False, count=12, icon=""),
            SimpleNamespace(label=_("People"), url="#", active=False, count=4, icon=""),
        ],
        "audience_json": json_script(samples.sample_audience_fields(), "sg-aud-fields"),
        "members_url": request.path.rstrip("/") + "/members/",
        "audience_value": json.dumps(samples.SAMPLE_AUDIENCE),
        "now": now,
    }
