"""The facts of automations. They are the vendor's own, and no automation begins with one of them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events

OWN_NOUNS = ("automation", "email_template")


@events.declare("automation.created", _("An automation was made"), shared=False)
@dataclass(frozen=True)
class Created:
    """How it is called."""

    code: str
    name: str


@events.declare("automation.changed", _("An automation's draft was changed"), shared=False)
@dataclass(frozen=True)
class Changed:
    """What is different now, one sentence each."""

    changes: list[str]


@events.declare("automation.published", _("A version of an automation was published"), shared=False)
@dataclass(frozen=True)
class Published:
    """The number of the version, and what it changed, one sentence each."""

    number: int
    note: str
    changes: list[str]


@events.declare("automation.state_changed", _("An automation was started, paused or archived"), shared=False)
@dataclass(frozen=True)
class StateChanged:
    """``changes`` maps the state to what it was and is."""

    changes: dict[str, list[Any]]


@events.declare("automation.discarded", _("An automation's draft was thrown away"), shared=False)
@dataclass(frozen=True)
class Discarded:
    """How it is called."""

    name: str


@events.declare("automation.run_failed", _("A run of an automation failed"), shared=False)
@dataclass(frozen=True)
class RunFailed:
    """Which step, and what it said."""

    automation: str
    step: str
    error: str


@events.declare("automation.run_retried", _("A failed run of an automation was tried again"), shared=False)
@dataclass(frozen=True)
class RunRetried:
    """From which step."""

    automation: str
    step: str


@events.declare("automation.run_started", _("A run of an automation was started by hand"), shared=False)
@dataclass(frozen=True)
class RunStarted:
    """Which automation."""

    automation: str


@events.declare("automation.run_cancelled", _("A run of an automation was cancelled"), shared=False)
@dataclass(frozen=True)
class RunCancelled:
    """Which automation."""

    automation: str


@events.declare("automation.loop_stopped", _("An automation was kept from running in a loop"), shared=False)
@dataclass(frozen=True)
class LoopStopped:
    """Which automations followed from each other, and why it ended."""

    automation: str
    chain: list[str]
    why: str


@events.declare("automation.posted", _("An automation sent a message to a webhook"), shared=False)
@dataclass(frozen=True)
class Posted:
    """What is sent: the partner, the words, and the fact that led to it with what it tells."""

    automation: str
    message: str
    partner: dict[str, Any]
    event: str
    data: dict[str, Any]


@events.declare("email_template.saved", _("An e-mail template was saved"), shared=False)
@dataclass(frozen=True)
class TemplateSaved:
    """``changes`` maps each field to its value before and after."""

    code: str
    changes: dict[str, list[Any]]


@events.declare("email_template.removed", _("An e-mail template was removed"), shared=False)
@dataclass(frozen=True)
class TemplateRemoved:
    """Which."""

    code: str
    name: str
