"""The pages of saved audiences, and the fragment that says who is in one right now."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel import audiences as language
from openprm.kernel import web
from openprm.kernel.errors import Missing, Problem
from openprm.kernel.http import Request
from openprm.kernel.ui import builder
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.ui.toasts import toast
from openprm.partners import forms, policies, queries, services
from openprm.partners.models import Audience
from openprm.partners.views.sending import send

BOTH = ("GET", "POST")


AUDIENCES = Table(
    id="audiences",
    columns=[
        Column("name", gettext_lazy("Audience"), sort="name", link=True),
        Column(
            "subject",
            gettext_lazy("Made of"),
            cell=lambda row: str(language.subjects[row.subject].label) if row.subject in language.subjects else "",
        ),
        Column("sentence", gettext_lazy("For whom"), cell=queries.sentence, from_width="tablet"),
        Column("updated", gettext_lazy("Changed"), cell="updated_at", sort="updated_at", from_width="desktop"),
    ],
    filters=[Filter("subject", gettext_lazy("Made of"), choices=lambda request: forms.subjects())],
    search=["name__icontains", "description__icontains"],
    default_sort="name",
    row_url=lambda row: reverse("console:audience", args=[row.pk]),
    empty=Empty(
        "target-arrow",
        gettext_lazy("No audiences yet"),
        gettext_lazy("An audience says for whom something holds: a rule, a campaign, a piece of content."),
        gettext_lazy("Make an audience"),
        "console:audience_create",
        permission=policies.AUDIENCES,
    ),
    export_name="audiences",
    live="audience",
)


@web.page(policies.VIEW, side="console")
def audiences(request: Request) -> HttpResponse:
    """List the saved audiences."""
    rows = policies.audiences_visible_to(request.actor)
    return AUDIENCES.response(request, rows, "partners/audiences.html")


@web.page(policies.AUDIENCES, side="console", methods=BOTH)
def create(request: Request) -> HttpResponse:
    """Make an audience."""
    return _edit(request, None, request.POST.get("subject") or request.GET.get("subject", "partner"))


@web.page(policies.VIEW, side="console", methods=BOTH)
def audience(request: Request, pk: UUID) -> HttpResponse:
    """Show and change an audience."""
    row = get_object_or_404(policies.audiences_visible_to(request.actor), pk=pk)
    return _edit(request, row, row.subject)


@web.page(policies.AUDIENCES, side="console", methods=("POST",))
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Forget a saved audience."""
    row = get_object_or_404(policies.audiences_visible_to(request.actor), pk=pk)
    services.delete_audience(audience=row, by=request.actor, at=timezone.now())
    toast(request, _("The audience “%(name)s” is deleted.") % {"name": row.name})
    return redirect("console:audiences")


@web.page(policies.VIEW, side="console", methods=BOTH)
def preview(request: Request) -> HttpResponse:
    """Say who is in an audience right now: how many, the first names, and the conditions as a sentence."""
    sent = request.POST if request.method == "POST" else request.GET
    subject = sent.get("subject", "partner")
    context: dict[str, Any] = {}
    try:
        if subject not in language.subjects:
            raise Missing(_("There are no audiences of this kind."))
        predicate = builder.read(sent.get("audience", ""), subject=subject)
        context["preview"] = queries.preview(predicate, subject=subject, actor=request.actor)
    except Problem as problem:  # an unfinished condition is no failure: it says what is missing
        context["problem"] = problem
    return render(request, "partners/_preview.html", context)


def _edit(request: Request, row: Audience | None, subject: str) -> HttpResponse:
    if subject not in language.subjects:
        raise Missing(_("There are no audiences of this kind."))
    known = {"name": row.name, "description": row.description} if row else {}
    form = forms.Audience(request.POST or None, initial=known)
    value: Any = request.POST.get("audience") or (row.predicate if row else None)
    sent = {"audience": row, "subject": subject, "conditions": request.POST.get("audience", "")}
    if saved := send(request, form, _save, **sent):
        toast(request, _("The audience “%(name)s” is saved.") % {"name": saved.name})
        return redirect("console:audiences")
    context = {
        "form": form,
        "audience": row,
        "subject": subject,
        "subjects": [
            {"label": label, "url": f"?subject={key}", "active": key == subject} for key, label in forms.subjects()
        ],
        "value": value,
        "members_url": f"{reverse('console:audience_preview')}?subject={subject}",
        "may_save": request.actor.may(policies.AUDIENCES) and not request.actor.read_only,
    }
    return render(request, "partners/audience.html", context, status=422 if form.errors else 200)


def _save(*, conditions: str, subject: str, **given: Any) -> Audience:
    predicate = builder.read(conditions, subject=subject)
    return services.save_audience(predicate=predicate, subject=subject, **given)


def _tab(key: str, label: str, subject: str) -> dict[str, Any]:
    return {"label": label, "url": f"?subject={key}", "active": key == subject}
