"""What journeys put on other pages: cards of the home pages, a partner's panel, and numbers in the menu."""

from typing import Any

from django.utils import timezone

from openprm.journeys import policies, queries
from openprm.journeys.lifecycle import Journey as JourneyState
from openprm.kernel.access import Actor
from openprm.partners.models import Partner

SHOWN = 6


def portal_tasks(actor: Actor) -> dict[str, Any]:
    """Return the partner's checklist: what to do, due first, and how far each journey is."""
    todo = queries.partners_todo(actor)
    tasks = list(todo[:SHOWN])
    running = policies.visible_to(actor).filter(partner_id=actor.company_id, state=JourneyState.RUNNING)
    return {
        "tasks": tasks,
        "more": todo.count() - len(tasks) if len(tasks) == SHOWN else 0,
        "journeys": list(running.order_by("started_at")[:SHOWN]),
        "today": queries.today(timezone.now()),
        "may_do": actor.may(policies.DO) and not actor.read_only,
    }


def console_onboarding(actor: Actor) -> dict[str, Any]:
    """Return what waits for approval, the longest first, and which journeys are stuck."""
    now = timezone.now()
    waiting = queries.to_approve(actor)
    stuck = queries.stuck(policies.visible_to(actor), now)
    mine = queries.vendors_todo(actor)
    return {
        "waiting": list(waiting[:SHOWN]),
        "waiting_count": waiting.count(),
        "stuck": list(stuck.order_by("progressed_at")[:SHOWN]),
        "stuck_count": stuck.count(),
        "mine_count": mine.count(),
    }


def console_partner(actor: Actor, partner: Partner) -> dict[str, Any] | None:
    """Return a partner's journeys and open tasks, for its page in the console."""
    journeys = list(policies.visible_to(actor).filter(partner=partner).order_by("-started_at")[:SHOWN])
    singles = policies.tasks_visible_to(actor).filter(partner=partner, journey=None)
    return {
        "journeys": journeys,
        "singles": list(singles.order_by("ended_at", *queries.DUE_FIRST)[:SHOWN]),
        "may_assign": policies.may_assign_to(actor, partner),
        "today": queries.today(timezone.now()),
    }
