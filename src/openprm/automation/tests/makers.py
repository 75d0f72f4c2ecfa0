"""What tests of automations make: definitions, live automations, facts about partners, and actions of their own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from openprm.automation import running, services
from openprm.automation.definition import condition
from openprm.automation.models import Automation, EmailTemplate, Run
from openprm.kernel import actions, jobs
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.actions import Action, Occasion, Parameter
from openprm.partners import services as partners
from openprm.partners.models import Partner
from tests.world import NOW

CHANGED = {"kind": "event", "event": "partner.profile_changed"}
HEALTHCARE = {"field": "partner.vertical", "op": "any_of", "value": ["healthcare"]}
COUNTRY_DE = {"field": "partner.country", "op": "in", "value": ["DE"]}


def action(key: str, name: str, **values: Any) -> dict[str, Any]:
    """Return a step that acts."""
    return {"key": key, "kind": "action", "action": name, "values": values}


def add_vertical(key: str, vertical: str) -> dict[str, Any]:
    """Return a step that adds a vertical."""
    return action(key, "partners.set_field", change=f"verticals+{vertical}")


def wait(key: str, amount: int, unit: str = "days") -> dict[str, Any]:
    """Return a step that waits."""
    return {"key": key, "kind": "wait", "unit": unit, "amount": amount}


def branch(key: str, audience: Any, then: list[Any], otherwise: list[Any] | None = None) -> dict[str, Any]:
    """Return a step that branches."""
    return {
        "key": key, "kind": "branch", "condition": condition(audience), "then": then, "else": otherwise or [],
    }  # fmt: skip


def definition(*steps: Any, trigger: Any = None, audience: Any = None, told: list[Any] | None = None) -> dict[str, Any]:
    """Return a definition."""
    return {"trigger": trigger or CHANGED, "condition": condition(audience, *(told or [])), "steps": list(steps)}


def live(*steps: Any, name: str = "Test", at: datetime = NOW, **more: Any) -> Automation:
    """Return a live automation."""
    with as_system():
        made = services.create(name=name, definition=definition(*steps, **more), by=SYSTEM, at=at)
        return services.publish(automation=made, by=SYSTEM, at=at)


def change(partner: Partner, by: Any = SYSTEM, **values: Any) -> None:
    """Change a partner's profile, and let everything that follows happen."""
    with as_system():
        fresh = Partner.objects.get(pk=partner.pk)
        partners.change_profile(partner=fresh, by=by, at=NOW, **values)
    jobs.work_off()


def runs(automation: Automation) -> list[Run]:
    """Return the runs of an automation, oldest first."""
    with as_system():
        found = Run.objects.filter(automation=automation).select_related("automation", "partner", "of_version")
        return list(found.order_by("created_at", "pk"))


def only_run(automation: Automation) -> Run:
    """Return the one run of an automation, but for those that were stopped as its own echo."""
    (run,) = [run for run in runs(automation) if run.state != Run.State.STOPPED]
    return run


def steps_of(run: Run) -> dict[str, Any]:
    """Return the steps of a run by key."""
    with as_system():
        return {step.key: step for step in run.steps.all()}


def go(run: Run, at: datetime) -> Run:
    """Let a run go on at a moment, and return it as it is then."""
    running.go(run.pk, at=at)
    with as_system():
        return Run.objects.select_related("automation").get(pk=run.pk)


def verticals(partner: Partner) -> list[str]:
    """Return a partner's verticals now."""
    with as_system():
        return list(Partner.objects.get(pk=partner.pk).verticals)


def template(code: str = "welcome", **values: Any) -> EmailTemplate:
    """Return an e-mail template."""
    given = {
        "name": "Welcome",
        "subject": "Welcome, {{ partner.name }}",
        "body": "Dear {{ person.first_name | partner }},\n\nwe are glad.\n\n{{ sender.name }}",
    }
    with as_system():
        return services.save_template(code=code, by=SYSTEM, at=NOW, **(given | values))


@contextmanager
def offered(key: str, run: Any) -> Iterator[list[Occasion]]:
    """Offer an action for the length of the block; yield the occasions on which it ran."""
    ran: list[Occasion] = []

    def noted(occasion: Occasion, given: Mapping[str, Any]) -> str:
        said = str(run(occasion, given))
        ran.append(occasion)
        return said

    actions.register(
        Action(key, "Test", sentence="test {word}", run=noted, parameters=[Parameter("word", "Word", "text", False)])
    )
    try:
        yield ran
    finally:
        del actions._actions[key]
