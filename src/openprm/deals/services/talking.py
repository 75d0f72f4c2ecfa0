"""What people say about a deal: to each other, and the vendor's people among themselves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.deals import events, policies
from openprm.deals.models import Comment, DealRegistration, InternalNote
from openprm.deals.services import discretion
from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events import announce


@transaction.atomic
def comment(*, deal: DealRegistration, text: str, by: Actor, at: datetime) -> Comment:
    """Say something that both sides read."""
    own = by.is_vendor or deal.partner_id == by.partner_id
    if by.read_only or not own or not policies.visible_to(by).filter(pk=deal.pk).exists():
        raise Forbidden(_("You cannot comment on this deal."))
    discretion.require(deal, text, by=by)
    row = Comment(
        deal=deal,
        partner_id=deal.partner_id,
        author_id=by.id,
        author_name=by.name,
        author_side=by.side,
        text=_said(text),
        created_at=at,
        updated_at=at,
    )
    row.save(force_insert=True)
    announce(events.Commented(deal.reference, row.text), about=deal, by=by, at=at)
    return row


@transaction.atomic
def add_note(*, deal: DealRegistration, text: str, by: Actor, at: datetime) -> InternalNote:
    """Write something that only the vendor's people read."""
    by.require(policies.NOTE)
    if not by.is_vendor or not policies.visible_to(by).filter(pk=deal.pk).exists():
        raise Forbidden(_("You cannot add a note to this deal."))
    row = InternalNote(
        deal=deal,
        partner_id=deal.partner_id,
        author_id=by.id,
        author_name=by.name,
        text=_said(text),
        created_at=at,
        updated_at=at,
    )
    row.save(force_insert=True)
    announce(events.NoteAdded(deal.reference, row.text), about=deal, by=by, at=at)
    return row


def _said(text: str) -> str:
    text = text.strip()
    if not text or len(text) > 4000:
        raise Invalid(_("Write between 1 and 4,000 characters."), fields={"text": _("Write something first.")})
    return text
