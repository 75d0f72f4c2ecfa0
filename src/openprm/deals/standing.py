"""Where a deal stands, as a page says it: the word, its tone, since when, why, and what happens next."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.deals import words
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.deals.rules import Level
from openprm.kernel.ui import times
from openprm.kernel.ui.tones import Status

TONES: dict[State, str] = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "info",
    State.IN_REVIEW: "info",
    State.ACTION_REQUIRED: "possible",
    State.APPROVED: "clear",
    State.WON: "clear",
    State.LOST: "neutral",
    State.EXPIRED: "neutral",
    State.REJECTED: "blocked",
    State.DUPLICATE: "blocked",
    State.WITHDRAWN: "neutral",
}
ICONS: dict[State, str] = {
    State.DRAFT: "pencil",
    State.SUBMITTED: "send",
    State.IN_REVIEW: "eye",
    State.ACTION_REQUIRED: "message-2",
    State.APPROVED: "shield-check",
    State.WON: "trophy",
    State.LOST: "thumb-down",
    State.EXPIRED: "hourglass",
    State.REJECTED: "circle-x",
    State.DUPLICATE: "copy",
    State.WITHDRAWN: "arrow-back-up",
}
LEVEL_TONES: dict[Level, str] = {Level.CLEAR: "clear", Level.POSSIBLE: "possible", Level.BLOCKED: "blocked"}

# What a partner reads on badges, lists and boards; the vendor reads words.STATES.
PORTAL_STATES: dict[State, Any] = {
    **words.STATES,
    State.ACTION_REQUIRED: gettext_lazy("Your answer needed"),
    State.APPROVED: gettext_lazy("Protected"),
    State.REJECTED: gettext_lazy("Not approved"),
}


def badge(deal: DealRegistration, *, portal: bool) -> Status:
    """Return the state as a badge alone."""
    state = State(deal.state)
    label = (PORTAL_STATES if portal else words.STATES)[state]
    return Status(label=label, tone=TONES[state], icon=ICONS[state])


def verdict(level: str) -> Status | None:
    """Return a verdict as a badge; None where none was given yet."""
    if not level:
        return None
    return Status(label=words.LEVELS[Level(level)], tone=LEVEL_TONES[Level(level)])


def in_portal(deal: DealRegistration) -> Status:
    """Return where the deal stands, as its partner reads it."""
    shown = badge(deal, portal=True)
    return Status(
        shown.label, shown.tone, shown.icon, since=deal.state_since, why=_why(deal, portal=True), next=next_step(deal)
    )


def in_console(deal: DealRegistration) -> Status:
    """Return where the deal stands, as the vendor reads it."""
    shown = badge(deal, portal=False)
    following = _vendor_next(deal)
    return Status(
        shown.label, shown.tone, shown.icon, since=deal.state_since, why=_why(deal, portal=False), next=following
    )


def next_step(deal: DealRegistration) -> str:
    """Return what happens next, in a sentence for the partner."""
    match State(deal.state):
        case State.DRAFT:
            return _("Finish it and submit it. Only your company sees it until then.")
        case State.SUBMITTED | State.IN_REVIEW:
            return _promise(deal)
        case State.ACTION_REQUIRED:
            return _("Answer the question. The review goes on as soon as you have.")
        case State.APPROVED:
            return _("Close the sale, then record here whether you won it. Nobody else can be granted it meanwhile.")
        case State.WON:
            return _("Nothing more to do. Well done!")
        case State.LOST:
            return _("Nothing more to do. The customer is free again.")
        case State.EXPIRED:
            return _("Protection ended. If the deal is still alive, ask for an extension below, or register it again.")
        case State.REJECTED:
            return _("Read the reason. If something has changed, register the deal again.")
        case State.DUPLICATE:
            return _("Go on in the registration that stands already.")
        case _:
            return _("Nothing more to do. You can register the customer again at any time.")


def short_step(deal: DealRegistration, *, portal: bool) -> str:
    """Return what happens next in a few words, for cards."""
    if not portal and deal.state == State.ACTION_REQUIRED:
        return _("Asked %(when)s") % {"when": times.relative(deal.state_since)}
    if not portal and deal.state == State.APPROVED and deal.protected_until:
        return _("Until %(date)s") % {"date": times.exact(timezone.localdate(deal.protected_until))}
    match State(deal.state):
        case State.DRAFT:
            return _("Finish and submit")
        case State.SUBMITTED | State.IN_REVIEW:
            return _("Decision due %(when)s") % {"when": times.relative(deal.due_at)} if deal.due_at else ""
        case State.ACTION_REQUIRED:
            return _("Answer the question")
        case State.APPROVED:
            return _("Record the outcome")
        case _:
            return str(deal.closing_label) if deal.closing_code not in ("", "won") else ""


def is_late(deal: DealRegistration, *, now: Any) -> bool:
    """Say whether the decision is overdue."""
    return bool(deal.due_at and deal.state in (State.SUBMITTED, State.IN_REVIEW) and deal.due_at < now)


def _promise(deal: DealRegistration) -> str:
    if deal.due_at is None:
        return _("The vendor decides.")
    if times.days_left(deal.due_at) == 0:
        return _("The vendor decides. The decision was promised %(when)s; your channel manager is reminded.") % {
            "when": times.relative(deal.due_at)
        }
    day = times.exact(deal.due_at)
    return _("The vendor decides by %(day)s at the latest. There is nothing to do for you.") % {"day": day}


def _vendor_next(deal: DealRegistration) -> str:
    match State(deal.state):
        case State.SUBMITTED | State.IN_REVIEW:
            due = times.relative(deal.due_at) if deal.due_at else ""
            return _("Decide. The partner was promised a decision; due %(when)s.") % {"when": due}
        case State.ACTION_REQUIRED:
            return _("The partner answers; then it comes back to the queue.")
        case State.APPROVED:
            return _("The partner closes the sale, or protection ends by itself.")
        case _:
            return _("Nothing; it is closed.")


def _why(deal: DealRegistration, *, portal: bool) -> str:
    match State(deal.state):
        case State.APPROVED if deal.automatic and portal:
            return _("Approved automatically: nothing stood against it.")
        case State.APPROVED if deal.automatic:
            return _("Approved automatically by the rule “%(rule)s”.") % {"rule": deal.decided_by}
        case State.APPROVED:
            return _("Approved by %(who)s.") % {"who": deal.decided_by}
        case State.WON:
            return _("The customer ordered.")
        case State.SUBMITTED | State.IN_REVIEW | State.ACTION_REQUIRED | State.DRAFT:
            return ""
        case _:
            return str(deal.closing_label)
