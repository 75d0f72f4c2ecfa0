"""Bringing partners and people in from a file: upload, columns and preview, run in batches.

Each batch commits with the mark how far it is; a row that cannot be used says why and stops nothing.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePath
from typing import IO, Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.accounts import actors
from openprm.accounts import services as accounts
from openprm.accounts.models import Invitation, Person, normalised
from openprm.customers.files import Line, Unreadable, open_sheet
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid, Problem, Refusal
from openprm.kernel.events import announce
from openprm.kernel.jobs import job
from openprm.partners import services as partners
from openprm.partners.models import ExternalId, Partner
from openprm.recruiting import columns, events, policies
from openprm.recruiting.models import PartnerImport, PartnerImportRow, PartnerOrigin

log = logging.getLogger(__name__)
BATCH, PREVIEWED, KEPT_FOR = 100, 12, timedelta(days=30)
LARGEST = 50 * 1024 * 1024
SYSTEM_NAME = "import"  # what the ids of a file's column stand under
State = PartnerImport.State


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file and what would become of it."""

    number: int
    cells: list[str]
    outcome: str
    problems: list[str]


def upload_import(*, file: IO[bytes], name: str, by: Actor, at: datetime) -> PartnerImport:
    """Keep a file and find out how it is written; nothing is brought in yet."""
    by.require(policies.IMPORT)
    size = getattr(file, "size", None)
    if size and size > LARGEST:
        raise _unreadable(_("The file is larger than 50 MB. Split it and import the parts one after the other."))
    person_id = by.id if by.kind == "person" else None
    item = PartnerImport(file_name=PurePath(name).name[:255] or "file", person_id=person_id, person_name=by.name)
    item.created_at = item.updated_at = at
    item.path = default_storage.save(f"imports/partners/{item.pk}", File(file))
    try:
        with default_storage.open(item.path) as stream, open_sheet(stream) as sheet:
            item.headers, item.rows_total = sheet.headers, sum(1 for _line in sheet.lines())
    except Unreadable as problem:
        default_storage.delete(item.path)
        raise _unreadable(str(problem)) from problem
    item.mapping = columns.guess(item.headers)
    item.save(force_insert=True)
    return item


def choose_columns(
    *, item: PartnerImport, mapping: Mapping[str, Any], invite: bool, status: str, by: Actor, at: datetime
) -> PartnerImport:
    """Say which column is which field, where new partners stand, and whether people are invited at once."""
    by.require(policies.IMPORT)
    _require_state(item, State.UPLOADED)
    if status not in ("prospect", "applicant", "active"):
        message = _("A new partner is one of: %(values)s.") % {"values": "prospect, applicant, active"}
        raise Invalid(message, fields={"status": message})
    item.mapping, item.invite, item.status = columns.usable(mapping, len(item.headers)), invite, status
    item.write("mapping", "invite", "status", at=at)
    return item


def discard_import(*, item: PartnerImport, by: Actor) -> None:
    """Forget a file that was never started."""
    by.require(policies.IMPORT)
    _require_state(item, State.UPLOADED)
    path = item.path
    item.delete()
    transaction.on_commit(lambda: default_storage.delete(path))


def preview_import(item: PartnerImport) -> list[PreviewRow]:
    """Return what would become of the first rows; nothing where the file is gone."""
    try:
        with default_storage.open(item.path) as stream, open_sheet(stream) as sheet:
            lines = list(islice(sheet.lines(), PREVIEWED))
    except (OSError, Unreadable):
        return []
    found = []
    for line in lines:
        read = columns.read(line.cells, item.mapping)
        problems = [line.problem] if line.problem else list(read.problems)
        known = None if problems else _known(read)
        if not problems and known is None and "country" not in read.profile:
            problems.append(_("A new partner needs a country."))
        outcome = "failed" if problems else "updated" if known else "created"
        found.append(PreviewRow(line.number, line.cells, outcome, problems))
    return found


@transaction.atomic
def start_import(*, item: PartnerImport, by: Actor, at: datetime) -> PartnerImport:
    """Let a worker bring the file in; one that stopped goes on where it was."""
    by.require(policies.IMPORT)
    if item.state not in (State.UPLOADED, State.FAILED) or not item.path:
        raise Refusal(_("This import cannot be started now."), code="import_state")
    if "legal_name" not in item.mapping:
        message = _("Say which column holds the legal name.")
        raise Invalid(message, fields={"legal_name": message})
    item.state, item.problem = State.RUNNING, ""
    item.write("state", "problem", at=at)
    _run_later.defer(item=str(item.pk))
    return item


@job("recruiting.import", scoped=False)
def _run_later(item: str) -> None:
    run(UUID(item))


def run(pk: UUID) -> None:
    """Bring in what is left; what goes wrong is said on the import, not raised."""
    try:
        with as_system():
            item = PartnerImport.objects.get(pk=pk)
        with default_storage.open(item.path) as stream, open_sheet(stream) as sheet:
            lines = (line for line in sheet.lines() if line.number > item.position)
            while batch := list(islice(lines, BATCH)):
                with as_system():
                    item = PartnerImport.objects.select_for_update().get(pk=pk)
                    if item.state != State.RUNNING or batch[0].number <= item.position:
                        return
                    _write(item, batch)
        with as_system():
            _finish(PartnerImport.objects.select_for_update().get(pk=pk))
    except Exception as error:
        log.exception("import of partners %s stopped", pk)
        text = str(error) if isinstance(error, Problem | Unreadable) else _("Something went wrong on our side.")
        with as_system():
            item = PartnerImport.objects.get(pk=pk)
            item.state, item.problem = State.FAILED, text
            item.write("state", "problem", at=timezone.now())


