"""The facts of rules of engagement."""

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events

_Account = Annotated[str, events.Words(_("account"))]


@events.declare("engagement.published", _("A new version of the rules of engagement came into force"), shared=False)
@dataclass(frozen=True)
class Published:
    """Its number, why, and what changed, in words."""

    number: Annotated[int, events.Words(_("version number"))]
    note: Annotated[str, events.Words(_("note on the version"))]
    changes: Annotated[list[str], events.Words(_("changes in words"))]


@events.declare("engagement.draft_discarded", _("A draft of the rules of engagement was thrown away"), shared=False)
@dataclass(frozen=True)
class DraftDiscarded:
    """On which version it stood."""

    base: Annotated[int, events.Words(_("version it was based on"))]


@events.declare("engagement.account_held", _("An account was put on hold"), shared=False)
@dataclass(frozen=True)
class AccountHeld:
    """Which account, and why."""

    account: _Account
    why: Annotated[str, events.Words(_("reason"))]


@events.declare("engagement.account_released", _("An account was released from hold"), shared=False)
@dataclass(frozen=True)
class AccountReleased:
    """Which account."""

    account: _Account
