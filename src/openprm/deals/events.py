"""The facts of deal registration."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from openprm.deals import words
from openprm.kernel import events
from openprm.kernel.ui import countries

_Reference = Annotated[str, events.Words(_("registration number"))]
_Customer = Annotated[str, events.Words(_("customer"))]
_Value = Annotated[Decimal, events.Words(_("deal value"))]
_Currency = Annotated[str, events.Words(_("currency"))]
_ProductLines = Annotated[list[str], events.Words(_("product lines"))]
_Explanation = Annotated[str, events.Words(_("explanation"))]
_ProtectedUntil = Annotated[datetime, events.Words(_("date until which it is protected"))]
_Code = Annotated[str, events.Words(_("reason"), words.CODES)]
_RuleName = Annotated[str, events.Words(_("name of the rule"))]
_Changes = Annotated[dict[str, list[Any]], events.Words(_("changed fields"))]
_WindowName = Annotated[str, events.Words(_("name of the protection window"))]


@events.declare("deal.submitted", _("A partner submitted a deal registration"))
@dataclass(frozen=True)
class Submitted:
    """What was claimed, what the partner was told, and by when a decision was promised.

    The contact's name is left out: it is a person's, and events are kept for good.
    """

    reference: _Reference
    customer: _Customer
    value: _Value
    currency: _Currency
    product_lines: _ProductLines
    verdict: Annotated[str, events.Words(_("result of the check"), words.LEVELS)]
    reasons: Annotated[list[str], events.Words(_("points found by the check"), words.CHECK_REASONS)]
    rules_version: Annotated[int | None, events.Words(_("version of the rules of engagement"))] = None
    website: Annotated[str, events.Words(_("customer's website"))] = ""
    country: Annotated[str, events.Words(_("customer's country"), countries.NAMES)] = ""
    close_date: Annotated[date | None, events.Words(_("expected close date"))] = None
    description: Annotated[str, events.Words(_("what the customer needs"))] = ""
    due_at: Annotated[datetime | None, events.Words(_("date by which a decision is promised"))] = None


@events.declare("deal.review_started", _("A channel manager began to review a deal"))
@dataclass(frozen=True)
class ReviewStarted:
    """The deal is being looked at."""

    reference: _Reference


@events.declare("deal.decision_overdue", _("The decision about a deal is overdue"))
@dataclass(frozen=True)
class DecisionOverdue:
    """By when it was promised; told once for each due date."""

    reference: _Reference
    customer: _Customer
    due_at: Annotated[datetime, events.Words(_("date by which a decision is promised"))]


@events.declare("deal.action_requested", _("The vendor asked the partner for something about a deal"))
@dataclass(frozen=True)
class ActionRequested:
    """Which fields are open for the partner, and what was asked."""

    reference: _Reference
    fields: Annotated[list[str], events.Words(_("fields the partner is asked to change"), words.FIELDS)]
    text: Annotated[str, events.Words(_("question to the partner"))]


@events.declare("deal.customer_moved", _("A deal's customer went into another account"), shared=False)
@dataclass(frozen=True)
class CustomerMoved:
    """Two accounts were merged, or a merge was taken back: the customer is ``after``, and was ``before``."""

    reference: _Reference
    before_id: Annotated[str, events.Words(_("id of the account before"))]
    before: Annotated[str, events.Words(_("account before"))]
    after_id: Annotated[str, events.Words(_("id of the account now"))]
    after: Annotated[str, events.Words(_("account now"))]


@events.declare("deal.company_decided", _("It was decided who the customer of a deal is"), shared=False)
@dataclass(frozen=True)
class CompanyDecided:
    """``verdict`` says what the customer and ``company`` are: same, different, subsidiary_of or parent_of."""

    reference: _Reference
    company: Annotated[str, events.Words(_("company it was compared with"))]
    verdict: Annotated[str, events.Words(_("decision about the companies"), words.DECISIONS)]
    why: _Explanation = ""

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

    reference: _Reference
    changes: Annotated[dict[str, list[Any]], events.Words(_("changed fields"), words.FIELDS)]


@events.declare("deal.approved", _("A deal was approved and is protected"))
@dataclass(frozen=True)
class Approved:
    """Until when the deal is protected; ``rule`` names the approval rule where nobody had to decide."""

    reference: _Reference
    customer: _Customer
    protected_until: _ProtectedUntil
    rule: Annotated[str, events.Words(_("rule that approved it"))] = events.vendors_own()
    product_lines: _ProductLines = field(default_factory=list)


@events.declare("deal.rejected", _("A deal was rejected"))
@dataclass(frozen=True)
class Rejected:
    """Why."""

    reference: _Reference
    customer: _Customer
    code: _Code
    text: _Explanation = ""


@events.declare("deal.marked_duplicate", _("A deal was found to be a duplicate"))
@dataclass(frozen=True)
class MarkedDuplicate:
    """Of what."""

    reference: _Reference
    customer: _Customer
    code: _Code
    text: _Explanation = ""


@events.declare("deal.withdrawn", _("A deal was withdrawn"))
@dataclass(frozen=True)
class Withdrawn:
    """Why."""

    reference: _Reference
    customer: _Customer
    code: _Code
    text: _Explanation = ""


@events.declare("deal.won", _("A deal was won"))
@dataclass(frozen=True)
class Won:
    """What it came to."""

    reference: _Reference
    customer: _Customer
    value: _Value
    currency: _Currency


@events.declare("deal.lost", _("A deal was lost"))
@dataclass(frozen=True)
class Lost:
    """Why."""

    reference: _Reference
    customer: _Customer
    code: _Code
    text: _Explanation = ""


@events.declare("deal.expired", _("A deal's protection ended"))
@dataclass(frozen=True)
class Expired:
    """When the protection ended."""

    reference: _Reference
    customer: _Customer
    protected_until: _ProtectedUntil


@events.declare("deal.reopened", _("A deal was reopened for review"))
@dataclass(frozen=True)
class Reopened:
    """Why a closed deal is looked at again."""

    reference: _Reference
    customer: _Customer
    code: _Code
    text: _Explanation = ""


@events.declare("deal.extended", _("A deal's protection was extended"))
@dataclass(frozen=True)
class Extended:
    """From when until when, and why; ``revived`` where the protection had ended before."""

    reference: _Reference
    customer: _Customer
    protected_before: Annotated[datetime, events.Words(_("date until which it was protected before"))]
    protected_until: _ProtectedUntil
    days: Annotated[int, events.Words(_("days of extension"))]
    revived: Annotated[bool, events.Words(_("protection had ended before"))] = False
    text: _Explanation = ""


@events.declare("deal.protection_reminded", _("A partner was reminded of a deal's protection"))
@dataclass(frozen=True)
class ProtectionReminded:
    """Which notice it was: ``after:30`` days since the registration, or ``before:7`` days until the end."""

    reference: _Reference
    customer: _Customer
    protected_until: _ProtectedUntil
    notice: Annotated[str, events.Words(_("notice given"))]


@events.declare("deal.commented", _("Somebody commented on a deal"))
@dataclass(frozen=True)
class Commented:
    """The comment."""

    reference: _Reference
    text: Annotated[str, events.Words(_("comment"))]


@events.declare("deal.note_added", _("An internal note was added to a deal"), shared=False)
@dataclass(frozen=True)
class NoteAdded:
    """The note stays with the vendor."""

    reference: _Reference
    text: Annotated[str, events.Words(_("note"))]


@events.declare("approval_rule.saved", _("A rule for automatic approval was saved"), shared=False)
@dataclass(frozen=True)
class ApprovalRuleSaved:
    """What was changed."""

    name: _RuleName
    changes: _Changes


@events.declare("approval_rule.removed", _("A rule for automatic approval was removed"), shared=False)
@dataclass(frozen=True)
class ApprovalRuleRemoved:
    """Which."""

    name: _RuleName


@events.declare("protection_window.saved", _("A protection window was saved"), shared=False)
@dataclass(frozen=True)
class WindowSaved:
    """For what, and what was changed."""

    name: _WindowName
    changes: _Changes


@events.declare("protection_window.removed", _("A protection window was removed"), shared=False)
@dataclass(frozen=True)
class WindowRemoved:
    """Which."""

    name: _WindowName
    days: Annotated[int, events.Words(_("days of protection"))]
