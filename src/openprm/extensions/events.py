"""The facts of activities and extensions; those about a deal stand in its timeline."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("deal.activity_logged", _("An activity was logged"))
@dataclass(frozen=True)
class ActivityLogged:
    """What was done about the deal, and when; ``text`` is its title."""

    reference: str
    kind: str
    happened_at: datetime
    text: str
    source: str
    files: int = 0


@events.declare("deal.extension_asked", _("An extension was asked for"))
@dataclass(frozen=True)
class Asked:
    """How many days, and why."""

    reference: str
    customer: str
    days: int
    text: str


@events.declare("deal.extension_granted", _("An extension was granted"))
@dataclass(frozen=True)
class Granted:
    """How many days; ``rule`` names the rule where nobody had to decide, and ``text`` says what it counted."""

    reference: str
    customer: str
    days: int
    protected_until: datetime
    rule: str = events.vendors_own()
    text: str = ""


@events.declare("deal.extension_declined", _("An extension was declined"))
@dataclass(frozen=True)
class Declined:
    """Why."""

    reference: str
    customer: str
    code: str
    rule: str = events.vendors_own()
    text: str = ""


@events.declare("deal.extension_withdrawn", _("A request for an extension was taken back"))
@dataclass(frozen=True)
class Withdrawn:
    """Which deal."""

    reference: str
    customer: str


@events.declare("extension_rule.saved", _("A rule for extensions was saved"), shared=False)
@dataclass(frozen=True)
class RuleSaved:
    """What was changed."""

    name: str
    changes: dict[str, list[Any]]


@events.declare("extension_rule.removed", _("A rule for extensions was removed"), shared=False)
@dataclass(frozen=True)
class RuleRemoved:
    """Which."""

    name: str


@events.declare("mail.refused", _("Mail to a deal's address was refused"), shared=False)
@dataclass(frozen=True)
class MailRefused:
    """From whom, and why."""

    sender: str
    recipient: str
    code: str
