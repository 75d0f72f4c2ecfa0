"""What people read: states, verdicts and reasons in plain words, with what to do next."""

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openprm.deals.lifecycle import State
from openprm.deals.rules import Level, Reason
from openprm.engagement import words as engagement
from openprm.engagement.words import Said as Said

Text = str | Promise

STATES: dict[State, Text] = {
    State.DRAFT: _("Draft"),
    State.SUBMITTED: _("Submitted"),
    State.IN_REVIEW: _("In review"),
    State.ACTION_REQUIRED: _("Action required"),
    State.APPROVED: _("Approved"),
    State.WON: _("Won"),
    State.LOST: _("Lost"),
    State.EXPIRED: _("Expired"),
    State.REJECTED: _("Rejected"),
    State.DUPLICATE: _("Duplicate"),
    State.WITHDRAWN: _("Withdrawn"),
}

LEVELS: dict[Level, Text] = {
    Level.CLEAR: _("Clear"),
    Level.POSSIBLE: _("Possible conflict"),
    Level.BLOCKED: _("Blocked"),
}

LEVEL_SENTENCES: dict[Level, Text] = {
    Level.CLEAR: _("Nothing stands against this registration right now."),
    Level.POSSIBLE: _("You can submit it. A channel manager will look at the points below and decide."),
    Level.BLOCKED: _("It cannot be approved as it stands. See why, and what you can do."),
}


_REASONS = engagement.REASONS
CHECK_REASONS: dict[str, Text] = {key: title for key, (title, _advice) in engagement.REASONS.items()}
DECISIONS: dict[str, Text] = {
    "same": _("Same company"),
    "different": _("Not the same"),
    "subsidiary_of": _("The customer is the subsidiary"),
    "parent_of": _("The customer is the parent"),
}

CODES: dict[str, Text] = {
    "existing_customer": _("Is a customer already"),
    "direct_opportunity": _("The vendor's own team is working on it"),
    "protected_by_another": _("Another partner is protected"),
    "not_qualified": _("Not qualified"),
    "insufficient_information": _("Not enough information"),
    "outside_territory": _("Outside the partner's territory"),
    "compliance": _("Compliance"),
    "own_registration": _("Registered by this partner before"),
    "another_registration": _("Same as another registration"),
    "customer_cancelled": _("The customer cancelled the project"),
    "registered_by_mistake": _("Registered by mistake"),
    "other_vendor_chosen": _("The customer chose another vendor"),
    "price": _("Price"),
    "competitor": _("Lost to a competitor"),
    "no_budget": _("No budget"),
    "no_decision": _("The customer did not decide"),
    "product_fit": _("The product did not fit"),
    "timing": _("Timing"),
    "window_ended": _("The protection window ended"),
    "partner_left": _("The partner has left the programme"),
    "dispute_upheld": _("A dispute was upheld"),
    "dispute_partly_upheld": _("A dispute was partly upheld"),
    "appeal_upheld": _("An appeal was upheld"),
    "appeal_partly_upheld": _("An appeal was partly upheld"),
    "other": _("Other"),
}

FIELDS: dict[str, Text] = {
    "customer_name": _("Customer"),
    "website": _("Website"),
    "country": _("Country"),
    "product_lines": _("Product lines"),
    "value": _("Expected value"),
    "close_date": _("Expected close date"),
    "contact": _("Contact at the customer"),
    "description": _("What the customer needs"),
}


def said(reason: Reason, rules: UUID | None = None) -> Said:
    """Return a reason in the words of the version of the rules that gave it."""
    return engagement.said(reason, rules)


def code(key: str) -> Text:
    """Return a closing reason in words; codes of other systems are shown as they are."""
    return CODES.get(key, key)
