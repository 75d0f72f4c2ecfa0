"""The template editor: stages and tasks, their order, a preview, and publishing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.journeys import checking, drawn, forms, policies, services, words
from openprm.journeys.content import StageDoc, TaskDoc, free_key, tasks_of
from openprm.journeys.models import JourneyTemplate
from openprm.journeys.views.common import POST, READ_WRITE, sent
from openprm.journeys.views.giving import task_doc
from openprm.journeys.views.questions import as_rows, declared_fields, questions_of
from openprm.kernel import web
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

templates = Table(
    id="templates",
    columns=[
        Column("name", gettext_lazy("Journey"), cell="name", sort="name", link=True),
        Column("state", gettext_lazy("Status"), cell="journeys/cells/template.html", sort="state", csv="state"),
        Column("number", gettext_lazy("Version"), cell="number", align="end", sort="number"),
        Column("running", gettext_lazy("Running"), cell="running", align="end", sort="running"),
        Column("completed", gettext_lazy("Completed"), cell="completed", align="end", sort="completed"),
        Column("published", gettext_lazy("Published"), cell="published_at", sort="published_at", from_width="tablet"),
    ],
    filters=[Filter("state", gettext_lazy("Status"), choices=list(words.TEMPLATES.items()), multiple=True)],
    search=["name__icontains", "code__icontains"],
    default_sort="name",
    row_url=lambda row: row.url,
    empty=Empty(
        "template",
        gettext_lazy("No journeys drawn yet"),
        gettext_lazy("Draw stages and tasks once; every partner who starts gets a copy."),
        gettext_lazy("Draw a journey"),
        "console:journey_template_new",
        permission=policies.TEMPLATES,
    ),
    caption=gettext_lazy("Journey templates"),
)


@page(policies.TEMPLATES, side="console")
def listing(request: Request) -> HttpResponse:
    """List the templates."""
    rows = policies.templates_visible_to(request.actor).annotate(
        running=Count("journeys", filter=Q(journeys__state="running")),
        completed=Count("journeys", filter=Q(journeys__state="completed")),
    )
    return templates.response(request, rows, "journeys/console/templates.html", {})


@page(policies.TEMPLATES, side="console", methods=READ_WRITE)
def new(request: Request) -> HttpResponse:
    """Begin a template."""
    form = forms.NewTemplate(request.POST if request.method == "POST" else web.unsent(request))
    made: list[JourneyTemplate] = []

    def do() -> None:
        made.append(services.save_template(by=request.actor, at=timezone.now(), **form.cleaned_data))

    if request.method == "POST" and form.is_valid() and sent(form, do):
        toast(request, _("Now add its stages and tasks."))
        return redirect(made[0].url)
    return _form(request, form, _("Draw a journey"), None)


@page(policies.TEMPLATES, side="console")
def editor(request: Request, pk: UUID) -> HttpResponse:
    """Show a template's stages and tasks, to be changed."""
    row = _row(pk)
    stages = row.drawn
    titles = {task.key: task.title for _stage, task in tasks_of(stages)}
    context = {
        "template": row,
        "stages": [_Stage(stage, [_Line.of(task, titles) for task in stage.tasks]) for stage in stages],
        "missing": checking.missing(stages) + checking.problems(stages),
        "running": row.journeys.filter(state="running").count(),
    }
    return render(request, "journeys/console/editor.html", context)


