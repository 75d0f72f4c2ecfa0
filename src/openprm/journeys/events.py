"""The facts of journeys and tasks."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("journey.started", _("A journey was started for a partner"))
@dataclass(frozen=True)
class Started:
    """Which template, and which version of it."""

    journey: str
    name: str
    version: int


@events.declare("journey.stage_reached", _("A partner reached the next stage of a journey"))
@dataclass(frozen=True)
class StageReached:
    """Which stage."""

    journey: str
    name: str
    stage: str
    stage_name: str


@events.declare("journey.completed", _("A partner completed a journey"))
@dataclass(frozen=True)
class Completed:
    """Which, and how many days it took."""

    journey: str
    name: str
    days: int


@events.declare("journey.cancelled", _("A journey was cancelled"))
@dataclass(frozen=True)
class Cancelled:
    """Which, and why."""

    journey: str
    name: str
    text: str


@events.declare("journey.stuck", _("Nothing moved in a journey for a long time"), shared=False)
@dataclass(frozen=True)
class Stuck:
    """Since how many days."""

    journey: str
    name: str
    stage_name: str
    days: int


@events.declare("task.assigned", _("A task was given to a partner or its account team"))
@dataclass(frozen=True)
class Assigned:
    """What is to be done by whom until when."""

    title: str
    kind: str
    owner: str
    journey: str = ""
    due_on: date | None = None


@events.declare("task.submitted", _("A task was handed in for approval"))
@dataclass(frozen=True)
class Submitted:
    """Which."""

    title: str
    kind: str
    journey: str = ""


@events.declare("task.completed", _("A task was completed"))
@dataclass(frozen=True)
class TaskCompleted:
    """Which; ``approved`` where the vendor looked at it."""

    title: str
    key: str
    kind: str
    journey: str = ""
    approved: bool = False


@events.declare("task.returned", _("A task was sent back"))
@dataclass(frozen=True)
class Returned:
    """Why."""

    title: str
    kind: str
    text: str
    journey: str = ""


@events.declare("task.skipped", _("A task was skipped"))
@dataclass(frozen=True)
class Skipped:
    """Which, and why."""

    title: str
    text: str
    journey: str = ""


@events.declare("task.resumed", _("A skipped task was taken up again"))
@dataclass(frozen=True)
class Resumed:
    """Which."""

    title: str
    journey: str = ""


@events.declare("task.reminded", _("A task will be due soon"))
@dataclass(frozen=True)
class Reminded:
    """When."""

    title: str
    owner: str
    due_on: date
    journey: str = ""


@events.declare("task.overdue", _("A task is overdue"))
@dataclass(frozen=True)
class Overdue:
    """Since when."""

    title: str
    owner: str
    due_on: date
    journey: str = ""


@events.declare("journey_template.saved", _("A journey template was changed"), shared=False)
@dataclass(frozen=True)
class TemplateSaved:
    """Which."""

    code: str
    name: str
    new: bool


@events.declare("journey_template.published", _("A journey template was published"), shared=False)
@dataclass(frozen=True)
class TemplatePublished:
    """Which version is in force from now on."""

    code: str
    name: str
    version: int


@events.declare("journey_template.archived", _("A journey template was archived"), shared=False)
@dataclass(frozen=True)
class TemplateArchived:
    """Which."""

    code: str
    name: str
