"""The middle of a case: looking at it, asking for evidence, answering, statements, internal notes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.disputes import events, policies, rules
from openprm.disputes.lifecycle import TALKING
from openprm.disputes.models import Dispute, Note, Statement
from openprm.disputes.services import moving, saying
from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden
from openprm.kernel.events import announce


@transaction.atomic
def start_review(*, dispute: Dispute, by: Actor, at: datetime) -> Dispute:
    """Say that somebody is looking at the dispute."""
    move = moving.allowed(dispute, "start_review", by=by)
    moving.go(dispute, move, at=at)
    announce(events.ReviewStarted(dispute.reference), about=dispute, by=by, at=at)
    return dispute


@transaction.atomic
def ask(*, dispute: Dispute, text: str, by: Actor, at: datetime) -> Dispute:
    """Ask the partner for evidence. The clock stands still until it answers."""
    move = moving.allowed(dispute, "ask", by=by)
    text = saying.words(text)
    saying.require_discretion(dispute, text)
    moving.go(dispute, move, at=at, asked_at=at, asked_text=text)
    announce(events.EvidenceRequested(dispute.reference, text), about=dispute, by=by, at=at)
    return dispute


@transaction.atomic
def answer(*, dispute: Dispute, text: str, uploads: Sequence[Any] = (), by: Actor, at: datetime) -> Dispute:
    """Answer what was asked; the due date moves by the time it took."""
    move = moving.allowed(dispute, "answer", by=by)
    assert dispute.asked_at is not None
    text = saying.words(text)
    due = rules.resumed(dispute.due_at, asked_at=dispute.asked_at, answered_at=at)
    moving.go(dispute, move, at=at, due_at=due, asked_at=None, asked_text="")
    saying.add(dispute, text, uploads, by=by, at=at)
    announce(events.EvidenceGiven(dispute.reference, due, text), about=dispute, by=by, at=at)
    return dispute


@transaction.atomic
def say(*, dispute: Dispute, text: str, uploads: Sequence[Any] = (), by: Actor, at: datetime) -> Statement:
    """Add a statement that both sides read, with files."""
    moving.require_right(dispute, by)
    if dispute.state not in TALKING:
        raise moving.NotInThisState(_("The dispute is decided; no more statements are taken."))
    text = saying.words(text)
    if not by.is_partner:
        saying.require_discretion(dispute, text)
    row = saying.add(dispute, text, uploads, by=by, at=at)
    announce(events.StatementAdded(dispute.reference, text, len(uploads)), about=dispute, by=by, at=at)
    return row


@transaction.atomic
def add_note(*, dispute: Dispute, text: str, by: Actor, at: datetime) -> Note:
    """Write something that only the vendor's people read."""
    if not by.is_vendor or not policies.may_handle(by, dispute):
        raise Forbidden(_("You cannot add a note to this dispute."))
    row = Note(
        dispute=dispute,
        partner_id=dispute.partner_id,
        author_id=by.id,
        author_name=by.name,
        text=saying.words(text),
        created_at=at,
        updated_at=at,
    )
    row.save(force_insert=True)
    announce(events.NoteAdded(dispute.reference, row.text), about=dispute, by=by, at=at)
    return row
