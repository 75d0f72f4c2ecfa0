"""Bringing in a file: upload, columns with a preview, progress, result, undo."""

import csv
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.customers import forms, importing, policies, services
from openprm.customers.files import Unreadable
from openprm.customers.lifecycle import ImportState
from openprm.customers.models import Import
from openprm.customers.services.imports.running import is_silent
from openprm.kernel.errors import Invalid, Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.ui.table.csv import plain
from openprm.kernel.ui.toasts import toast
from openprm.kernel.ui.tones import Status

MOST_PROBLEMS = 100_000
SHOWN_PROBLEMS = 20
TONES = {
    ImportState.UPLOADED: ("neutral", "file-spreadsheet"),
    ImportState.WAITING: ("info", "hourglass"),
    ImportState.RUNNING: ("info", "progress"),
    ImportState.FINISHED: ("clear", "circle-check"),
    ImportState.FAILED: ("blocked", "circle-x"),
    ImportState.UNDOING: ("possible", "arrow-back-up"),
    ImportState.UNDONE: ("neutral", "arrow-back-up"),
}
MOVING = (ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING)

imports = Table(
    id="imports",
    columns=[
        Column("file_name", gettext_lazy("File"), link=True),
        Column("kind", gettext_lazy("Rows are"), cell="get_kind_display"),
        Column("state", gettext_lazy("Status"), cell="customers/_import_state.html", csv="get_state_display"),
        Column("created", gettext_lazy("Created"), align="end"),
        Column("updated", gettext_lazy("Changed"), align="end", from_width="tablet"),
        Column("failed", gettext_lazy("Problems"), align="end", from_width="tablet"),
        Column("person_name", gettext_lazy("By"), from_width="desktop"),
        Column("created_at", gettext_lazy("When"), sort="created_at", from_width="tablet"),
    ],
    filters=[Filter("state", gettext_lazy("Status"), choices=ImportState.choices)],
    default_sort="-created_at",
    row_url=lambda row: reverse("console:import", args=[row.pk]),
    empty=Empty(
        "file-import",
        gettext_lazy("Nothing imported yet"),
        gettext_lazy("Bring in accounts, opportunities or figures from a CSV or Excel file."),
        gettext_lazy("Import a file"),
        "console:import_upload",
    ),
    live="import",
    export=False,
    caption=gettext_lazy("Imports"),
)


def listing(request: Request) -> HttpResponse:
    """List the imports."""
    return imports.response(request, policies.visible_imports(request.actor), "customers/imports.html")