def forget_files(*, at: datetime) -> int:
    """Delete the files of old imports; what became of the rows stays."""
    with as_system():
        old = (
            PartnerImport.objects.exclude(path="")
            .exclude(state__in=[State.RUNNING, State.UNDOING])
            .filter(updated_at__lt=at - KEPT_FOR)
        )
        paths = list(old.values_list("path", flat=True))
        old.update(path="")
    for path in paths:
        default_storage.delete(path)
    return len(paths)


def _write(item: PartnerImport, batch: list[Line]) -> None:
    at = timezone.now()
    by = _starter(item)
    for line in batch:
        row = PartnerImportRow(parent=item, number=line.number, outcome="failed", values=line.cells)
        try:
            with transaction.atomic():
                _bring(item, line, row, by, at)
        except Problem as problem:
            row = _failed(item, line, " ".join([*problem.fields.values()] or [str(problem)]))
        except (DataError, IntegrityError) as error:
            row = _failed(
                item, line, _("The database refused this row: %(error)s") % {"error": str(error).split("\n")[0]}
            )
        row.save(force_insert=True)
        setattr(item, row.outcome, getattr(item, row.outcome) + 1)
        item.people += bool(row.person_id or row.invitation_id)
    item.position = batch[-1].number
    item.write("position", "created", "updated", "unchanged", "failed", "people", at=at)


def _bring(item: PartnerImport, line: Line, row: PartnerImportRow, by: Actor, at: datetime) -> None:
    read = columns.read(line.cells, item.mapping)
    problems = [line.problem] if line.problem else read.problems
    if problems:
        raise Invalid(" ".join(problems))
    partner = _known(read)
    if partner is None:
        if "country" not in read.profile:
            raise Invalid(_("A new partner needs a country."))
        ids = {SYSTEM_NAME: read.external_id} if read.external_id else {}
        partner = partners.create(**read.profile, status=item.status, external_ids=ids, by=by, at=at)
        PartnerOrigin(partner=partner, source="import", campaign=item.file_name[:120]).save(force_insert=True)
        row.outcome = "created"
    else:
        before = {name: getattr(partner, name) for name in read.profile}
        changed = changes(before, read.profile)
        partner = partners.change_profile(partner=partner, by=by, at=at, **read.profile)
        partner.refresh_from_db()
        real = {name: before[name] for name in changed if getattr(partner, name) != before[name]}
        row.outcome, row.before = ("updated", real) if real else ("unchanged", None)
    row.partner, row.version_after, row.values = partner, partner.version, None
    if read.person:
        _bring_person(item, partner, read.person, row, by, at)


def _bring_person(
    item: PartnerImport, partner: Partner, person: dict[str, str], row: PartnerImportRow, by: Actor, at: datetime
) -> None:
    email = normalised(person["email"])
    if Person.objects.filter(email=email, partner=partner).exists():
        return
    if Invitation.objects.filter(email=email, partner=partner, accepted_at=None, revoked_at=None).exists():
        return
    first = not Person.objects.filter(partner=partner).exists() and not partner.invitations.exists()
    roles = [person["role"] or ("admin" if first else "sales")]
    if item.invite:
        row.invitation_id = accounts.invite(
            email=email, name=person["name"], roles=roles, partner=partner, by=by, at=at
        ).pk
    else:
        row.person_id = accounts.create_person(
            email=email, name=person["name"], roles=roles, partner=partner, by=by, at=at
        ).pk


def _known(read: columns.Read) -> Partner | None:
    """Return the partner that a row is about: by its id, else by its legal name and country."""
    if read.external_id:
        known = ExternalId.objects.filter(system=SYSTEM_NAME, value=read.external_id).select_related("partner").first()
        if known is not None:
            return known.partner
    rows = Partner.objects.filter(legal_name__iexact=" ".join(str(read.profile.get("legal_name", "")).split()))
    if "country" in read.profile:
        rows = rows.filter(country=read.profile["country"])
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def _failed(item: PartnerImport, line: Line, problem: str) -> PartnerImportRow:
    return PartnerImportRow(
        parent=item, number=line.number, outcome="failed", values=line.cells, problem=problem or _("Unknown problem.")
    )


def _finish(item: PartnerImport) -> None:
    if item.state != State.RUNNING:
        return
    at = timezone.now()
    item.state, item.finished_at = State.FINISHED, at
    item.write("state", "finished_at", at=at)
    fact = events.ImportFinished(item.file_name, item.created, item.updated, item.unchanged, item.failed, item.people)
    announce(fact, about=item, by=_starter(item), at=at)


def _starter(item: PartnerImport) -> Actor:
    return acting(item.person_id, item.person_name)


def acting(person_id: UUID | None, name: str) -> Actor:
    """Return a person to act as; for a program, or a person who is gone, the system under that name."""
    person = Person.objects.select_related("partner").filter(pk=person_id).first() if person_id else None
    return actors.of(person) if person and person.is_active else replace(SYSTEM, name=name)


def _require_state(item: PartnerImport, state: str) -> None:
    if item.state != state:
        raise Refusal(_("This import has started, so it stays as it is. Undo it instead."), code="import_state")


def _unreadable(message: str) -> Invalid:
    return Invalid(message, code="file_unreadable", fields={"file": message})
