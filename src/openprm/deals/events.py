"""The facts of deal registration."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("deal.submitted", _("A partner submitted a deal registration"))
@dataclass(frozen=True)
class Submitted:
    """What was claimed, what the partner was told, and by when a decision was promised.

    The contact's name is left out: it is a person's, and events are kept for good.
    """

    reference: str
    customer: str
    value: Decimal
    currency: str
    product_lines: list[str]
    verdict: str
    reasons: list[str]
    rules_version: int | None = None
    website: str = ""
    country: str = ""
    close_date: date | None = None
    description: str = ""
    due_at: datetime | None = None


@events.declare("deal.review_started", _("A channel manager began to review a deal"))
@dataclass(frozen=True)
class ReviewStarted:
    """The deal is being looked at."""

    reference: str


@events.declare("deal.action_requested", _("The vendor asked the partner for something about a deal"))
@dataclass(frozen=True)
class ActionRequested:
    """Which fields are open for the partner, and what was asked."""

    reference: str
    fields: list[str]
    text: str


@events.declare("deal.customer_moved", _("A deal's customer went into another account"), shared=False)
@dataclass(frozen=True)
class CustomerMoved:
    """Two accounts were merged, or a merge was taken back: the customer is ``after``, and was ``before``."""

    reference: str
    before_id: str
    before: str
    after_id: str
    after: str


@events.declare("deal.company_decided", _("It was decided who the customer of a deal is"), shared=False)
@dataclass(frozen=True)
class CompanyDecided:
    """``verdict`` says what the customer and ``company`` are: same, different, subsidiary_of or parent_of."""

    reference: str
    company: str
    verdict: str
    why: str = ""

    @property
    def text(self) -> str:
        """Return the decision in words, for the vendor's timeline."""
        words = {
            "same": _("The customer and %(company)s are the same company."),
            "different": _("The customer and %(company)s are not the same company."),
            "subsidiary_of": _("The customer belongs to %(company)s."),
            "parent_of": _("%(company)s belongs to the customer."),
        }
        return " ".join(part for part in (str(words[self.verdict]) % {"company": self.company}, self.why) if part)


@events.declare("deal.answered", _("The partner answered what was asked about a deal"))
@dataclass(frozen=True)
class Answered:
    """What the partner changed."""

    reference: str
    changes: dict[str, list[Any]]


@events.declare("deal.approved", _("A deal was approved and is protected"))
@dataclass(frozen=True)
class Approved:
    """Until when the deal is protected; ``rule`` names the approval rule where nobody had to decide."""

    reference: str
    customer: str
    protected_until: datetime
    rule: str = events.vendors_own()
    product_lines: list[str] = field(default_factory=list)


@events.declare("deal.rejected", _("A deal was rejected"))
@dataclass(frozen=True)
class Rejected:
    """Why."""

    reference: str
    customer: str
    code: str
    text: str = ""


@events.declare("deal.marked_duplicate", _("A deal was found to be a duplicate"))
@dataclass(frozen=True)
class MarkedDuplicate:
    """Of what."""

    reference: str
    customer: str
    code: str
    text: str = ""


@events.declare("deal.withdrawn", _("The partner withdrew a deal"))
@dataclass(frozen=True)
class Withdrawn:
    """Why."""

    reference: str
    customer: str
    code: str
    text: str = ""


@events.declare("deal.won", _("A deal was won"))
@dataclass(frozen=True)
class Won:
    """What it came to."""

    reference: str
    customer: str
    value: Decimal
    currency: str


@events.declare("deal.lost", _("A deal was lost"))
@dataclass(frozen=True)
class Lost:
    """Why."""

    reference: str
    customer: str
    code: str
    text: str = ""


@events.declare("deal.expired", _("A deal's protection ended"))
@dataclass(frozen=True)
class Expired:
    """When the protection ended."""

    reference: str
    customer: str
    protected_until: datetime


@events.declare("deal.reopened", _("A deal was reopened for review"))
@dataclass(frozen=True)
class Reopened:
    """Why a closed deal is looked at again."""

    reference: str
    customer: str
    code: str
    text: str = ""


@events.declare("deal.extended", _("A deal's protection was extended"))
@dataclass(frozen=True)
class Extended:
    """From when until when, and why; ``revived`` where the protection had ended before."""

    reference: str
    customer: str
    protected_before: datetime
    protected_until: datetime
    days: int
    revived: bool = False
    text: str = ""


@events.declare("deal.protection_reminded", _("A partner was reminded of a deal's protection"))
@dataclass(frozen=True)
class ProtectionReminded:
    """Which notice it was: ``after:30`` days since the registration, or ``before:7`` days until the end."""

    reference: str
    customer: str
    protected_until: datetime
    notice: str


@events.declare("deal.commented", _("Somebody commented on a deal"))
@dataclass(frozen=True)
class Commented:
    """The comment."""

    reference: str
    text: str


@events.declare("deal.note_added", _("An internal note was added to a deal"), shared=False)
@dataclass(frozen=True)
class NoteAdded:
    """The note stays with the vendor."""

    reference: str
    text: str


@events.declare("approval_rule.saved", _("A rule for automatic approval was saved"), shared=False)
@dataclass(frozen=True)
class ApprovalRuleSaved:
    """What was changed."""

    name: str
    changes: dict[str, list[Any]]


@events.declare("approval_rule.removed", _("A rule for automatic approval was removed"), shared=False)
@dataclass(frozen=True)
class ApprovalRuleRemoved:
    """Which."""

    name: str


@events.declare("protection_window.saved", _("A protection window was saved"), shared=False)
@dataclass(frozen=True)
class WindowSaved:
    """For what, and what was changed."""

    name: str
    changes: dict[str, list[Any]]


@events.declare("protection_window.removed", _("A protection window was removed"), shared=False)
@dataclass(frozen=True)
class WindowRemoved:
    """Which."""

    name: str
    days: int
