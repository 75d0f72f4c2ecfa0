"""The facts of automations. They are the vendor's own, and no automation begins with one of them."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events

OWN_NOUNS = ("automation", "email_template")

_Name = Annotated[str, events.Words(_("name of the automation"))]
_Changes = Annotated[list[str], events.Words(_("changes in words"))]
_ChangedFields = Annotated[dict[str, list[Any]], events.Words(_("changed fields"))]
_Automation = Annotated[str, events.Words(_("automation"))]
_Step = Annotated[str, events.Words(_("step"))]
_Code = Annotated[str, events.Words(_("template's code"))]


@events.declare("automation.created", _("An automation was made"), shared=False)
@dataclass(frozen=True)
class Created:
    """How it is called."""

    code: Annotated[str, events.Words(_("automation's code"))]
    name: _Name


@events.declare("automation.changed", _("An automation's draft was changed"), shared=False)
@dataclass(frozen=True)
class Changed:
    """What is different now, one sentence each."""

    changes: _Changes


@events.declare("automation.published", _("A version of an automation was published"), shared=False)
@dataclass(frozen=True)
class Published:
    """The number of the version, and what it changed, one sentence each."""

    number: Annotated[int, events.Words(_("version number"))]
    note: Annotated[str, events.Words(_("note on the version"))]
    changes: _Changes


@events.declare("automation.state_changed", _("An automation was started, paused or archived"), shared=False)
@dataclass(frozen=True)
class StateChanged:
    """``changes`` maps the state to what it was and is."""

    changes: _ChangedFields


@events.declare("automation.discarded", _("An automation's draft was thrown away"), shared=False)
@dataclass(frozen=True)
class Discarded:
    """How it is called."""

    name: _Name


@events.declare("automation.run_failed", _("A run of an automation failed"), shared=False)
@dataclass(frozen=True)
class RunFailed:
    """Which step, and what it said."""

    automation: _Automation
    step: _Step
    error: Annotated[str, events.Words(_("error"))]


@events.declare("automation.run_retried", _("A failed run of an automation was tried again"), shared=False)
@dataclass(frozen=True)
class RunRetried:
    """From which step."""

    automation: _Automation
    step: _Step


@events.declare("automation.run_started", _("A run of an automation was started by hand"), shared=False)
@dataclass(frozen=True)
class RunStarted:
    """Which automation."""

    automation: _Automation


@events.declare("automation.run_cancelled", _("A run of an automation was cancelled"), shared=False)
@dataclass(frozen=True)
class RunCancelled:
    """Which automation."""

    automation: _Automation


@events.declare("automation.loop_stopped", _("An automation was kept from running in a loop"), shared=False)
@dataclass(frozen=True)
class LoopStopped:
    """Which automations followed from each other, and why it ended."""

    automation: _Automation
    chain: Annotated[list[str], events.Words(_("automations that followed from each other"))]
    why: Annotated[str, events.Words(_("reason"))]


@events.declare("automation.posted", _("An automation sent a message to a webhook"), shared=False)
@dataclass(frozen=True)
class Posted:
    """What is sent: the partner, the words, and the fact that led to it with what it tells."""

    automation: _Automation
    message: Annotated[str, events.Words(_("message"))]
    partner: dict[str, Any]
    event: Annotated[str, events.Words(_("event"))]
    data: dict[str, Any]


@events.declare("email_template.saved", _("An e-mail template was saved"), shared=False)
@dataclass(frozen=True)
class TemplateSaved:
    """``changes`` maps each field to its value before and after."""

    code: _Code
    changes: _ChangedFields


@events.declare("email_template.removed", _("An e-mail template was removed"), shared=False)
@dataclass(frozen=True)
class TemplateRemoved:
    """Which."""

    code: _Code
    name: Annotated[str, events.Words(_("name of the template"))]
