"""The console's pages that draw application forms: what is asked, consents, points, and when nobody has to decide."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel import web
from openprm.kernel.errors import Invalid, Problem, Refusal
from openprm.kernel.http import Request
from openprm.kernel.mail.letters import absolute
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.recruiting import console_forms, fields, policies, rules, sentences, services
from openprm.recruiting.lifecycle import OPEN
from openprm.recruiting.models import ApplicationForm
from openprm.recruiting.services.forms import FormValues
from openprm.recruiting.shapes import FormDefinition

BOTH, POST = ("GET", "POST"), ("POST",)
Parts = list[Any]


@page(policies.VIEW, side="console")
def listing(request: Request) -> HttpResponse:
    """List the forms with what came of each."""
    rows = policies.forms_visible_to(request.actor).annotate(
        begun=Count("applications"), waiting=Count("applications", filter=Q(applications__state__in=sorted(OPEN)))
    )
    context = {"forms": rows, "may_draw": request.actor.may(policies.FORMS)}
    return render(request, "recruiting/forms.html", context)


@page(policies.FORMS, side="console", methods=BOTH)
def create(request: Request) -> HttpResponse:
    """Make a form."""
    form = console_forms.NewForm(request.POST or web.unsent(request) or None)
    if request.method == "POST" and form.is_valid():
        values = FormValues(**{name: value for name, value in form.cleaned_data.items() if name != "code"})
        made = _try(
            form, lambda: services.save_form(
                form=None, values=values, code=form.cleaned_data["code"], by=request.actor, at=timezone.now()
            )
        )  # fmt: skip
        if made:
            toast(request, _("The form is a draft. Say what it asks, then publish it."))
            return redirect(made)
    return _drawn(request, form, _("New application form"), None)


@page(policies.VIEW, side="console")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show what a form asks and how it decides."""
    form = _one(request, pk)
    asked = form.asks
    shown = [
        {
            "index": index,
            "question": fields.full(one),
            "when": sentences.condition(form, one),
            "new_step": index == 0 or asked.questions[index - 1].step != one.step,
            "options": [label for _value, label in fields.options(fields.full(one))][:6],
        }
        for index, one in enumerate(asked.questions)
    ]
    context = {
        "form": form,
        "shown": shown,
        "consents": list(enumerate(asked.consents)),
        "score": [(index, rule.points, sentences.tests(form, rule.tests)) for index, rule in enumerate(asked.score)],
        "most": rules.most(asked.score),
        "approval": sentences.approval(form),
        "address": absolute(form.public_url),
        "may_draw": request.actor.may(policies.FORMS) and not request.actor.read_only,
        "begun": form.applications.count(),
    }
    return render(request, "recruiting/form.html", context)


