"""What people read: states, verdicts and reasons in plain words, with what to do next."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openprm.deals.lifecycle import State
from openprm.deals.rules import Level, Reason

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


@dataclass(frozen=True, slots=True)
class Said:
    """A reason as it is told: what is the case, and what the partner can do."""

    code: str
    title: Any
    advice: Any
    reference: str = ""


_REASONS: dict[str, tuple[Text, Text]] = {
    "own_registration": (
        _("Your company has registered this deal already"),
        _("Open your own registration and go on there, or choose another product line."),
    ),
    "protected_by_another": (
        _("Registered by another partner; until when is not disclosed"),
        _("Choose another product line, or send it for review with your evidence that the customer chose you."),
    ),
    "direct_opportunity": (
        _("Active direct opportunity: the vendor's own team is working on this"),
        _("Ask your channel manager about working on it together, or send it for review with your evidence."),
    ),
    "another_in_review": (
        _("Another registration for this company is being decided"),
        _("Submit yours: both are looked at side by side, and the order of submission counts."),
    ),
    "named_account": (
        _("A named account of the vendor's own team"),
        _("Say in the description what you bring to this customer; a channel manager decides."),
    ),
    "existing_customer": (
        _("This company is a customer already"),
        _("Say in the description what is new: another department, site or need."),
    ),
    "protected_other_lines": (
        _("Another partner has registered this company for other product lines"),
        _("Nothing to do: a channel manager checks that both can stand side by side."),
    ),
    "direct_other_lines": (
        _("The vendor's own team is working with this company on other product lines"),
        _("Nothing to do: a channel manager coordinates both."),
    ),
    "related_company": (
        _("A company of the same group is registered or being worked on"),
        _("Name the legal entity that buys, and its country and website: that often settles it."),
    ),
    "similar_name": (
        _("A company with a similar name is registered or being worked on"),
        _("Add the customer's website and country: if they differ, this point goes away."),
    ),
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


def said(reason: Reason) -> Said:
    """Return a reason in words."""
    title, advice = _REASONS[reason.code]
    return Said(reason.code, title, advice, reason.reference)


def code(key: str) -> Text:
    """Return a closing reason in words; codes of other systems are shown as they are."""
    return CODES.get(key, key)
