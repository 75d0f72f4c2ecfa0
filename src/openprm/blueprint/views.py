"""The console's pages of the programme as code: download, upload, see the plan in words, apply; and starters."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.blueprint import forms, policies, queries, services, starters, uploads, words, zipped
from openprm.blueprint.mistakes import NotApplicable
from openprm.blueprint.rules import Plan
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page


@page(policies.READ, side="console")
def show(request: Request) -> HttpResponse:
    """Show what the programme consists of, how it is taken elsewhere, and what was applied."""
    return _shown(request, forms.UploadForm())


@page(policies.READ, side="console")
def download(request: Request) -> HttpResponse:
    """Send the programme as a folder in a ZIP file."""
    content = zipped.pack(services.export(by=request.actor))
    name = f"programme-{timezone.localdate():%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/zip", headers=headers)


@page(policies.READ, side="console", methods=("POST",))
def upload(request: Request) -> HttpResponse:
    """Take a folder, and lead to its plan; where it has mistakes, name all of them."""
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form)
    file = form.cleaned_data["file"]
    try:
        kept = uploads.receive(
            name=file.name, content=file.read(), keep=form.cleaned_data["keep"], by=request.actor, at=timezone.now()
        )
    except NotApplicable as problem:
        form.add_error("file", _("It cannot be applied as it stands. What is wrong stands above."))
        return _shown(request, form, problem)
    return redirect(kept)


@page(policies.READ, side="console")
def plan(request: Request, pk: UUID) -> HttpResponse:
    """Show what applying an uploaded folder would change."""
    kept = uploads.find(pk)
    try:
        found = uploads.plan(upload=kept, by=request.actor, at=timezone.now())
    except NotApplicable as problem:
        return _shown(request, forms.UploadForm(), problem)
    return _planned(request, found, {"upload": kept, "title": kept.name, "keep": kept.keep})


@page(policies.APPLY, side="console", methods=("POST",))
def apply(request: Request, pk: UUID) -> HttpResponse:
    """Apply an uploaded folder, if the plan is still the one that was seen."""
    kept = uploads.find(pk)
    try:
        digest = request.POST.get("digest", "")
        done = uploads.apply(upload=kept, digest=digest, by=request.actor, at=timezone.now())
    except services.AnotherPlan as problem:
        toast(request, str(problem), tone="possible")
        return redirect(kept)
    toast(request, _("Applied: %(summary)s") % {"summary": words.summary(done)})
    return redirect("console:blueprint")


@page(policies.APPLY, side="console")
def starter(request: Request, starter: str) -> HttpResponse:
    """Show what a starter would set up."""
    chosen = starters.starter(starter)
    found = starters.plan(key=starter, by=request.actor, at=timezone.now())
    return _planned(request, found, {"starter": chosen, "title": chosen.title, "about": chosen.about, "keep": True})


@page(policies.APPLY, side="console", methods=("POST",))
def start(request: Request, starter: str) -> HttpResponse:
    """Set the programme up with a starter."""
    chosen = starters.starter(starter)
    digest = request.POST.get("digest", "") or services.NO_DIGEST
    try:
        starters.start(key=starter, by=request.actor, at=timezone.now(), digest=digest)
    except services.AnotherPlan as problem:
        toast(request, str(problem), tone="possible")
        return redirect("console:blueprint_starter", starter=starter)
    toast(request, _("“%(title)s” is set up. Change whatever you like.") % {"title": chosen.title})
    return redirect("console:blueprint")


def _shown(request: Request, form: forms.UploadForm, problem: NotApplicable | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "contents": queries.contents(),
        "applications": queries.applications()[: queries.SHOWN],
        "starters": starters.all_of_them() if request.actor.may(policies.APPLY) else (),
        "problem": problem,
    }
    return render(request, "blueprint/programme.html", context, status=422 if form.is_bound or problem else 200)


def _planned(request: Request, found: Plan, more: dict[str, Any]) -> HttpResponse:
    may_apply = request.actor.may(policies.APPLY)
    return render(request, "blueprint/plan.html", {"plan": words.outline(found), "may_apply": may_apply, **more})
