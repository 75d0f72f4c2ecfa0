"""What automations can make happen with journeys and tasks."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.journeys import services, words
from openprm.journeys.content import PARTNER, Kind, TaskDoc
from openprm.journeys.models import JourneyTemplate
from openprm.kernel.access import as_system
from openprm.kernel.actions import Action, Occasion, Parameter
from openprm.partners.models import Partner

GROUP = gettext_lazy("Onboarding")


def published() -> list[tuple[str, str]]:
    """Return the journeys that can be started."""
    rows = JourneyTemplate.objects.filter(state=JourneyTemplate.State.PUBLISHED).order_by("name")
    return list(rows.values_list("code", "name"))


def every() -> list[tuple[str, str]]:
    """Return all journeys there are or were."""
    return list(JourneyTemplate.objects.order_by("name").values_list("code", "name"))


def _partner(occasion: Occasion) -> Partner:
    with as_system():
        return Partner.objects.get(pk=occasion.partner_id)


def _assign(occasion: Occasion, given: Mapping[str, Any]) -> str:
    template = services.template_of(given["journey"])
    try:
        services.start(
            template=template, partner=_partner(occasion), by=occasion.by, at=occasion.at, origin=occasion.key
        )
    except services.AlreadyRunning:
        return _("is on the journey %s already") % template.name
    return _("assigned the journey %s") % template.name


def _assign_task(occasion: Occasion, given: Mapping[str, Any]) -> str:
    link = str(given.get("link") or "")
    text = str(given.get("text") or given["title"])
    task = _doc(given, kind=Kind.LINK if link else Kind.CONFIRM, owner=given["owner"], text=text, link=link)
    services.assign_task(partner=_partner(occasion), task=task, by=occasion.by, at=occasion.at, origin=occasion.key)
    return _("gave the task “%(title)s” to: %(owner)s") % {"title": task.title, "owner": words.OWNERS[task.owner]}


def _request_document(occasion: Occasion, given: Mapping[str, Any]) -> str:
    approval = bool(given.get("approval", True))
    task = _doc(given, kind=Kind.DOCUMENT, owner=PARTNER, text=str(given.get("text") or ""), approval=approval)
    services.assign_task(partner=_partner(occasion), task=task, by=occasion.by, at=occasion.at, origin=occasion.key)
    return _("asked for the document “%s”") % task.title


def _doc(given: Mapping[str, Any], **values: Any) -> TaskDoc:
    due = given.get("due_days")
    return TaskDoc(
        key="task", title=str(given["title"])[:120], due_days=None if due in (None, "") else int(due), **values
    )


_TITLE = Parameter("title", gettext_lazy("Title"), "text")
_TEXT = Parameter("text", gettext_lazy("What to do"), "long_text", required=False)
_DUE = Parameter("due_days", gettext_lazy("Due after so many days"), "days", required=False)

ACTIONS = [
    Action(
        "journeys.assign",
        gettext_lazy("Assign a journey"),
        sentence=gettext_lazy("assign the journey {journey}"),
        parameters=[Parameter("journey", gettext_lazy("Journey"), "choice", choices=published)],
        run=_assign,
        icon="map",
        group=GROUP,
    ),
    Action(
        "journeys.assign_task",
        gettext_lazy("Give a task"),
        sentence=gettext_lazy("give the task “{title}” to: {owner}"),
        parameters=[
            _TITLE,
            Parameter(
                "owner", gettext_lazy("Who does it"), "choice", choices=list(words.OWNERS.items()), default=PARTNER
            ),
            _TEXT,
            Parameter(
                "link",
                gettext_lazy("Link"),
                "text",
                required=False,
                help=gettext_lazy("Where it is done, with https://."),
            ),
            _DUE,
        ],
        run=_assign_task,
        icon="clipboard",
        group=GROUP,
    ),
    Action(
        "journeys.request_document",
        gettext_lazy("Request a document"),
        sentence=gettext_lazy("ask for the document “{title}”"),
        parameters=[
            Parameter("title", gettext_lazy("Which document"), "text"),
            _TEXT,
            _DUE,
            Parameter("approval", gettext_lazy("It waits for approval"), "boolean", required=False, default=True),
        ],
        run=_request_document,
        icon="file-text",
        group=GROUP,
    ),
]
