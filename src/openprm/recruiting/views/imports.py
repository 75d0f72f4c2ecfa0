"""Bringing partners and people in from a file: upload, columns with a preview, progress, problems, undo."""

import csv
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Table
from openprm.kernel.ui.table.csv import plain
from openprm.kernel.ui.toasts import toast
from openprm.kernel.ui.tones import Status
from openprm.kernel.web import page
from openprm.partners.models import Partner
from openprm.recruiting import columns, policies, services
from openprm.recruiting.models import PartnerImport

BOTH, POST = ("GET", "POST"), ("POST",)
SHOWN, MOST_PROBLEMS = 25, 20_000
TONES = {
    "uploaded": ("neutral", "file-spreadsheet"),
    "running": ("info", "progress"),
    "finished": ("clear", "circle-check"),
    "failed": ("blocked", "circle-x"),
    "undoing": ("info", "progress"),
    "undone": ("neutral", "arrow-back-up"),
}

imports = Table(
    id="partner_imports",
    columns=[
        Column("file_name", gettext_lazy("File"), link=True),
        Column("state", gettext_lazy("Status"), cell="recruiting/cells/import_state.html", csv="get_state_display"),
        Column("created", gettext_lazy("Added"), align="end"),
        Column("updated", gettext_lazy("Changed"), align="end", from_width="tablet"),
        Column("people", gettext_lazy("People"), align="end", from_width="tablet"),
        Column("failed", gettext_lazy("Problems"), align="end", from_width="tablet"),
        Column("person_name", gettext_lazy("By"), from_width="desktop"),
        Column("created_at", gettext_lazy("When"), sort="created_at", from_width="tablet"),
    ],
    default_sort="-created_at",
    row_url=lambda row: row.get_absolute_url(),
    empty=Empty(
        "table-import",
        gettext_lazy("Nothing imported yet"),
        gettext_lazy("Bring your existing partners and their people in from a CSV or Excel file."),
        gettext_lazy("Import a file"),
        "console:partner_import_upload",
        policies.IMPORT,
    ),
    live="partner_import",
    export=False,
    caption=gettext_lazy("Imports of partners"),
)


class UploadForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or Excel; one row per partner and person. The first row holds the headings."),
    )


class ColumnsForm(forms.Form):
    """Which column is which field."""

    status = forms.ChoiceField(
        label=gettext_lazy("New partners are"),
        choices=[(key, label) for key, label in Partner.Status.choices if key in ("prospect", "applicant", "active")],
    )
    invite = forms.BooleanField(
        label=gettext_lazy("Send every new person an invitation"),
        required=False,
        help_text=gettext_lazy("Otherwise they are added, and choose a password by “Forgotten your password?”."),
    )

    def __init__(self, item: PartnerImport, data: Any = None) -> None:
        chosen = {f"column_{name}": at for name, at in item.mapping.items()}
        super().__init__(data, initial={"status": item.status, "invite": item.invite, **chosen})
        offered = [("", _("– not in the file –")), *((str(at), head) for at, head in enumerate(item.headers))]
        for name, (label, _further) in columns.FIELDS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(label=label, choices=offered, required=False)

    @property
    def columns(self) -> list[Any]:
        """Return the fields of columns."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def mapping(self) -> dict[str, str]:
        """Return which field is in which column."""
        return {
            name.removeprefix("column_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("column_") and value
        }


@page(policies.IMPORT, side="console")
def listing(request: Request) -> HttpResponse:
    """List the imports."""
    return imports.response(request, policies.imports_visible_to(request.actor), "recruiting/imports.html")


@page(policies.IMPORT, side="console", methods=BOTH)
def upload(request: Request) -> HttpResponse:
    """Take a file."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                item = services.upload_import(file=file, name=file.name, by=request.actor, at=timezone.now())
        except Problem as problem:
            form.add_error("file", str(problem))
        else:
            return redirect(item)
    return render(request, "recruiting/import_upload.html", {"form": form}, status=422 if form.is_bound else 200)


@page(policies.IMPORT, side="console", methods=BOTH)
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show an import: columns with a preview before it starts, what became of it after."""
    item = _one(request, pk)
    if item.state == PartnerImport.State.UPLOADED:
        return _columns(request, item)
    rows = item.rows
    undoing = item.state == PartnerImport.State.UNDOING
    brought = item.created + item.updated + item.unchanged
    context = {
        "item": item,
        "status": status_of(item),
        "moving": item.state == PartnerImport.State.RUNNING or (undoing and not item.problem),
        "undoing": undoing,
        "brought": brought,
        "taken_back": brought - item.rows_to_undo().count() if undoing else 0,
        "problems": rows.filter(outcome="failed").order_by("number")[:SHOWN],
        "kept": rows.exclude(kept_because="").select_related("partner").order_by("number")[:SHOWN],
        "may_undo": item.may_be_undone,
    }
    return render(request, "recruiting/import.html", context)


@page(policies.IMPORT, side="console", methods=POST)
def act(request: Request, pk: UUID, verb: str) -> HttpResponse:
    """Go on with an import that stopped, take it back, or forget a file that was never started."""
    item = _one(request, pk)
    at = timezone.now()
    if verb == "undo":
        services.undo_import(item=item, by=request.actor, at=at)
        toast(request, _("The import is being taken back."))
    elif verb == "resume":
        services.start_import(item=item, by=request.actor, at=at)
    elif verb != "discard":
        raise Http404
    else:
        services.discard_import(item=item, by=request.actor)
        toast(request, _("“%(name)s” was not imported.") % {"name": item.file_name})
        return redirect("console:partner_imports")
    return redirect(item)


@page(policies.IMPORT, side="console")
def problems(request: Request, pk: UUID) -> HttpResponse:
    """Return the rows that could not be used, with what is wrong with each, ready to be mended."""
    item = _one(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="problems.csv"'
    response["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([plain(cell) for cell in (*item.headers, _("Row"), _("Problem"))])
    for row in item.rows.filter(outcome="failed").order_by("number")[:MOST_PROBLEMS]:
        cells = [*(row.values or [])][: len(item.headers)]
        cells += [""] * (len(item.headers) - len(cells))
        writer.writerow([plain(cell) for cell in (*cells, row.number, row.problem)])
    return response


def status_of(item: PartnerImport) -> Status:
    """Return where an import stands, ready to be drawn."""
    tone, icon = TONES[item.state]
    return Status(item.get_state_display(), tone, icon, since=item.updated_at)


def _columns(request: Request, item: PartnerImport) -> HttpResponse:
    form = ColumnsForm(item, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        at = timezone.now()
        try:
            with transaction.atomic():
                services.choose_columns(
                    item=item,
                    mapping=form.mapping(),
                    invite=said["invite"],
                    status=said["status"],
                    by=request.actor,
                    at=at,
                )
                if "start" in request.POST:
                    services.start_import(item=item, by=request.actor, at=at)
                    return redirect(item)
        except Problem as problem:
            form.add_error(None, " ".join(problem.fields.values()) or str(problem))
        else:
            form = ColumnsForm(item)
    preview = services.preview_import(item)
    context = {"item": item, "form": form, "preview": preview, "bad": sum(1 for row in preview if row.problems)}
    return render(request, "recruiting/import_columns.html", context, status=422 if form.errors else 200)


def _one(request: Request, pk: UUID) -> PartnerImport:
    return get_object_or_404(policies.imports_visible_to(request.actor), pk=pk)
