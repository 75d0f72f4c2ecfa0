"""The lists of journeys and tasks, and those behind the figures."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.deals.views.lists import manager_choices, partner_choices
from openprm.journeys import actions, policies, queries, words
from openprm.journeys.lifecycle import DONE
from openprm.kernel.access import Actor
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, Table, Toggle
from openprm.kernel.web import page


def _templates(_request: Request) -> list[tuple[str, str]]:
    return actions.every()


def _looked_after(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    return queries.looked_after_by(rows, [UUID(value) for value in values])


def _stuck(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    return queries.stuck(rows, timezone.now()) if "yes" in values else rows


def _whose(rows: QuerySet[Any], values: list[str], actor: Actor) -> QuerySet[Any]:
    if values[0] == "partner":
        return rows.filter(queries.PARTNERS_TURN)
    if values[0] == "todo":
        return rows.filter(pk__in=queries.vendors_todo(actor).order_by().values("pk"))
    return rows.filter(queries.VENDORS_TURN)


def _late(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    if "yes" not in values:
        return rows
    return rows.exclude(state__in=DONE).filter(due_on__lt=queries.today(timezone.now()), opened_at__isnull=False)


YES = [("yes", _("Only these"))]
_PARTNER = Filter("partner", _("Partner"), choices=partner_choices, field="partner_id")
_MEMBER = Filter("member", _("Account team"), choices=manager_choices, apply=_looked_after)
_TEMPLATE = Filter("template", _("Journey"), choices=_templates, field="code", multiple=True)

journeys = Table(
    id="journeys",
    columns=[
        Column("partner", _("Partner"), cell="partner.name", sort="partner__name", link=True),
        Column("name", _("Journey"), cell="name", sort="name"),
        Column("state", _("Status"), cell="journeys/cells/journey.html", sort="state", csv="state_label"),
        Column("stage", _("Stage"), cell="stage_name", from_width="tablet"),
        Column("since", _("In this stage since"), cell="stage_since", sort="stage_since", from_width="desktop"),
        Column("done", _("Done"), cell=lambda row: f"{row.done} / {row.total}", align="end"),
        Column("progressed", _("Last progress"), cell="progressed_at", sort="progressed_at"),
        Column("started", _("Started"), cell="started_at", sort="started_at", from_width="desktop"),
    ],
    filters=[
        Filter("state", _("Status"), choices=list(words.JOURNEYS.items()), multiple=True),
        _TEMPLATE,
        Filter("stuck", _("Stuck"), choices=YES, apply=_stuck),
        _MEMBER,
        _PARTNER,
        DateRange("started", _("Started"), field="started_at"),
    ],
    search=["partner__name__icontains", "name__icontains"],
    default_sort="-started",
    row_url=lambda row: row.console_url,
    row_label=lambda row: f"{row.partner.name}: {row.name}",
    empty=Empty(
        "map",
        _("No journeys yet"),
        _("Start one for a partner, and every step of it is listed here."),
        _("Start a journey"),
        "console:journey_start",
        permission=policies.ASSIGN,
    ),
    live="journey",
    export_name="journeys",
    caption=_("Journeys"),
)

tasks = Table(
    id="tasks",
    columns=[
        Column("title", _("Task"), cell="title", sort="title", link=True),
        Column("partner", _("Partner"), cell="partner.name", sort="partner__name"),
        Column("state", _("Status"), cell="journeys/cells/task.html", sort="state", csv="state_label"),
        Column("owner", _("Who does it"), cell="owner_label", from_width="tablet"),
        Column("due", _("Due"), cell="due_on", sort="due_on"),
        Column("journey", _("Journey"), cell=lambda row: row.journey.name if row.journey else "", from_width="desktop"),
        Column("by", _("Done by"), cell=lambda row: row.submitted_by or row.ended_by, from_width="desktop"),
    ],
    filters=[
        Filter(
            "whose",
            _("Whose turn"),
            choices=[("partner", _("The partner's")), ("vendor", _("Ours")), ("todo", _("Mine to do"))],
            apply_for=_whose,
        ),
        Filter("state", _("Status"), choices=list(words.STATES.items()), multiple=True),
        Filter("late", _("Overdue"), choices=YES, apply=_late),
        Filter("owner", _("Who does it"), choices=list(words.OWNERS.items()), multiple=True),
        _MEMBER,
        _PARTNER,
        DateRange("due", _("Due"), field="due_on"),
        Toggle("single", _("Outside of journeys only"), where=Q(journey=None)),
    ],
    search=["title__icontains", "partner__name__icontains"],
    default_sort="due",
    row_url=lambda row: row.console_url,
    row_label=lambda row: f"{row.partner.name}: {row.title}",
    empty=Empty(
        "list-check", _("No tasks yet"), _("Tasks of journeys, and those given by themselves, are listed here.")
    ),
    live="task",
    export_name="tasks",
    caption=_("Tasks"),
)


def _days(row: Any) -> str:
    return str((row.reached - row.started_at).days)


measured = Table(
    id="measured",
    columns=[
        Column("partner", _("Partner"), cell="partner.name", sort="partner__name", link=True),
        Column("name", _("Journey"), cell="name", sort="name"),
        Column("started", _("Started"), cell="started_at", sort="started_at"),
        Column("reached", _("Reached"), cell="reached", sort="reached"),
        Column("days", _("Days"), cell=_days, align="end"),
    ],
    filters=[_TEMPLATE, _MEMBER, _PARTNER, DateRange("started", _("Started"), field="started_at")],
    search=["partner__name__icontains"],
    default_sort="-started",
    row_url=lambda row: row.console_url,
    row_label=lambda row: row.partner.name,
    empty=Empty("clock", _("Nobody is there yet"), _("Partners appear here as soon as they are.")),
    export_name="time",
    caption=_("Partners"),
)


@page(policies.VIEW, side="console")
def every_journey(request: Request) -> HttpResponse:
    """List the journeys."""
    context = {"may_assign": request.actor.may(policies.ASSIGN)}
    return journeys.response(request, policies.visible_to(request.actor), "journeys/console/journeys.html", context)


@page(policies.VIEW, side="console")
def every_task(request: Request) -> HttpResponse:
    """List the tasks."""
    context = {"may_assign": request.actor.may(policies.ASSIGN)}
    return tasks.response(request, policies.tasks_visible_to(request.actor), "journeys/console/tasks.html", context)


@page(policies.VIEW, side="console")
def figure(request: Request, reached: str) -> HttpResponse:
    """List the partners that a figure is made of."""
    if reached not in queries.FIGURES:
        raise Http404
    rows = queries.FIGURES[reached](policies.visible_to(request.actor))
    title = _("Time to activate") if reached == "activation" else _("Time to the first deal")
    return measured.response(request, rows, "journeys/console/figure.html", {"title": title, "reached": reached})
