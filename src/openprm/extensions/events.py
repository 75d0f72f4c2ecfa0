"""The facts of activities and extensions; those about a deal stand in its timeline."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from openprm.extensions import words
from openprm.kernel import events

_SOURCES = {"page": _("On a page"), "api": _("By a program"), "mail": _("By e-mail")}
_Reference = Annotated[str, events.Words(_("registration number"))]
_Customer = Annotated[str, events.Words(_("customer"))]
_Days = Annotated[int, events.Words(_("days of extension"))]
_Text = Annotated[str, events.Words(_("explanation"))]
_Name = Annotated[str, events.Words(_("name of the rule"))]


@events.declare("deal.activity_logged", _("An activity was logged"))
@dataclass(frozen=True)
class ActivityLogged:
    """What was done about the deal, and when; ``text`` is its title."""

    reference: _Reference
    kind: Annotated[str, events.Words(_("kind of activity"), words.KINDS)]
    happened_at: Annotated[datetime, events.Words(_("date of the activity"))]
    text: Annotated[str, events.Words(_("title of the activity"))]
    source: Annotated[str, events.Words(_("way it was logged"), _SOURCES)]
    files: Annotated[int, events.Words(_("number of files"))] = 0


@events.declare("deal.extension_asked", _("An extension was asked for"))
@dataclass(frozen=True)
class Asked:
    """How many days, and why."""

    reference: _Reference
    customer: _Customer
    days: _Days
    text: Annotated[str, events.Words(_("partner's reasons"))]


@events.declare("deal.extension_granted", _("An extension was granted"))
@dataclass(frozen=True)
class Granted:
    """How many days; ``rule`` names the rule where nobody had to decide, and ``text`` says what it counted."""

    reference: _Reference
    customer: _Customer
    days: _Days
    protected_until: Annotated[datetime, events.Words(_("date until which it is protected"))]
    rule: Annotated[str, events.Words(_("rule that decided"))] = events.vendors_own()
    text: _Text = ""


@events.declare("deal.extension_declined", _("An extension was declined"))
@dataclass(frozen=True)
class Declined:
    """Why."""

    reference: _Reference
    customer: _Customer
    code: Annotated[str, events.Words(_("reason"), words.CODES)]
    rule: Annotated[str, events.Words(_("rule that decided"))] = events.vendors_own()
    text: _Text = ""


@events.declare("deal.extension_withdrawn", _("A request for an extension was taken back"))
@dataclass(frozen=True)
class Withdrawn:
    """Which deal."""

    reference: _Reference
    customer: _Customer


@events.declare("extension_rule.saved", _("A rule for extensions was saved"), shared=False)
@dataclass(frozen=True)
class RuleSaved:
    """What was changed."""

    name: _Name
    changes: Annotated[dict[str, list[Any]], events.Words(_("changed fields"))]


@events.declare("extension_rule.removed", _("A rule for extensions was removed"), shared=False)
@dataclass(frozen=True)
class RuleRemoved:
    """Which."""

    name: _Name


@events.declare("mail.refused", _("Mail to a deal's address was refused"), shared=False)
@dataclass(frozen=True)
class MailRefused:
    """From whom, and why."""

    sender: Annotated[str, events.Words(_("sender"))]
    recipient: Annotated[str, events.Words(_("address it was sent to"))]
    code: Annotated[str, events.Words(_("code of the refusal"))]
