"""Journeys for tests: a small one that has every kind of task, and what does them."""

from datetime import datetime
from typing import Any

from openprm.journeys import services
from openprm.journeys.content import StageDoc, Work
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.partners.models import Partner
from tests.world import NOW

STAGES: list[dict[str, Any]] = [
    {
        "key": "basics",
        "name": "Basics",
        "tasks": [
            {
                "key": "about",
                "title": "Tell us about your team",
                "kind": "form",
                "approval": True,
                "due_days": 3,
                "questions": [
                    {"key": "people", "label": "How many people?", "kind": "number"},
                    {"key": "focus", "label": "Focus", "kind": "choice", "choices": ["SMB", "Enterprise"]},
                ],
            },
            {"key": "code", "title": "Code of conduct", "kind": "confirm", "text": "Be fair.", "due_days": 5},
        ],
    },
    {
        "key": "ready",
        "name": "Ready to sell",
        "tasks": [
            {
                "key": "kickoff",
                "title": "Kick-off meeting",
                "kind": "meeting",
                "depends_on": ["about", "code"],
                "due_from": "dependencies",
                "due_days": 7,
            },
            {"key": "portal", "title": "Show the portal", "kind": "confirm", "text": "Show it.",
             "owner": "technical_account_manager", "depends_on": ["kickoff"]},
            {"key": "newsletter", "title": "Subscribe", "kind": "link", "link": "https://example.com/news",
             "optional": True},
            {"key": "release", "title": "Release as a partner", "kind": "approval", "owner": "channel_manager",
             "depends_on": ["portal"]},
        ],
    },
]  # fmt: skip
ANSWERS = Work(answers={"people": "12", "focus": "SMB"})
YES = Work(confirmed=True)
MEETING = Work(meeting_at="2026-12-24T10:00:00+01:00")


def stages(raw: Any = None) -> list[StageDoc]:
    """Return stages as values."""
    return [StageDoc.model_validate(stage) for stage in (raw if raw is not None else STAGES)]


def template(code: str = "reseller", raw: Any = None, *, publish: bool = True) -> JourneyTemplate:
    """Draw a template, and publish it."""
    with as_system():
        made = services.save_template(code=code, name=code.capitalize(), stages=stages(raw), by=SYSTEM, at=NOW)
        return services.publish(template=made, by=SYSTEM, at=NOW) if publish else made


def started(partner: Partner, of: JourneyTemplate | None = None, *, at: datetime = NOW) -> Journey:
    """Start a journey for a partner."""
    with as_system():
        return services.start(template=of or template(), partner=partner, by=SYSTEM, at=at)


def task(journey: Journey, key: str) -> Task:
    """Return a task as it is now."""
    with as_system():
        return Task.objects.select_related("partner", "journey").get(journey=journey, key=key)


def again(journey: Journey) -> Journey:
    """Return a journey as it is now."""
    with as_system():
        return Journey.objects.select_related("partner").get(pk=journey.pk)


def hand_in(found: Task, work: Work, by: Actor, *, at: datetime = NOW) -> Task:
    """Hand in a task as somebody."""
    with enter(by):
        return services.hand_in(task=found, work=work, by=by, at=at)


def approve(found: Task, by: Actor, *, at: datetime = NOW) -> Task:
    """Approve a task as somebody."""
    with enter(by):
        return services.approve(task=found, by=by, at=at)
