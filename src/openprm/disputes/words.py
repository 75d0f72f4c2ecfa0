"""What people read about disputes."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openprm.disputes.lifecycle import State
from openprm.disputes.rules import APPEAL, FIRST, Outcome, Remedy, Subject

Text = str | Promise

STATES: dict[State, Text] = {
    State.OPENED: _("Opened"),
    State.UNDER_REVIEW: _("Under review"),
    State.EVIDENCE_REQUESTED: _("Evidence requested"),
    State.DECIDED: _("Decided"),
    State.APPEALED: _("Appealed"),
    State.DECIDED_ON_APPEAL: _("Decided on appeal"),
    State.CLOSED: _("Closed"),
    State.WITHDRAWN: _("Withdrawn"),
}

SUBJECTS: dict[Subject, Text] = {
    Subject.VERDICT: _("The verdict"),
    Subject.REJECTION: _("The rejection"),
    Subject.DUPLICATE: _("Closed as a duplicate"),
    Subject.PROTECTION: _("The end of protection"),
    Subject.EXTENSION: _("The declined extension"),
}

OUTCOMES: dict[Outcome, Text] = {
    Outcome.UPHELD: _("Upheld"),
    Outcome.PARTLY: _("Partly upheld"),
    Outcome.REJECTED: _("Rejected"),
}

LEVELS: dict[int, Text] = {FIRST: _("First decision"), APPEAL: _("Appeal")}

REMEDIES: dict[Remedy, Text] = {
    Remedy.NONE: _("Nothing more follows"),
    Remedy.REOPEN: _("The deal is reopened for review"),
    Remedy.APPROVE: _("The deal is approved and protected"),
    Remedy.GRANT: _("The extension is granted after all"),
}

CODES: dict[str, Text] = {
    "engagement_proven": _("The evidence shows that the customer chose this partner"),
    "registered_first": _("This partner registered first"),
    "another_company": _("It is another company than the one that stood in the way"),
    "activity_proven": _("The evidence shows that the work with the customer went on"),
    "vendor_mistake": _("The vendor made a mistake"),
    "goodwill": _("Granted as an exception"),
    "some_product_lines": _("For some of the product lines"),
    "some_entities": _("For some of the customer's companies or sites"),
    "shared_customer": _("The customer is worked on together"),
    "fewer_days": _("For fewer days"),
    "evidence_insufficient": _("The evidence does not show it"),
    "other_side_first": _("Somebody else was engaged with the customer first"),
    "rules_applied": _("The rules were applied as they stand"),
    "vendor_engaged": _("The vendor's own team was engaged already"),
    "other": _("Other"),
}


def code(key: str) -> Any:
    """Return a decision's coded reason in words."""
    return CODES.get(key, key)


def remedy(which: Remedy, days: int | None = None) -> Any:
    """Return what a decision demands in words, with the days where it names some."""
    if which is Remedy.GRANT and days:
        return (
            ngettext(
                "The extension is granted after all, for %d day",
                "The extension is granted after all, for %d days",
                days,
            )
            % days
        )
    return REMEDIES[which]