@page(policies.TEMPLATES, side="console", methods=READ_WRITE)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change what a template is called."""
    row = _row(pk)
    form = forms.TemplateForm(
        request.POST if request.method == "POST" else web.unsent(request),
        initial={"name": row.name, "description": row.description},
    )

    def do() -> None:
        services.save_template(template=row, by=request.actor, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and sent(form, do):
        toast(request, _("Saved."))
        return redirect(row.url)
    return _form(request, form, _("Name and description"), row)


@page(policies.TEMPLATES, side="console", methods=READ_WRITE)
def stage(request: Request, pk: UUID) -> HttpResponse:
    """Add a stage, or change the one that the address names."""
    row = _row(pk)
    stages = row.drawn
    key = request.GET.get("key", "")
    known = next((one for one in stages if one.key == key), None)
    if key and known is None:
        raise Http404
    initial = {"name": known.name, "text": known.text} if known else {}
    form = forms.StageForm(request.POST if request.method == "POST" else web.unsent(request), initial=initial)

    def do() -> None:
        values = form.cleaned_data
        put = (
            known
            or StageDoc.model_validate({"key": free_key(values["name"], {one.key for one in stages}), "name": "x"})
        ).model_copy(update=values)
        _save(request, row, drawn.put_stage(stages, put))

    if request.method == "POST" and form.is_valid() and sent(form, do):
        return redirect(row.url)
    return _form(request, form, _("Change the stage") if known else _("Add a stage"), row)


@page(policies.TEMPLATES, side="console", methods=READ_WRITE)
def task(request: Request, pk: UUID) -> HttpResponse:
    """Add a task, or change the one that the address names."""
    row = _row(pk)
    stages = row.drawn
    key = request.GET.get("key", "")
    place, known = next(((s, t) for s, t in tasks_of(stages) if t.key == key), (None, None))
    if key and known is None:
        raise Http404
    others = [(t.key, t.title) for _s, t in tasks_of(stages) if t.key != key]
    data = request.POST if request.method == "POST" else web.unsent(request)
    listed = [(one.key, one.name) for one in stages]
    begin = request.GET.get("stage") or (listed[0][0] if listed else "")
    initial = _initial(known) | {"stage": place.key if place else begin}
    form = forms.DrawnTask(listed, others, data, initial=initial)
    questions = forms.Questions(data, initial=as_rows(known.questions) if known else None)

    def do() -> None:
        values = {**form.cleaned_data, "questions": questions_of(questions)}
        taken = {t.key for _s, t in tasks_of(stages)}
        name = known.key if known else free_key(values["title"], taken)
        _save(request, row, drawn.put_task(stages, values["stage"], task_doc(values, name, request.POST)))

    if request.method == "POST" and form.is_valid() and questions.is_valid() and sent(form, do):
        if "more" in request.POST:
            saved = key or next(t.key for _s, t in tasks_of(row.drawn) if t.title == form.cleaned_data["title"])
            return redirect(f"{request.path}?key={saved}#questions")
        return redirect(f"{row.url}#task-{key}" if key else row.url)
    context = {
        "template": row,
        "form": form,
        "questions": questions,
        "known": known,
        "declared": declared_fields(known, data),
    }
    return render(request, "journeys/console/draw_task.html", context, status=422 if request.method == "POST" else 200)


@page(policies.TEMPLATES, side="console", methods=POST)
def arrange(request: Request, pk: UUID) -> HttpResponse:
    """Move a stage or a task: a step up or down by its buttons, or to a place by dragging."""
    row = _row(pk)
    part, key = request.POST.get("part"), request.POST.get("key", "")
    step = -1 if request.POST.get("step") == "up" else 1
    if part == "stage":
        stages = drawn.move_stage(row.drawn, key, step)
    elif "place" in request.POST:
        place = request.POST["place"]
        to = int(place) if place.isdecimal() else 0
        stages = drawn.place_task(row.drawn, key, request.POST.get("stage", ""), to)
    else:
        stages = drawn.step_task(row.drawn, key, step)
    _save(request, row, stages)
    return redirect(f"{row.url}#{'stage' if part == 'stage' else 'task'}-{key}")


@page(policies.TEMPLATES, side="console", methods=POST)
def remove(request: Request, pk: UUID) -> HttpResponse:
    """Take a stage with its tasks, or a task, out of a template."""
    row = _row(pk)
    take: Callable[[Any, str], list[StageDoc]] = (
        drawn.without_stage if request.POST.get("part") == "stage" else drawn.without_task
    )
    _save(request, row, take(row.drawn, request.POST.get("key", "")))
    toast(request, _("Removed."), tone="info")
    return redirect(row.url)


@page(policies.TEMPLATES, side="console")
def preview(request: Request, pk: UUID) -> HttpResponse:
    """Show a template as the partner will see it."""
    row = _row(pk)
    titles = {one.key: one.title for _stage, one in tasks_of(row.drawn)}
    stages = [_Stage(one, [_Line.of(line, titles) for line in one.tasks]) for one in row.drawn]
    return render(request, "journeys/console/preview.html", {"template": row, "stages": stages})


@page(policies.TEMPLATES, side="console", methods=POST)
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Let journeys that start from now on be made of what is drawn."""
    row = services.publish(template=_row(pk), by=request.actor, at=timezone.now())
    toast(request, _("Version %s is in force for journeys that start from now on.") % row.number)
    return redirect(row.url)


@page(policies.TEMPLATES, side="console", methods=POST)
def archive(request: Request, pk: UUID) -> HttpResponse:
    """Put a template away."""
    row = services.archive(template=_row(pk), by=request.actor, at=timezone.now())
    toast(request, _("%s is archived. Running journeys go on.") % row.name, tone="info")
    return redirect("console:journey_templates")


@page(policies.TEMPLATES, side="console", methods=POST)
def restore(request: Request, pk: UUID) -> HttpResponse:
    """Take a template out of the archive."""
    row = services.restore(template=_row(pk), by=request.actor, at=timezone.now())
    toast(request, _("%s is restored.") % row.name)
    return redirect(row.url)


@dataclass(frozen=True, slots=True)
class _Line:
    """A task of the editor."""

    task: TaskDoc
    kind: Any
    icon: str
    owner: Any
    after: list[str]

    @classmethod
    def of(cls, task: TaskDoc, titles: dict[str, str]) -> "_Line":
        """Return a drawn task with its words."""
        after = [titles.get(key, key) for key in task.depends_on]
        return cls(task, words.kind(task.kind), words.kind_icon(task.kind), words.OWNERS[task.owner], after)


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stage of the editor."""

    stage: StageDoc
    lines: list[_Line]


def _row(pk: UUID) -> JourneyTemplate:
    return get_object_or_404(JourneyTemplate, pk=pk)


def _save(request: Request, row: JourneyTemplate, stages: list[StageDoc]) -> None:
    services.save_template(
        template=row, name=row.name, description=row.description, stages=stages, by=request.actor, at=timezone.now()
    )


def _initial(known: TaskDoc | None) -> dict[str, Any]:
    if known is None:
        return {"kind": "form", "owner": "partner", "due_from": "start"}
    return known.model_dump(exclude={"questions", "details", "key"})


def _form(request: Request, form: Any, title: str, row: JourneyTemplate | None) -> HttpResponse:
    context = {"form": form, "title": title, "template": row}
    return render(request, "journeys/console/form.html", context, status=422 if request.method == "POST" else 200)
