"""The console's pages of programmes: the list, one read as sentences, and its versions."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel import audiences, drafts
from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.program import forms, policies, services, versions, words
from openprm.program.definition import Definition
from openprm.program.models import ProgrammeDraft, ProgrammeVersion
from openprm.program.services import editing
from openprm.program.views.common import BOTH, POST, blame, drawn
from openprm.program.views.shown import counts, find, ladder, may_manage


@page(policies.VIEW, side="console")
def listing(request: Request) -> HttpResponse:
    """List the programmes, each with how many partners are in which tier."""
    rows = list(policies.programmes(request.actor)[:100])
    shown = []
    for row in rows:
        drafted = ProgrammeDraft.objects.filter(programme=row).exists()
        published = row.versions.exists()
        says = versions.in_force(row.pk).says if published else editing.current(row)
        shown.append({"row": row, "says": says, "draft": drafted, "published": published, "tiers": counts(row, says)})
    return render(request, "program/console/programmes.html", {"programmes": shown, "may_manage": may_manage(request)})


@page(policies.MANAGE, side="console", methods=BOTH)
def create(request: Request) -> HttpResponse:
    """Begin a programme."""
    form = forms.NewProgramme(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            code = form.cleaned_data["code"]
            made = services.create(code=code, definition=form.definition(), by=request.actor, at=timezone.now())
        except Problem as problem:
            blame(form, problem)
        else:
            toast(request, _("Now say what each tier asks for, and what it gives."))
            return redirect(made)
    return drawn(request, "program/console/form.html", form, title=_("New programme"),
                 back=reverse("console:programmes"), back_label=_("Programmes"),
                 submit=_("Begin the programme"))  # fmt: skip


@page(policies.VIEW, side="console")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show the draft of a programme, or what is in force, as sentences."""
    programme = find(request, pk)
    draft = ProgrammeDraft.objects.filter(programme=programme).first() if may_manage(request) else None
    newest = programme.versions.first()
    says = draft.says if draft else newest.says if newest else editing.current(programme)
    context = {
        "programme": programme,
        "draft": draft,
        "seen": drafts.stamp(draft),
        "newest": newest,
        "says": says,
        "tiers": ladder(programme, says),
        "scorecard": [words.Speaker().line(line) for line in says.scorecard],
        "changes": words.changes(newest.says, says) if draft and newest else [],
        "form": forms.Publishing(),
        "may_manage": may_manage(request),
        "joins": _joins(says),
    }
    return render(request, "program/console/programme.html", context)


@page(policies.VIEW, side="console")
def history(request: Request, pk: UUID) -> HttpResponse:
    """List the versions of a programme, each with what it changed."""
    programme = find(request, pk)
    return render(
        request,
        "program/console/versions.html",
        {"programme": programme, "versions": list(programme.versions.all()[:100]), "may_manage": may_manage(request)},
    )


@page(policies.VIEW, side="console")
def version(request: Request, pk: UUID) -> HttpResponse:
    """Show one version."""
    found = _version(pk)
    draft = ProgrammeDraft.objects.filter(programme=found.programme).first() if may_manage(request) else None
    context = {
        "version": found,
        "draft": draft,
        "seen": drafts.stamp(draft),
        "programme": found.programme,
        "says": found.says,
        "tiers": ladder(found.programme, found.says),
        "scorecard": [words.Speaker().line(line) for line in found.says.scorecard],
        "in_force": found == found.programme.versions.first(),
        "may_manage": may_manage(request),
    }
    return render(request, "program/console/version.html", context)


@page(policies.MANAGE, side="console", methods=POST)
def restore(request: Request, pk: UUID) -> HttpResponse:
    """Take a version as the draft."""
    found = _version(pk)
    services.restore(version=found, seen=drafts.shown(request), by=request.actor, at=timezone.now())
    said = _("Version %(number)s is the draft now. Publish it to put it into force.") % {"number": found.number}
    toast(request, said)
    return redirect(found.programme)


@page(policies.MANAGE, side="console", methods=POST)
def archive(request: Request, pk: UUID) -> HttpResponse:
    """Archive a programme, or take it up again."""
    programme = find(request, pk)
    services.archive(programme=programme, archived=not programme.archived, by=request.actor, at=timezone.now())
    said = _("The programme is taken up again.") if programme.archived else _("The programme is archived.")
    toast(request, said, tone="info")
    return redirect(programme)


def _version(pk: UUID) -> ProgrammeVersion:
    return get_object_or_404(ProgrammeVersion.objects.select_related("programme"), pk=pk)


def _joins(says: Definition) -> str:
    if says.joins is None:
        return ""
    try:
        return audiences.describe(says.joins, subject="partner")
    except Problem:
        return str(_("an audience that cannot be read any more"))
