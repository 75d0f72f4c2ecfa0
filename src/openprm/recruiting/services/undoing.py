"""Taking an import of partners back, by a worker: what it made goes, what it changed is as before.

What somebody touched since stays, and says why. Each batch commits, so what stopped goes on where it was.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.accounts.models import Invitation, Person
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Refusal
from openprm.kernel.events import announce
from openprm.kernel.jobs import job
from openprm.partners import services as partners
from openprm.partners.models import Partner
from openprm.recruiting import events, policies
from openprm.recruiting.models import PartnerImport, PartnerImportRow
from openprm.recruiting.services.imports import BATCH, acting

log = logging.getLogger(__name__)
State = PartnerImport.State


@transaction.atomic
def undo_import(*, item: PartnerImport, by: Actor, at: datetime) -> PartnerImport:
    """Let a worker take the import back; one that stopped half-way goes on."""
    by.require(policies.IMPORT)
    item = PartnerImport.objects.select_for_update().get(pk=item.pk)
    if not item.may_be_undone:
        raise Refusal(_("This import cannot be taken back now."), code="import_state")
    item.state, item.problem = State.UNDOING, ""
    item.write("state", "problem", at=at)
    person = str(by.id) if by.kind == "person" else ""
    _undo_later.defer(item=str(item.pk), person=person, name=by.name)
    return item


@job("recruiting.undo_import", scoped=False)
def _undo_later(item: str, person: str, name: str) -> None:
    run_undo(UUID(item), UUID(person) if person else None, name)


def run_undo(pk: UUID, person_id: UUID | None, name: str) -> None:
    """Take back what is left, the last row first; what goes wrong is said on the import, not raised."""
    try:
        while True:
            with as_system():
                item = PartnerImport.objects.select_for_update().get(pk=pk)
                if item.state != State.UNDOING:
                    return
                rows = list(item.rows_to_undo().order_by("-number")[:BATCH])
                if not rows:
                    _finish(item, acting(person_id, name))
                    return
                _take_rows_back(item, rows, timezone.now())
    except Exception:
        log.exception("undoing the import of partners %s stopped", pk)
        with as_system():
            item = PartnerImport.objects.get(pk=pk)
            item.problem = _("Something went wrong on our side.")
            item.write("problem", at=timezone.now())


def _take_rows_back(item: PartnerImport, rows: list[PartnerImportRow], at: datetime) -> None:
    for row in rows:
        row.kept_because = _take_back(row, at)
        row.undone_at = None if row.kept_because else at
        row.save(update_fields=["kept_because", "undone_at"])
        if row.outcome != "unchanged" or row.kept_because:
            item.kept += bool(row.kept_because)
            item.undone += not row.kept_because
    item.write("undone", "kept", at=at)


def _finish(item: PartnerImport, by: Actor) -> None:
    at = timezone.now()
    item.state, item.finished_at = State.UNDONE, at
    item.write("state", "finished_at", at=at)
    announce(events.ImportUndone(item.file_name, item.undone, item.kept), about=item, by=by, at=at)


def _take_back(row: PartnerImportRow, at: datetime) -> str:
    """Undo a row; return why it stays as it is, where it does."""
    why = _take_person_back(row)
    partner = row.partner
    if why or row.outcome == "unchanged":
        return why
    if partner is None:
        return _("It was removed since.")
    changed = _changed_since(row, partner)
    if row.outcome == "updated":
        if changed:
            return _("It was changed since.")
        partners.change_profile(partner=partner, by=SYSTEM, at=at, **(row.before or {}))
        return ""
    if changed or Person.objects.filter(partner=partner).exists():
        return _("It was changed since, or people belong to it.")
    try:
        with transaction.atomic():
            PartnerImportRow.objects.filter(partner=partner).update(partner=None)
            partner.delete()
            row.partner = None
    except IntegrityError:
        row.partner = partner
        PartnerImportRow.objects.filter(pk=row.pk).update(partner=partner)
        return _("Deals or other things belong to it.")
    return ""


def _changed_since(row: PartnerImportRow, partner: Partner) -> bool:
    """Tell whether somebody changed a partner after this row did.

    Undoing a later row is itself a change, and none that keeps what an earlier row did: then what counts is the version
    that the later row had found.
    """
    later = PartnerImportRow.objects.filter(
        parent_id=row.parent_id, partner=partner, number__gt=row.number, outcome="updated"
    )
    following = later.order_by("number").first()
    undone = following is not None and following.undone_at is not None
    stood = (following.version_after or 0) - 1 if following is not None and undone else partner.version
    return stood != (row.version_after or 0)


def _take_person_back(row: PartnerImportRow) -> str:
    if row.invitation_id:
        invitation = Invitation.objects.filter(pk=row.invitation_id).first()
        if invitation is not None and invitation.accepted_at:
            return _("Its person has signed in.")
        if invitation is not None:
            invitation.delete()
    person = Person.objects.filter(pk=row.person_id).first() if row.person_id else None
    if person is not None:
        if person.last_seen_at or person.has_usable_password():
            return _("Its person has signed in.")
        try:
            with transaction.atomic():
                person.delete()
        except IntegrityError:
            return _("Things belong to its person.")
    return ""
