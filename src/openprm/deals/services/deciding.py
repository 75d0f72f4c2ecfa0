"""The vendor's decision, and the questions on the way to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from openprm.deals import events, words
from openprm.deals.models import DealRegistration, Protection
from openprm.deals.services import discretion, judging, moving, windows
from openprm.deals.services.content import Content, content_of, require_complete, set_content
from openprm.kernel import settings_store
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events import announce
from openprm.partners.models import Partner


class PartnerNotActive(Refusal):
    """Only active partners claim customers."""

    code = "partner_not_active"


@transaction.atomic
def start_review(*, deal: DealRegistration, by: Actor, at: datetime) -> DealRegistration:
    """Say that somebody is looking at the deal."""
    move = moving.allowed(deal, "start_review", by=by)
    moving.go(deal, move, at=at)
    announce(events.ReviewStarted(deal.reference), about=deal, by=by, at=at)
    return deal


@transaction.atomic
def ask(*, deal: DealRegistration, fields: list[str], text: str, by: Actor, at: datetime) -> DealRegistration:
    """Give the deal back to the partner, with a question and only the fields that need mending open."""
    move = moving.allowed(deal, "ask", by=by)
    if not text.strip():
        raise Invalid(_("Say what you need."), fields={"text": _("Say what the partner should mend or add.")})
    if unknown := set(fields) - set(words.FIELDS):
        raise Invalid(_("Unknown fields."), fields={"fields": ", ".join(sorted(unknown))})
    discretion.require(deal, text, by=by)
    moving.go(deal, move, at=at, asked_fields=sorted(set(fields)), asked_text=text.strip())
    announce(events.ActionRequested(deal.reference, deal.asked_fields, deal.asked_text), about=deal, by=by, at=at)
    return deal


@transaction.atomic
def answer(*, deal: DealRegistration, content: Content, by: Actor, at: datetime) -> DealRegistration:
    """Hand the mended deal in again. Only the fields asked for may differ; the customer is looked up anew."""
    move = moving.allowed(deal, "answer", by=by)
    before = content_of(deal)
    closed = [name for name in words.FIELDS if name not in deal.asked_fields]
    touched = [name for name in closed if getattr(before, name) != getattr(content, name)]
    if touched or ("value" in closed and before.currency != content.currency):
        listed = ", ".join(str(words.FIELDS[name]) for name in touched)
        raise Invalid(
            _("Only the fields you were asked for can be changed."),
            fields={name: _("This field was not asked for.") for name in touched} or {"currency": listed},
        )
    require_complete(content, at=at, only=deal.asked_fields)  # what is closed cannot be mended now
    judging.judge_again(deal, content, by=by, at=at)
    changed = set_content(deal, content)
    moving.go(deal, move, *content.plain(), *judging.JUDGED, at=at, asked_fields=[], asked_text="")
    announce(events.Answered(deal.reference, changed), about=deal, by=by, at=at)
    return deal


@transaction.atomic
def approve(*, deal: DealRegistration, by: Actor, at: datetime, rule: str = "") -> DealRegistration:
    """Grant the deal and protect it. Raises AlreadyProtected where another protection overlaps.

    Each product line is protected for its own window; the deal is protected until the last of them ends.

    ``rule`` names the approval rule where nobody had to decide. Raises PartnerNotActive where the partner was suspended
    or has left since it registered.
    """
    move = moving.allowed(deal, "approve", by=by)
    if deal.partner.status != Partner.Status.ACTIVE:
        message = _("%(partner)s is not active in the programme, so it can be protected for nothing.")
        raise PartnerNotActive(message % {"partner": deal.partner})
    ends = windows.ends(deal, at)
    until = max(ends.values())
    protect(deal, at, ends)
    moving.go(
        deal,
        move,
        at=at,
        decided_at=at,
        decided_by=rule or by.name,
        automatic=bool(rule),
        protected_until=until,
    )
    fact = events.Approved(deal.reference, deal.customer_name, until, rule, moving.line_keys(deal))
    announce(fact, about=deal, by=by, at=at)
    return deal


@transaction.atomic
def reject(*, deal: DealRegistration, code: str, text: str = "", by: Actor, at: datetime) -> DealRegistration:
    """Turn the deal down with a coded reason, which the partner reads."""
    move = moving.allowed(deal, "reject", by=by, code=code)
    discretion.require(deal, text, by=by)
    moving.close(deal, move, at=at, code=code, text=text, decided_at=at, decided_by=by.name)
    announce(events.Rejected(deal.reference, deal.customer_name, code, deal.closing_text), about=deal, by=by, at=at)
    return deal


@transaction.atomic
def mark_duplicate(*, deal: DealRegistration, code: str, text: str = "", by: Actor, at: datetime) -> DealRegistration:
    """Close the deal because the same claim stands already."""
    move = moving.allowed(deal, "mark_duplicate", by=by, code=code)
    discretion.require(deal, text, by=by)
    moving.close(deal, move, at=at, code=code, text=text, decided_at=at, decided_by=by.name)
    fact = events.MarkedDuplicate(deal.reference, deal.customer_name, code, deal.closing_text)
    announce(fact, about=deal, by=by, at=at)
    return deal


@transaction.atomic
def reopen(*, deal: DealRegistration, code: str, text: str = "", by: Actor, at: datetime) -> DealRegistration:
    """Take back a decision against the deal, with a coded reason: it is in review again, with a new due date.

    It is protected by nothing until it is approved anew; what was decided before stays in the log.
    """
    moving.hold_still(deal)  # who reopens it may approve it next
    move = moving.allowed(deal, "reopen", by=by, code=code)
    moving.go(
        deal,
        move,
        at=at,
        due_at=at + timedelta(hours=settings_store.get("deals.decision_hours")),
        decided_at=None,
        decided_by="",
        automatic=False,
        protected_until=None,
        closed_at=None,
        closing_code="",
        closing_text="",
    )
    announce(events.Reopened(deal.reference, deal.customer_name, code, text.strip()), about=deal, by=by, at=at)
    return deal


def protect(deal: DealRegistration, since: datetime, ends: Mapping[UUID, datetime]) -> None:
    """Write a protection per product line; the table's exclusion constraint decides who was first.

    The customer is held before: those who check an exclusion constraint at once may deadlock. Raises Stale where its
    account was merged since the deal was read.
    """
    common: dict[str, Any] = {"deal": deal, "partner_id": deal.partner_id, "account_id": deal.account_id}
    protections = [
        Protection(**common, product_line_id=line, period=DateTimeTZRange(since, until))
        for line, until in sorted(ends.items())
    ]
    with as_system(), moving.one_holder():
        moving.hold_customers(deal)
        deal.require_unmoved()
        Protection.objects.bulk_create(protections)
