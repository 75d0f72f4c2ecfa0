"""E-mail templates: the list, the form, and the preview as a partner gets it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.automation import fields, forms, mailing, merging, policies, services
from openprm.automation.models import EmailTemplate
from openprm.automation.services.templates import users
from openprm.automation.views import shared
from openprm.automation.views.lists import may_manage
from openprm.kernel.access import as_system
from openprm.kernel.errors import Refusal
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners import policies as partners

TEMPLATES = Table(
    id="email-templates",
    columns=[
        Column("name", gettext_lazy("Template"), cell="name", sort="name", link=True),
        Column("subject", gettext_lazy("Subject"), cell="subject", from_width="tablet"),
        Column("by", gettext_lazy("Changed by"), cell="changed_by", from_width="desktop"),
        Column("updated", gettext_lazy("Changed"), cell="updated_at", sort="updated_at"),
    ],
    search=["name__icontains", "subject__icontains"],
    default_sort="name",
    row_url=lambda row: reverse("console:email_template", args=[row.pk]),
    empty=Empty(
        "mail",
        gettext_lazy("No templates yet"),
        gettext_lazy("A template is an e-mail that automations send, filled in for each partner."),
        gettext_lazy("Write a template"),
        "console:email_template_add",
        permission=policies.MANAGE,
    ),
    live="email_template",
    export_name="email-templates",
    caption=gettext_lazy("E-mail templates"),
)


@page(policies.VIEW, side="console")
def listing(request: Request) -> HttpResponse:
    """List the templates."""
    rows = policies.templates_visible_to(request.actor)
    return TEMPLATES.response(request, rows, "automation/templates.html", {"may_manage": may_manage(request)})


@page(policies.MANAGE, side="console", methods=("GET", "POST"))
def add(request: Request) -> HttpResponse:
    """Write a template."""
    return _edit(request, None)


@page(policies.VIEW, side="console", methods=("GET", "POST"))
def template(request: Request, pk: UUID) -> HttpResponse:
    """Show and change a template."""
    return _edit(request, get_object_or_404(policies.templates_visible_to(request.actor), pk=pk))


@page(policies.MANAGE, side="console", methods=("POST",))
def remove(request: Request, pk: UUID) -> HttpResponse:
    """Remove a template."""
    row = get_object_or_404(policies.templates_visible_to(request.actor), pk=pk)
    services.remove_template(template=row, by=request.actor, at=timezone.now())
    toast(request, _("The template “%(name)s” is removed.") % {"name": row.name}, tone="info")
    return redirect("console:email_templates")


@page(policies.VIEW, side="console", methods=("POST",))
def preview(request: Request) -> HttpResponse:
    """Show the letter that is being written, as one partner gets it."""
    form = forms.Template(request.POST)
    form.is_valid()
    said = {name: form.cleaned_data.get(name, "") for name in form.fields}
    strange = [one for text in said.values() for one in merging.problems(text, fields.FIELDS)]
    context: dict[str, Any] = {"strange": strange}
    chosen = request.POST.get("as_partner", "")
    choice = forms.Trying(request.actor, {"partner": chosen})
    if chosen and choice.is_valid():
        partner = choice.cleaned_data["partner"]
        with as_system():
            reader = mailing.example(partner, at=timezone.now())
            try:
                sender = mailing.sender(partner, request.POST.get("as_sender") or mailing.PROGRAMME)
            except Refusal as problem:
                sender, context["problem"] = None, problem
            row = EmailTemplate(**said)
            context |= {"letter": mailing.write(row, partner, reader, by=sender), "reader": reader, "partner": partner}
    return render(request, "automation/_preview.html", context)


def _edit(request: Request, row: EmailTemplate | None) -> HttpResponse:
    names = ("name", "subject", "body", "button", "button_url")
    form = forms.Template(request.POST or None, initial={name: getattr(row, name) for name in names} if row else {})
    may = may_manage(request)

    def save() -> None:
        services.save_template(template=row, by=request.actor, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST":
        request.actor.require(policies.MANAGE)
        if form.is_valid() and shared.tried(form, save):
            toast(request, _("The template “%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
            return redirect("console:email_templates")
    context = {
        "form": form,
        "template": row,
        "may_manage": may,
        "fields": fields.FIELDS.items(),
        "partners": partners.visible_to(request.actor).order_by("name")[:500],
        "senders": mailing.senders(),
        "users": users(row.code) if row else [],
    }
    return shared.answer(render(request, "automation/template.html", context), request.method == "POST")
