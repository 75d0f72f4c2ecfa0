"""Starting journeys, for one partner or many, and giving single tasks."""

from typing import Any

from django import forms as fields
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import ValidationError

from openprm.journeys import checking, forms, policies, services
from openprm.journeys.content import TaskDoc
from openprm.journeys.views.common import READ_WRITE, sent
from openprm.journeys.views.questions import declared_fields, details_of, questions_of
from openprm.kernel import audiences, web
from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request
from openprm.kernel.ui import builder
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners.models import Partner

MOST_AT_ONCE = 500


@page(policies.ASSIGN, side="console", methods=READ_WRITE)
def start(request: Request) -> HttpResponse:
    """Start a journey for one partner, or for all who match conditions."""
    reached = forms.partners_for(request.actor, policies.can_be_given_by(request.actor))
    data = request.POST if request.method == "POST" else web.unsent(request)
    initial = {"partner": request.GET.get("partner"), "template": request.GET.get("template"), "whom": "one"}
    form = forms.Starting(reached, data, initial=initial)
    if request.method == "POST" and form.is_valid():
        answer = _start(request, form, reached)
        if answer is not None:
            return answer
    audience: Any = data.get("audience", "") if data is not None else audiences.EVERYBODY
    context = {"form": form, "audience": audience, "most": MOST_AT_ONCE}
    status = 422 if request.method == "POST" else 200
    return render(request, "journeys/console/start.html", context, status=status)


def _start(request: Request, form: forms.Starting, reached: Any) -> HttpResponse | None:
    values, now = form.cleaned_data, timezone.now()
    template = values["template"]
    if values["whom"] == "one":
        made: list[Any] = []

        def one() -> None:
            made.append(services.start(template=template, partner=values["partner"], by=request.actor, at=now))

        if not sent(form, one):
            return None
        toast(
            request, _("%(journey)s has begun for %(partner)s.") % {"journey": template, "partner": values["partner"]}
        )
        return redirect(made[0].console_url)
    try:
        partners = _audience(request, reached)
    except Invalid as problem:
        form.add_error(None, str(problem))
        return None
    outcome = services.start_many(template=template, partners=partners, by=request.actor, at=now)
    _tell(request, outcome)
    return redirect(f"{reverse('console:journeys')}?template={template.code}")


def _audience(request: Request, reached: Any) -> list[Partner]:
    predicate = builder.read(request.POST.get("audience", ""), subject="partner")
    members = audiences.members(predicate, subject="partner")
    found = list(reached.filter(pk__in=members.values("pk")).order_by("name")[: MOST_AT_ONCE + 1])
    if not found:
        raise Invalid(_("No partner that you look after matches these conditions."))
    if len(found) > MOST_AT_ONCE:
        raise Invalid(_("More than %s partners match. Add a condition, and start in parts.") % MOST_AT_ONCE)
    return found


def _tell(request: Request, outcome: services.Outcome) -> None:
    count = len(outcome.started)
    if count:
        toast(request, ngettext("%d journey started", "%d journeys started", count) % count)
    if outcome.refused:
        first = " · ".join(why for _partner, why in outcome.refused[:3])
        number = len(outcome.refused)
        words = ngettext("%d partner left out", "%d partners left out", number) % number
        toast(request, f"{words}: {first}", tone="possible")


@page(policies.ASSIGN, side="console", methods=READ_WRITE)
def assign_task(request: Request) -> HttpResponse:
    """Give a single task, to a partner or to somebody of its account team."""
    reached = forms.partners_for(request.actor, policies.can_be_given_by(request.actor)).order_by("name")
    data = request.POST if request.method == "POST" else web.unsent(request)
    asks_document = request.GET.get("kind") == "document"
    form = forms.TaskForm(data, initial=_initial(asks_document))
    form.fields["partner"] = _partner_field(reached, request.GET.get("partner"))
    form.order_fields(["partner", "title", "kind"])
    questions = forms.Questions(data if isinstance(data, QueryDict) and "form-TOTAL_FORMS" in data else None)
    made: list[Any] = []
    if request.method == "POST" and form.is_valid() and questions.is_valid():

        def do() -> None:
            doc = task_doc({**form.cleaned_data, "questions": questions_of(questions)}, "task", request.POST)
            partner = form.cleaned_data["partner"]
            made.append(services.assign_task(partner=partner, task=doc, by=request.actor, at=timezone.now()))

        if sent(form, do):
            toast(
                request, _("%(partner)s has a new task: %(task)s") % {"partner": made[0].partner, "task": made[0].title}
            )
            return redirect(made[0].console_url)
    context = {
        "form": form,
        "questions": questions,
        "asks_document": asks_document,
        "single": True,
        "declared": declared_fields(None, data),
    }
    return render(
        request, "journeys/console/assign_task.html", context, status=422 if request.method == "POST" else 200
    )


def task_doc(values: dict[str, Any], key: str, data: Any) -> TaskDoc:
    """Return what a form says of a task; raise Invalid where it can be none."""
    names = ("title", "kind", "text", "link", "owner", "due_days", "approval", "optional", "profile_fields")
    given = {name: values[name] for name in names if name in values}
    given |= {name: values[name] for name in ("depends_on", "due_from", "questions") if name in values}
    if given["kind"] != "form":
        given |= {"profile_fields": [], "questions": []}
    try:
        return TaskDoc(key=key, details=details_of(given["kind"], data), **given)
    except ValidationError as error:
        raise checking.shape_problem(error) from None


def _partner_field(reached: Any, chosen: str | None) -> Any:
    return fields.ModelChoiceField(reached, label=_("Partner"), empty_label=_("Choose a partner"), initial=chosen)


def _initial(asks_document: bool) -> dict[str, Any]:
    kind = "document" if asks_document else "confirm"
    return {"kind": kind, "owner": "partner", "due_days": 7, "approval": asks_document}
