"""Where a partner can stand and how it gets there, as one table. No database, no framework."""

from collections.abc import Mapping
from enum import StrEnum


class Standing(StrEnum):
    """Where a partner stands."""

    PROSPECT = "prospect"
    APPLICANT = "applicant"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


BEGINNINGS = (Standing.PROSPECT, Standing.APPLICANT, Standing.ACTIVE)
SHUT_OUT = (Standing.SUSPENDED, Standing.TERMINATED)  # nobody of such a partner can sign in

OTHER = "other"  # says nothing by itself, so it needs a note

_SUSPENDED_BECAUSE = (
    "agreement_lapsed",
    "compliance_issue",
    "payment_overdue",
    "programme_breach",
    "inactivity",
    "partner_request",
    OTHER,
)
_ENDED_BECAUSE = (
    "contract_ended",
    "agreement_lapsed",
    "compliance_issue",
    "payment_overdue",
    "programme_breach",
    "inactivity",
    "business_closed",
    "partner_request",
    OTHER,
)

MOVES: Mapping[Standing, Mapping[Standing, tuple[str, ...]]] = {
    Standing.PROSPECT: {
        Standing.APPLICANT: ("applied",),
        Standing.ACTIVE: ("signed", "approved"),
        Standing.TERMINATED: ("no_interest", "not_suitable", "business_closed", OTHER),
    },
    Standing.APPLICANT: {
        Standing.ACTIVE: ("approved", "signed"),
        Standing.PROSPECT: ("application_withdrawn", OTHER),
        Standing.TERMINATED: ("application_rejected", "not_suitable", "business_closed", OTHER),
    },
    Standing.ACTIVE: {
        Standing.SUSPENDED: _SUSPENDED_BECAUSE,
        Standing.TERMINATED: _ENDED_BECAUSE,
    },
    Standing.SUSPENDED: {
        Standing.ACTIVE: ("resolved", "reinstated", OTHER),
        Standing.TERMINATED: _ENDED_BECAUSE,
    },
    Standing.TERMINATED: {
        Standing.PROSPECT: ("new_start", OTHER),
        Standing.ACTIVE: ("reinstated", OTHER),
    },
}


def next_steps(standing: str) -> Mapping[Standing, tuple[str, ...]]:
    """Return where a partner can go from here, each with the reasons that can be given."""
    return MOVES[Standing(standing)]


def reasons(before: str, after: str) -> tuple[str, ...]:
    """Return the reasons for a move; none where the table does not have it."""
    return next_steps(before).get(Standing(after), ())


def needs_note(reason: str) -> bool:
    """Say whether a reason must be explained."""
    return reason == OTHER


def would_circle(partner: object, parent: object, ancestors_of_parent: tuple[object, ...]) -> bool:
    """Say whether putting ``partner`` below ``parent`` would make it its own ancestor."""
    return partner == parent or partner in ancestors_of_parent
