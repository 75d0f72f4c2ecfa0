"""The facts of journeys and tasks."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from openprm.journeys import words
from openprm.kernel import events

_Journey = Annotated[str, events.Words(_("journey's code"))]
_Name = Annotated[str, events.Words(_("name of the journey"))]
_Version = Annotated[int, events.Words(_("version of the template"))]
_StageName = Annotated[str, events.Words(_("name of the stage"))]
_Text = Annotated[str, events.Words(_("reason"))]
_Title = Annotated[str, events.Words(_("title of the task"))]
_Kind = Annotated[str, events.Words(_("kind of task"), words.kinds)]
_Owner = Annotated[str, events.Words(_("who does it"), words.OWNERS)]
_OfJourney = Annotated[str, events.Words(_("journey"))]
_DueOn = Annotated[date, events.Words(_("due date"))]
_Code = Annotated[str, events.Words(_("template's code"))]
_TemplateName = Annotated[str, events.Words(_("name of the template"))]


@events.declare("journey.started", _("A journey was started for a partner"))
@dataclass(frozen=True)
class Started:
    """Which template, and which version of it."""

    journey: _Journey
    name: _Name
    version: _Version


@events.declare("journey.stage_reached", _("A partner reached the next stage of a journey"))
@dataclass(frozen=True)
class StageReached:
    """Which stage."""

    journey: _Journey
    name: _Name
    stage: Annotated[str, events.Words(_("stage's code"))]
    stage_name: _StageName


@events.declare("journey.completed", _("A partner completed a journey"))
@dataclass(frozen=True)
class Completed:
    """Which, and how many days it took."""

    journey: _Journey
    name: _Name
    days: Annotated[int, events.Words(_("days it took"))]


@events.declare("journey.cancelled", _("A journey was cancelled"))
@dataclass(frozen=True)
class Cancelled:
    """Which, and why."""

    journey: _Journey
    name: _Name
    text: _Text


@events.declare("journey.stuck", _("Nothing moved in a journey for a long time"), shared=False)
@dataclass(frozen=True)
class Stuck:
    """Since how many days."""

    journey: _Journey
    name: _Name
    stage_name: _StageName
    days: Annotated[int, events.Words(_("days without progress"))]


@events.declare("task.assigned", _("A task was given to a partner or its account team"))
@dataclass(frozen=True)
class Assigned:
    """What is to be done by whom until when."""

    title: _Title
    kind: _Kind
    owner: _Owner
    journey: _OfJourney = ""
    due_on: Annotated[date | None, events.Words(_("due date"))] = None


@events.declare("task.submitted", _("A task was handed in for approval"))
@dataclass(frozen=True)
class Submitted:
    """Which."""

    title: _Title
    kind: _Kind
    journey: _OfJourney = ""


@events.declare("task.completed", _("A task was completed"))
@dataclass(frozen=True)
class TaskCompleted:
    """Which; ``approved`` where the vendor looked at it."""

    title: _Title
    key: Annotated[str, events.Words(_("task's code"))]
    kind: _Kind
    journey: _OfJourney = ""
    approved: Annotated[bool, events.Words(_("approved by the vendor"))] = False


@events.declare("task.returned", _("A task was sent back"))
@dataclass(frozen=True)
class Returned:
    """Why."""

    title: _Title
    kind: _Kind
    text: Annotated[str, events.Words(_("what is missing"))]
    journey: _OfJourney = ""


@events.declare("task.skipped", _("A task was skipped"))
@dataclass(frozen=True)
class Skipped:
    """Which, and why."""

    title: _Title
    text: _Text
    journey: _OfJourney = ""


@events.declare("task.resumed", _("A skipped task was taken up again"))
@dataclass(frozen=True)
class Resumed:
    """Which."""

    title: _Title
    journey: _OfJourney = ""


@events.declare("task.reminded", _("A task will be due soon"))
@dataclass(frozen=True)
class Reminded:
    """When."""

    title: _Title
    owner: _Owner
    due_on: _DueOn
    journey: _OfJourney = ""


@events.declare("task.overdue", _("A task is overdue"))
@dataclass(frozen=True)
class Overdue:
    """Since when."""

    title: _Title
    owner: _Owner
    due_on: _DueOn
    journey: _OfJourney = ""


@events.declare("journey_template.saved", _("A journey template was changed"), shared=False)
@dataclass(frozen=True)
class TemplateSaved:
    """Which."""

    code: _Code
    name: _TemplateName
    new: Annotated[bool, events.Words(_("new template"))]


@events.declare("journey_template.published", _("A journey template was published"), shared=False)
@dataclass(frozen=True)
class TemplatePublished:
    """Which version is in force from now on."""

    code: _Code
    name: _TemplateName
    version: _Version


@events.declare("journey_template.archived", _("A journey template was archived"), shared=False)
@dataclass(frozen=True)
class TemplateArchived:
    """Which."""

    code: _Code
    name: _TemplateName
