"""Statements with their files, and what must not stand in the vendor's: another partner's name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.deals.models import DealRegistration
from openprm.deals.services import discretion
from openprm.disputes.models import Dispute, Statement
from openprm.kernel import files
from openprm.kernel.access import Actor, as_system
from openprm.kernel.entity import Entity
from openprm.kernel.errors import Invalid

MOST_FILES = 10
LONGEST = 4000


def words(text: str, *, least: int = 1, field: str = "text") -> str:
    """Return what was said without blanks around it, or raise Invalid where it is too short or too long."""
    text = text.strip()
    if not least <= len(text) <= LONGEST:
        message = _("Write between %(least)s and 4,000 characters.") % {"least": least}
        raise Invalid(message, fields={field: message})
    return text


def add(dispute: Dispute, text: str, uploads: Sequence[Any], *, by: Actor, at: datetime) -> Statement:
    """Keep a statement of either side, with its files."""
    row = Statement(
        dispute=dispute,
        partner_id=dispute.partner_id,
        author_id=by.id,
        author_name=by.name,
        author_side="partner" if by.is_partner else "vendor",
        text=text,
        created_at=at,
        updated_at=at,
    )
    row.save(force_insert=True)
    keep(uploads, owner=row, by=by, at=at)
    return row


def keep(uploads: Sequence[Any], *, owner: Entity, by: Actor, at: datetime) -> None:
    """Keep evidence files, each checked by what it holds."""
    if len(uploads) > MOST_FILES:
        message = _("Add at most %(most)s files at a time.") % {"most": MOST_FILES}
        raise Invalid(message, fields={"file": message})
    for upload in uploads:
        files.store(upload, owner=owner, by=by, at=at)


def require_discretion(dispute: Dispute, *texts: str, by: Actor) -> None:
    """Raise Invalid where words that the partner will read name another partner that claims this customer."""
    with as_system():
        heard = list(DealRegistration.objects.filter(reviews__hearings__dispute=dispute).values_list("pk", flat=True))
    discretion.require(dispute.deal, *texts, by=by, heard=heard)