def upload(request: Request) -> HttpResponse:
    """Take a file."""
    given = {"kind": request.GET.get("kind", Import.Kind.ACCOUNTS)}
    form = (
        forms.UploadForm(request.actor, request.POST, request.FILES)
        if request.method == "POST"
        else forms.UploadForm(request.actor, initial=given)
    )
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            item = services.upload_import(
                kind=form.cleaned_data["kind"], file=file, name=file.name, by=request.actor, at=timezone.now()
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            return redirect(item)
    return render(request, "customers/import_upload.html", {"form": form}, status=422 if form.is_bound else 200)


def one(request: Request, pk: UUID) -> HttpResponse:
    """Show an import: its columns and a preview before it starts, then how far it is, then what became of it."""
    item = _one(request, pk)
    if item.state == ImportState.UPLOADED:
        return _columns_page(request, item, forms.ColumnsForm(item=item))
    tone, icon = TONES[ImportState(item.state)]
    problems = item.rows.filter(outcome="failed").order_by("number")[:SHOWN_PROBLEMS]
    context = {
        "item": item,
        "status": Status(item.get_state_display(), tone, icon, since=item.progress_at),
        "is_moving": item.state in MOVING,
        "is_silent": item.state == ImportState.RUNNING and is_silent(item, timezone.now()),
        "problems": problems if item.failed else [],
        "headers": item.headers,
        "kept": item.rows.exclude(kept_because="").order_by("number")[:SHOWN_PROBLEMS] if item.kept else [],
        "outcomes": _outcomes(item),
        "result_url": reverse(importing.kind_of(item).list_url),
    }
    template = "customers/_import_progress.html" if getattr(request, "htmx", False) else "customers/import.html"
    return render(request, template, context)


def columns(request: Request, pk: UUID) -> HttpResponse:
    """Keep the choice of columns and show the preview anew."""
    item = _one(request, pk)
    form = forms.ColumnsForm(request.POST, item=item)
    if not form.is_valid():
        return _columns_page(request, item, form, status=422)
    _choose(request, item, form)
    return _columns_page(request, item, forms.ColumnsForm(item=item))


def start(request: Request, pk: UUID) -> HttpResponse:
    """Keep the choice of columns and let a worker bring the file in."""
    item = _one(request, pk)
    form = forms.ColumnsForm(request.POST, item=item)
    if form.is_valid():
        try:
            _choose(request, item, form)
            services.start_import(item=item, by=request.actor, at=timezone.now())
        except Invalid as problem:
            form.add_error(None, str(problem))
        else:
            return redirect(item)
    return _columns_page(request, item, form, status=422)


def resume(request: Request, pk: UUID) -> HttpResponse:
    """Go on with an import that stopped."""
    item = services.resume_import(item=_one(request, pk), by=request.actor, at=timezone.now())
    return redirect(item)


def undo(request: Request, pk: UUID) -> HttpResponse:
    """Take an import back."""
    item = services.undo_import(item=_one(request, pk), by=request.actor, at=timezone.now())
    return redirect(item)


def discard(request: Request, pk: UUID) -> HttpResponse:
    """Forget a file that was never started."""
    item = _one(request, pk)
    services.discard_import(item=item, by=request.actor)
    toast(request, _("“%(name)s” was not imported.") % {"name": item.file_name})
    return redirect("console:imports")


def problems(request: Request, pk: UUID) -> HttpResponse:
    """Return the rows that could not be used, with what is wrong with each, ready to be mended and imported again."""
    item = _one(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="problems.csv"'
    response["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([plain(cell) for cell in (*item.headers, _("Row"), _("Problem"))])
    for row in item.rows.filter(outcome="failed").order_by("number")[:MOST_PROBLEMS].iterator():
        cells = [*(row.values or [])][: len(item.headers)]
        cells += [""] * (len(item.headers) - len(cells))
        writer.writerow([plain(cell) for cell in (*cells, row.number, row.problem)])
    return response


def _one(request: Request, pk: UUID) -> Import:
    return get_object_or_404(policies.visible_imports(request.actor), pk=pk)


def _choose(request: Request, item: Import, form: forms.ColumnsForm) -> None:
    same = form.cleaned_data.get("same_company", "")
    services.choose_columns(item=item, mapping=form.mapping(), same_company=same, by=request.actor, at=timezone.now())


def _columns_page(request: Request, item: Import, form: forms.ColumnsForm, status: int = 200) -> HttpResponse:
    try:
        preview = services.preview_import(item)
    except (Unreadable, OSError):
        preview = None
    chosen = [
        (bound, preview.samples[int(bound.value())] if preview and bound.value() else []) for bound in form.columns
    ]
    context: dict[str, Any] = {"item": item, "form": form, "preview": preview, "chosen": chosen}
    if preview:
        context["labels"] = [form.fields[f"column_{name}"].label for name in preview.fields]
    template = "customers/_import_columns.html" if getattr(request, "htmx", False) else "customers/import_columns.html"
    return render(request, template, context, status=status)


def _outcomes(item: Import) -> list[dict[str, Any]]:
    always = [
        {"label": _("Created"), "value": item.created, "icon": "plus"},
        {"label": _("Changed"), "value": item.updated, "icon": "edit"},
        {"label": _("Problems"), "value": item.failed, "icon": "alert-triangle"},
    ]
    sometimes = [
        {"label": _("Unchanged"), "value": item.unchanged, "icon": "check"},
        {"label": _("Skipped"), "value": item.skipped, "icon": "minus"},
    ]
    return always + [one for one in sometimes if one["value"]]
