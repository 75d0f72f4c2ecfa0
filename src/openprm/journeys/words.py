"""Kinds, owners and states in words, with their icons and colours."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.journeys.content import Kind
from openprm.journeys.lifecycle import Journey, State
from openprm.kernel import task_kinds
from openprm.partners.lists import TeamRole

KINDS: dict[str, Any] = {
    Kind.FORM: _("Form"),
    Kind.DOCUMENT: _("Document upload"),
    Kind.CONFIRM: _("Read and confirm"),
    Kind.MEETING: _("Meeting"),
    Kind.LINK: _("External link"),
    Kind.APPROVAL: _("Approval by the vendor"),
}
KIND_ICONS: dict[str, str] = {
    Kind.FORM: "clipboard",
    Kind.DOCUMENT: "upload",
    Kind.CONFIRM: "book",
    Kind.MEETING: "calendar-event",
    Kind.LINK: "external-link",
    Kind.APPROVAL: "clipboard-check",
}
OWNERS: dict[str, Any] = {"partner": _("Partner"), **{str(role): role.label for role in TeamRole}}
STATES: dict[str, Any] = {
    State.PENDING: _("To do"),
    State.WAITING: _("Waiting for approval"),
    State.COMPLETED: _("Completed"),
    State.ACTION_REQUIRED: _("Action required"),
    State.SKIPPED: _("Skipped"),
}
TONES: dict[str, str] = {
    State.PENDING: "neutral",
    State.WAITING: "info",
    State.COMPLETED: "clear",
    State.ACTION_REQUIRED: "possible",
    State.SKIPPED: "neutral",
}
STATE_ICONS: dict[str, str] = {
    State.PENDING: "circle",
    State.WAITING: "hourglass",
    State.COMPLETED: "circle-check",
    State.ACTION_REQUIRED: "arrow-back-up",
    State.SKIPPED: "minus",
}
JOURNEYS: dict[str, Any] = {
    Journey.RUNNING: _("Running"),
    Journey.COMPLETED: _("Completed"),
    Journey.CANCELLED: _("Cancelled"),
}
JOURNEY_TONES: dict[str, str] = {Journey.RUNNING: "info", Journey.COMPLETED: "clear", Journey.CANCELLED: "neutral"}
TEMPLATES: dict[str, Any] = {"draft": _("Draft"), "published": _("Published"), "archived": _("Archived")}
TEMPLATE_TONES: dict[str, str] = {"draft": "neutral", "published": "clear", "archived": "neutral"}
ANSWERS: dict[str, Any] = {
    "text": _("Short text"),
    "long_text": _("Long text"),
    "choice": _("One of several"),
    "number": _("Number"),
    "date": _("Date"),
    "yes_no": _("Yes or no"),
}
PROFILE_FIELDS: dict[str, Any] = {
    "trading_name": _("Trading name"),
    "website": _("Website"),
    "business_models": _("Business models"),
    "verticals": _("Verticals"),
}


def kind(key: str) -> Any:
    """Return the words of a kind, declared ones too."""
    declared = task_kinds.find(key)
    return KINDS.get(key) or (declared.label if declared else key)


def kind_icon(key: str) -> str:
    """Return the icon of a kind."""
    declared = task_kinds.find(key)
    return KIND_ICONS.get(key) or (declared.icon if declared else "checks")


def kinds() -> list[tuple[str, Any]]:
    """Return every kind there is, declared ones last."""
    return [*((key, label) for key, label in KINDS.items()), *((k.key, k.label) for k in task_kinds.task_kinds())]
