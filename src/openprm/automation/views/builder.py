"""The builder: one page that reads as a sentence, and the forms of its parts. It is a draft until it goes live."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.automation import definition as tree
from openprm.automation import diff, forms, policies, rules, services, words
from openprm.automation.known import known
from openprm.automation.models import Automation, AutomationVersion, Run
from openprm.automation.views import shared
from openprm.automation.views.lists import may_manage
from openprm.kernel import actions
from openprm.kernel.errors import Invalid, Missing
from openprm.kernel.http import Request
from openprm.kernel.ui import builder
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

READ_WRITE, POST = ("GET", "POST"), ("POST",)
ICONS = {"wait": "hourglass", "branch": "git-branch"}


@page(policies.VIEW, side="console")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show an automation as it is being edited."""
    return render(request, "automation/builder.html", _context(request, shared.one(request, pk)))


@page(policies.MANAGE, side="console", methods=READ_WRITE)
def describe(request: Request, pk: UUID) -> HttpResponse:
    """Change the name and the description."""
    row = shared.one(request, pk)
    form = forms.Names(request.POST or None, initial={"name": row.name, "description": row.description})

    def save() -> None:
        services.describe_as(automation=row, by=request.actor, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and shared.tried(form, save):
        return redirect(row)
    context = {"form": form, "automation": row}
    return shared.answer(render(request, "automation/new.html", context), request.method == "POST")


@page(policies.MANAGE, side="console", methods=READ_WRITE)
def trigger(request: Request, pk: UUID) -> HttpResponse:
    """Change when it begins."""
    row = shared.one(request, pk)
    form = forms.Trigger(request.POST or None, initial=row.edited["trigger"])

    def save() -> None:
        changed = {**row.edited, "trigger": form.trigger()}
        if said := rules.problems(changed, known()).get("trigger"):
            raise Invalid(said)
        _edit(request, row, changed)

    if request.method == "POST" and form.is_valid() and shared.tried(form, save):
        return redirect(row)
    context = {"form": form, "automation": row}
    return shared.answer(render(request, "automation/trigger.html", context), request.method == "POST")


@page(policies.MANAGE, side="console", methods=READ_WRITE)
def condition(request: Request, pk: UUID) -> HttpResponse:
    """Change for whom it runs."""
    row = shared.one(request, pk)
    now = row.edited["condition"]
    form = forms.Told(request.POST or None, initial={"match": now["payload"]["match"]})

    def save() -> None:
        _edit(request, row, {**row.edited, "condition": _condition(request, row, form)})

    if request.method == "POST" and form.is_valid() and shared.tried(form, save):
        return redirect(row)
    context = {**_condition_context(request, row, now), "form": form, "title": _("If")}
    return shared.answer(render(request, "automation/condition.html", context), request.method == "POST")


@page(policies.MANAGE, side="console")
def choose(request: Request, pk: UUID) -> HttpResponse:
    """Choose what a new step does."""
    row = shared.one(request, pk)
    groups: dict[str, list[actions.Action]] = {}
    for action in actions.actions():
        groups.setdefault(str(action.group) or str(_("Other")), []).append(action)
    context = {"automation": row, "action_groups": list(groups.items()), "into": request.GET.get("into", "")}
    return render(request, "automation/choose.html", context)


@page(policies.MANAGE, side="console", methods=READ_WRITE)
def add(request: Request, pk: UUID, action: str) -> HttpResponse:
    """Add a step: ``action`` is wait, branch, or an action's key."""
    row, kind = shared.one(request, pk), action
    into = request.POST.get("into", request.GET.get("into", ""))
    try:
        tree.steps_in(row.edited, into)
    except KeyError:
        raise Missing(_("There is no such place any more. Reload the page.")) from None
    key = f"s{uuid4().hex[:8]}"
    blank: dict[str, Any] = {"key": key, "kind": kind}
    if kind == "wait":
        blank |= {"unit": "days", "amount": 3}
    elif kind == "branch":
        blank |= {"condition": tree.condition(), "then": [], "else": []}
    else:
        blank |= {"kind": "action", "action": kind, "values": {}}
        _action(kind)

    def put(step: dict[str, Any]) -> dict[str, Any]:
        return tree.insert(row.edited, step, into=into)

    return _step(request, row, blank, put, into=into, new=True)


@page(policies.MANAGE, side="console", methods=READ_WRITE)
def change_step(request: Request, pk: UUID, step: str) -> HttpResponse:
    """Change a step."""
    row = shared.one(request, pk)
    found = tree.find(row.edited, step)
    if found is None:
        raise Missing(_("There is no such step any more. Reload the page."))
    return _step(request, row, found, lambda changed: tree.replace(row.edited, changed), new=False)


@page(policies.MANAGE, side="console", methods=POST)
def step_act(request: Request, pk: UUID, step: str) -> HttpResponse:
    """Move or remove a step: by its buttons, or where it was dragged to."""
    row, key = shared.one(request, pk), step
    now = row.edited
    try:
        match request.POST.get("do"):
            case "up" | "down" as way:
                changed = tree.shift(now, key, -1 if way == "up" else 1)
            case "remove":
                changed = tree.remove(now, key)
            case "move":
                place = int(request.POST.get("place") or len(tree.keys(now)))
                changed = tree.move(now, key, into=request.POST.get("into", ""), place=place)
            case _:
                raise Invalid(_("Say what to do with the step."))
    except (KeyError, ValueError):
        raise Missing(_("The step cannot go there. Reload the page and try again.")) from None
    _edit(request, row, changed)
    if request.htmx:
        return render(request, "automation/_builder.html", _context(request, row))
    return redirect(row)


@page(policies.MANAGE, side="console", methods=POST)
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Put the draft into force."""
    row = shared.one(request, pk)
    before = row.state
    try:
        services.publish(automation=row, note=request.POST.get("note", ""), by=request.actor, at=timezone.now())
    except Invalid as problem:
        context = {**_context(request, row), "refused": problem}
        return shared.answer(render(request, "automation/builder.html", context), wrong=True)
    number = row.current.number if row.current else 1
    if before == Automation.State.DRAFT:
        toast(request, _("It is live from now on."))
    else:
        toast(request, _("Version %(number)s is in force from now on.") % {"number": number})
    return redirect(row)


@page(policies.MANAGE, side="console", methods=POST)
def act(request: Request, pk: UUID) -> HttpResponse:
    """Pause, resume, put away, bring back; throw the draft away; try what failed again."""
    row = shared.one(request, pk)
    given: dict[str, Any] = {"automation": row, "by": request.actor, "at": timezone.now()}
    match request.POST.get("do"):
        case "pause":
            services.pause(**given)
            toast(request, _("Paused. What is under way rests until it goes on."))
        case "resume":
            services.resume(**given)
            toast(request, _("It is live again."))
        case "archive":
            services.archive(**given)
            toast(request, _("“%(name)s” is archived.") % {"name": row.name})
        case "revive":
            services.revive(**given)
            toast(request, _("“%(name)s” is back.") % {"name": row.name})
        case "discard":
            services.discard_draft(**given)
            toast(request, _("The draft is thrown away."), tone="info")
        case "remove":
            services.remove(**given)
            toast(request, _("“%(name)s” is removed.") % {"name": row.name}, tone="info")
            return redirect("console:automations")
        case "retry":
            number = services.retry_failed(**given)
            toast(request, _("%(number)s runs go on from where they failed.") % {"number": number})
        case _:
            raise Invalid(_("Say what to do with the automation."))
    return redirect(row)


@page(policies.VIEW, side="console")
def versions(request: Request, pk: UUID) -> HttpResponse:
    """List the versions: who, when, and what changed."""
    row = shared.one(request, pk)
    listed = list(row.versions.all()[:101])
    entries = []
    for new, old in zip(listed, [*listed[1:], None], strict=True):
        told = diff.in_words(old.definition if old else None, new.definition)
        entries.append({"version": new, "changes": told, "in_force": new.pk == row.current_id})
    context = {"automation": row, "entries": entries[:100], "may_manage": may_manage(request)}
    return render(request, "automation/versions.html", context)


@page(policies.MANAGE, side="console", methods=POST)
def restore(request: Request, pk: UUID, number: int) -> HttpResponse:
    """Take a version as the draft."""
    row = shared.one(request, pk)
    version = AutomationVersion.objects.filter(automation=row, number=number).first()
    if version is None:
        raise Missing(_("There is no such version."))
    services.restore(automation=row, version=version, by=request.actor, at=timezone.now())
    toast(request, _("Version %(number)s is the draft now. Publish it to put it into force.") % {"number": number})
    return redirect(row)


def _edit(request: Request, row: Automation, changed: dict[str, Any]) -> None:
    services.edit(automation=row, definition=changed, by=request.actor, at=timezone.now())


def _action(key: str) -> actions.Action:
    try:
        return actions.action(key)
    except KeyError:
        raise Missing(_("There is no action “%(key)s” (any more).") % {"key": key}) from None


def _step(
    request: Request, row: Automation, now: dict[str, Any], put: Any, *, new: bool, into: str = ""
) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    context: dict[str, Any] = {"automation": row, "step": now, "new": new, "into": into}
    if now["kind"] == "wait":
        form: Any = forms.Wait(sent, initial=now)
        template, title = "automation/step.html", _("Wait")
    elif now["kind"] == "branch":
        form = forms.Told(sent, initial={"match": now["condition"]["payload"]["match"]})
        template, title = "automation/condition.html", _("If")
        context |= _condition_context(request, row, now["condition"])
    else:
        action = _action(now["action"])
        form = forms.Acting(action, sent, initial=forms.initial(action, now["values"]))
        template, title = "automation/step.html", str(action.label)
        context["predicates"] = [
            {
                "name": one.name,
                "label": one.label,
                "value": request.POST.get(one.name) or now["values"].get(one.name) or tree.EVERYBODY,
            }
            for one in action.parameters
            if one.kind == "predicate"
        ]

    def save() -> None:
        step = _said(request, row, now, form)
        fields = known().event(str(row.edited["trigger"].get("event"))) or {}
        wrong = dict(rules.step_problems(step, fields, known()))
        if wrong:
            raise Invalid(" ".join(wrong.values()), fields=wrong)
        _edit(request, row, put(step))

    if sent is not None and form.is_valid() and shared.tried(form, save):
        return redirect(row)
    context |= {"form": form, "title": title}
    return shared.answer(render(request, template, context), sent is not None)


def _said(request: Request, row: Automation, now: dict[str, Any], form: Any) -> dict[str, Any]:
    """Return the step that a form says."""
    if now["kind"] == "wait":
        step: dict[str, Any] = form.step(now["key"])
        return step
    if now["kind"] == "branch":
        return {**now, "condition": _condition(request, row, form)}
    values = form.values()
    for one in form.action.parameters:
        if one.kind == "predicate" and request.POST.get(one.name):
            values[one.name] = builder.read(request.POST[one.name], subject="partner")
    return {"key": now["key"], "kind": "action", "action": now["action"], "values": values}


def _condition(request: Request, row: Automation, form: Any) -> dict[str, Any]:
    event = str(row.edited["trigger"].get("event", ""))
    told = forms.told_from(event, request.POST.getlist("told"), request.POST.getlist("told_value"))
    made = {
        "audience": builder.read(request.POST.get("audience", ""), subject="partner"),
        "payload": {"match": form.cleaned_data["match"], "conditions": told},
    }
    if said := rules.condition(made, known().event(event) or {}, known()):
        raise Invalid(said)
    return made


def _condition_context(request: Request, row: Automation, now: dict[str, Any]) -> dict[str, Any]:
    event = str(row.edited["trigger"].get("event", ""))
    rows = forms.told_rows(event, now["payload"]["conditions"])
    if request.method == "POST":
        sent = zip(request.POST.getlist("told"), request.POST.getlist("told_value"), strict=False)
        rows = [forms.told_row(event, chosen, value) for chosen, value in sent]
    return {
        "automation": row,
        "audience": request.POST.get("audience") or now["audience"],
        "members_url": f"{reverse('console:audience_preview')}?subject=partner",
        "told_choices": forms.told_choices(event),
        "told_values": forms.told_values(event),
        "told_rows": rows,
        "event_label": words.event_label(event),
    }


def _context(request: Request, row: Automation) -> dict[str, Any]:
    now = row.edited
    wrong = rules.problems(now, known()) if row.state != Automation.State.ARCHIVED else {}
    event = str(now["trigger"].get("event", ""))
    numbers = {one["key"]: number for number, one in tree.walk(now["steps"])}
    places = [("", _("the steps, at the end"))] + [
        (
            f"{one['key']}:{way}",
            (_("step %(n)s, if so") if way == "then" else _("step %(n)s, otherwise")) % {"n": number},
        )
        for number, one in tree.walk(now["steps"])
        if one["kind"] == "branch"
        for way in tree.WAYS
    ]
    counts = row.runs.all()
    return {
        "automation": row,
        "status": shared.status(row),
        "may_manage": may_manage(request) and row.state != Automation.State.ARCHIVED,
        "may_revive": may_manage(request) and row.state == Automation.State.ARCHIVED,
        "sentence": words.sentence(now),
        "when": words.trigger(now["trigger"]),
        "held": words.condition(now["condition"], event),
        "steps": _listed(now["steps"], numbers, wrong, event, places, ""),
        "wrong": wrong,
        "problems": list(wrong.values()),
        "changes": diff.in_words(row.current.definition, row.draft) if row.current and row.draft else [],
        "publishing": forms.Publishing(),
        "looking": forms.Looking(),
        "failed": counts.filter(state=Run.State.FAILED).count(),
        "under_way": counts.filter(state__in=[Run.State.GOING, Run.State.WAITING]).count(),
        "rehearsals": list(row.rehearsals.all()[:3]),
    }


def _listed(
    steps: list[dict[str, Any]], numbers: Any, wrong: Any, event: str, places: list[Any], within: str
) -> list[dict[str, Any]]:
    """Return steps as the builder shows them."""
    found = []
    for one in steps:
        key = one["key"]
        icon = ICONS.get(one["kind"], "bolt")
        if one["kind"] == "action":
            try:
                icon = actions.action(one["action"]).icon
            except KeyError:
                icon = "alert-triangle"
        said = words.step(one, event)
        below = {f"{inner['key']}:{way}" for _n, inner in tree.walk([one]) for way in tree.WAYS}
        found.append(
            {
                "key": key,
                "number": numbers[key],
                "kind": one["kind"],
                "icon": icon,
                "said": said[:1].upper() + said[1:],
                "problem": next((text for place, text in wrong.items() if f"{place}.".startswith(f"step.{key}.")), ""),
                "within": within,
                "elsewhere": [place for place in places if place[0] != within and place[0] not in below],
                "ways": [
                    {
                        "name": f"{key}:{way}",
                        "label": _("If so") if way == "then" else _("Otherwise"),
                        "steps": _listed(one[way], numbers, wrong, event, places, f"{key}:{way}"),
                    }
                    for way in tree.WAYS
                ]
                if one["kind"] == "branch"
                else [],
            }
        )
    return found