@page(policies.FORMS, side="console", methods=BOTH)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change a form's words and times."""
    row = _one(request, pk)
    now = FormValues.of(row)
    initial = {name: getattr(now, name) for name in console_forms.FormDetails.base_fields}
    form = console_forms.FormDetails(request.POST or web.unsent(request) or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _try(form, lambda: _save(request, row, **form.cleaned_data)):
        toast(request, _("The form is saved."))
        return redirect(row)
    return _drawn(request, form, _("Edit the form"), row)


@page(policies.FORMS, side="console", methods=BOTH)
def question(request: Request, pk: UUID, index: int | None = None) -> HttpResponse:
    """Add a question, or change one."""
    row = _one(request, pk)
    known = _at(row.asks.questions, index)
    form = console_forms.QuestionForm(row, known, request.POST or web.unsent(request) or None)
    title = _("Question") if known else _("Add a question")
    return _put(request, row, "questions", index, form, form.question, _("The question is saved."), title)


@page(policies.FORMS, side="console", methods=BOTH)
def consent(request: Request, pk: UUID, index: int | None = None) -> HttpResponse:
    """Add a text to agree to, or change one; new words are a new edition."""
    row = _one(request, pk)
    known = _at(row.asks.consents, index)
    form = console_forms.ConsentForm(known, request.POST or web.unsent(request) or None)
    title = _("Consent") if known else _("Add a consent")
    taken = {one.key for one in row.asks.consents}
    return _put(
        request, row, "consents", index, form, lambda: form.consent(taken=taken), _("The consent is saved."), title
    )


@page(policies.FORMS, side="console", methods=BOTH)
def score(request: Request, pk: UUID, index: int | None = None) -> HttpResponse:
    """Add a rule that gives points, or change one."""
    row = _one(request, pk)
    known = _at(row.asks.score, index)
    form = console_forms.ScoreForm(row, known, request.POST or web.unsent(request) or None)
    title = _("Points") if known else _("Add points")
    return _put(request, row, "score", index, form, form.rule, _("The rule is saved."), title)


def _put(
    request: Request,
    row: ApplicationForm,
    part: str,
    index: int | None,
    form: Any,
    made: Callable[[], Any],
    saved: str,
    title: str,
) -> HttpResponse:
    """Put what was made into its place in a part of the form, or at the end, and go back to the form."""
    if request.method == "POST" and form.is_valid():
        parts = list(getattr(row.asks, part))
        place = len(parts) if index is None else index
        parts[place : place + 1] = [made()]
        if _try(form, lambda: _define(request, row, **{part: parts})):
            toast(request, saved)
            return redirect(row)
    return _drawn(request, form, title, row)


@page(policies.FORMS, side="console", methods=BOTH)
def approval(request: Request, pk: UUID) -> HttpResponse:
    """Say when nobody has to decide."""
    row = _one(request, pk)
    form = console_forms.ApprovalForm(row, request.POST or web.unsent(request) or None)
    saved = request.method == "POST" and form.is_valid()
    if saved and _try(form, lambda: _define(request, row, approval=form.approval())):
        toast(request, _("The rule is saved."))
        return redirect(row)
    return _drawn(request, form, _("Approve by itself"), row)


@page(policies.FORMS, side="console", methods=POST)
def arrange(request: Request, pk: UUID) -> HttpResponse:
    """Move a part up or down, or take it out."""
    row = _one(request, pk)
    part, act = request.POST.get("part", ""), request.POST.get("act", "")
    if part not in ("questions", "consents", "score") or not request.POST.get("index", "").isdecimal():
        raise Http404
    parts: Parts = list(getattr(row.asks, part))
    index = int(request.POST["index"])
    if index >= len(parts):
        raise Http404
    if act == "remove":
        del parts[index]
    elif act in ("up", "down"):
        other = index + (-1 if act == "up" else 1)
        if 0 <= other < len(parts):
            parts[index], parts[other] = parts[other], parts[index]
    try:
        with transaction.atomic():
            _define(request, row, **{part: parts})
    except Invalid as problem:
        toast(request, " ".join(problem.fields.values()) or str(problem), tone="possible")
    return redirect(row)


@page(policies.FORMS, side="console", methods=POST)
def move(request: Request, pk: UUID, to: str) -> HttpResponse:
    """Publish a form, or close it."""
    row = _one(request, pk)
    if to == "publish":
        services.publish_form(form=row, by=request.actor, at=timezone.now())
        toast(request, _("The public can apply now."))
    elif to == "close":
        services.close_form(form=row, by=request.actor, at=timezone.now())
        toast(request, _("Nobody can begin on this form any more. Who has begun can finish."))
    else:
        raise Http404
    return redirect(row)


def _one(request: Request, pk: UUID) -> ApplicationForm:
    return get_object_or_404(policies.forms_visible_to(request.actor), pk=pk)


def _at(parts: Parts, index: int | None) -> Any:
    if index is None:
        return None
    if index >= len(parts):
        raise Http404
    return parts[index]


def _save(request: Request, row: ApplicationForm, **changed: Any) -> ApplicationForm:
    values = replace(FormValues.of(row), **changed)
    return services.save_form(form=row, values=values, by=request.actor, at=timezone.now())


def _define(request: Request, row: ApplicationForm, **changed: Any) -> ApplicationForm:
    definition = FormDefinition.model_validate({**row.asks.model_dump(), **changed})
    return _save(request, row, definition=definition)


def _try(form: Any, save: Callable[[], ApplicationForm]) -> ApplicationForm | None:
    try:
        with transaction.atomic():
            return save()
    except (Invalid, Refusal) as problem:
        placed = {name: text for name, text in problem.fields.items() if name in form.fields}
        for name, text in placed.items():
            form.add_error(name, text)
        for text in [text for name, text in problem.fields.items() if name not in placed] or (
            [] if placed else [str(problem)]
        ):
            form.add_error(None, text)
    except Problem as problem:
        form.add_error(None, str(problem))
    return None


def _drawn(request: Request, form: Any, title: str, row: ApplicationForm | None) -> HttpResponse:
    context = {"form": form, "title": title, "row": row}
    return render(request, "recruiting/edit.html", context, status=422 if form.errors else 200)
