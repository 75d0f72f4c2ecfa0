"""The facts of rules of engagement."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("engagement.published", _("A new version of the rules of engagement came into force"), shared=False)
@dataclass(frozen=True)
class Published:
    """Its number, why, and what changed, in words."""

    number: int
    note: str
    changes: list[str]


@events.declare("engagement.draft_discarded", _("A draft of the rules of engagement was thrown away"), shared=False)
@dataclass(frozen=True)
class DraftDiscarded:
    """On which version it stood."""

    base: int


@events.declare("engagement.account_held", _("An account was put on hold"), shared=False)
@dataclass(frozen=True)
class AccountHeld:
    """Which account, and why."""

    account: str
    why: str


@events.declare("engagement.account_released", _("An account was released from hold"), shared=False)
@dataclass(frozen=True)
class AccountReleased:
    """Which account."""

    account: str
