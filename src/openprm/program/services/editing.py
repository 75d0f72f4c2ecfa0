"""Setting programmes up: edit the draft, publish it as the next version, archive what is over."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from openprm.kernel import drafts
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Invalid, Missing, Refusal
from openprm.kernel.events import announce
from openprm.kernel.jobs import job
from openprm.partners import tiers
from openprm.program import checks, events, policies, versions, words
from openprm.program import definition as plain
from openprm.program.definition import CODE, Definition
from openprm.program.models import Membership, Programme, ProgrammeDraft, ProgrammeVersion
from openprm.program.services import locks, members, moving, together

AT_ONCE = 500  # up to so many members are assessed in the transaction that publishes; more by a worker


class NothingChanged(Refusal):
    """The draft says the same as the version in force."""

    code = "nothing_changed"


class TierHasMembers(Refusal):
    """A tier cannot go while partners are in it."""

    code = "tier_has_members"


@transaction.atomic
def create(*, code: str, definition: Definition, by: Actor, at: datetime) -> Programme:
    """Begin a programme: its draft is edited until it is published for the first time."""
    by.require(policies.MANAGE)
    if not re.match(CODE, code) or len(code) > 40:
        message = _("Give a code of small letters, digits, - and _, such as “reseller”.")
        raise Invalid(message, fields={"code": message})
    checks.require(definition)
    try:
        with transaction.atomic():
            programme = Programme.objects.create(
                code=code, name=definition.name, place=definition.place, created_at=at, updated_at=at
            )
    except IntegrityError:
        message = _("There is a programme of this code already.")
        raise Invalid(message, fields={"code": message}) from None
    announce(events.Created(code, definition.name), about=programme, by=by, at=at)
    ProgrammeDraft.objects.create(
        programme=programme, definition=plain.dump(definition), changed_by=by.name, created_at=at, updated_at=at
    )
    return programme


@transaction.atomic
def edit(
    *, programme: Programme, definition: Definition, by: Actor, at: datetime, seen: str | None = None
) -> ProgrammeDraft:
    """Make this the draft of the programme's next version; ``seen`` is the stamp of the draft that was read."""
    by.require(policies.MANAGE)
    checks.require(definition)
    Programme.objects.select_for_update().get(pk=programme.pk)  # of two who begin a draft at once, one is the later
    found = ProgrammeDraft.objects.select_for_update().filter(programme=programme).first()
    drafts.require(found, seen)
    kept = plain.dump(definition)
    if found is None:
        base = ProgrammeVersion.objects.filter(programme=programme).first()
        return ProgrammeDraft.objects.create(
            programme=programme, base=base, definition=kept, changed_by=by.name, created_at=at, updated_at=at
        )
    found.definition, found.changed_by = kept, by.name
    return found.write("definition", "changed_by", at=at)


def change(*, programme: Programme, how: Callable[[Definition], Definition], by: Actor, at: datetime) -> ProgrammeDraft:
    """Change the draft, or begin one with the version in force."""
    with transaction.atomic():
        by.require(policies.MANAGE)
        Programme.objects.select_for_update().get(pk=programme.pk)
        return edit(programme=programme, definition=how(current(programme)), by=by, at=at)


def current(programme: Programme) -> Definition:
    """Return the draft's definition; without one, that in force."""
    draft = ProgrammeDraft.objects.filter(programme=programme).first()
    return draft.says if draft else versions.in_force(programme.pk).says


@transaction.atomic
def publish(
    *, programme: Programme, note: str = "", seen: str | None = None, by: Actor, at: datetime
) -> ProgrammeVersion:
    """Put the draft that was ``seen`` into force as the next version, and assess all members by it."""
    by.require(policies.MANAGE)
    with as_system():
        locks.publish_alone(programme.pk)
        programme = Programme.objects.select_for_update().get(pk=programme.pk)
        draft = ProgrammeDraft.objects.select_for_update().filter(programme=programme).first()
        if draft is None:
            raise Missing(_("There is no draft to publish. Change something first."))
        drafts.require(draft, seen)
        if len(note.strip()) > 400:
            raise Invalid(_("Some fields need your attention."), fields={"note": _("At most 400 characters.")})
        before = ProgrammeVersion.objects.filter(programme=programme).first()
        says = draft.says
        checks.require(says)
        if before is not None and plain.dump(before.says) == plain.dump(says):
            raise NothingChanged(
                _("The draft says the same as the version in force. Change something, or discard the draft.")
            )
        _require_tiers_kept(programme, says)
        new = ProgrammeVersion.objects.create(
            programme=programme, number=before.number + 1 if before else 1, definition=draft.definition,
            note=note.strip(), changes=words.changes(before.says if before else None, says), published_by=by.name,
            created_at=at, updated_at=at,
        )  # fmt: skip
        draft.delete()
        placed = programme.place != says.place
        programme.name, programme.place = says.name, says.place
        programme.write("name", "place", at=at)
        keep_tiers(at)
        fact = events.Published(programme.code, new.number, new.note, list(new.changes))
        announce(fact, about=programme, by=by, at=at)
        _assess(programme, at, everybody=placed)
        if says.joins is not None:
            _join_later.defer(programme=str(programme.pk), at=at.isoformat())
    return new


@transaction.atomic
def discard(*, programme: Programme, seen: str | None = None, by: Actor, at: datetime) -> None:
    """Throw the draft away that was ``seen``; a programme that was never published goes with it."""
    by.require(policies.MANAGE)
    Programme.objects.select_for_update().filter(pk=programme.pk).first()
    found = ProgrammeDraft.objects.select_for_update().filter(programme=programme).first()
    drafts.require(found, seen)
    if found is None:
        return
    announce(events.DraftDiscarded(programme.code), about=programme, by=by, at=at)
    found.delete()
    if not programme.versions.exists():
        programme.delete()


@transaction.atomic
def restore(*, version: ProgrammeVersion, seen: str | None = None, by: Actor, at: datetime) -> ProgrammeDraft:
    """Take an earlier version as the draft of the next, in place of the draft that was ``seen``."""
    return edit(programme=version.programme, definition=version.says, seen=seen, by=by, at=at)


@transaction.atomic
def archive(*, programme: Programme, archived: bool = True, by: Actor, at: datetime) -> Programme:
    """Archive a programme (nobody moves in it, it gives nothing any more), or take it up again."""
    by.require(policies.MANAGE)
    with as_system():
        found = Programme.objects.select_for_update().get(pk=programme.pk)
        if found.archived == archived:
            return found
        found.archived = archived
        found.write("archived", at=at)
        keep_tiers(at)
        announce(events.Archived(found.code, archived), about=found, by=by, at=at)
        for partner in found.members.values_list("partner_id", flat=True):
            moving.keep_leading(partner, by=by, at=at)
    return found


def keep_tiers(at: datetime) -> None:
    """Keep which tiers there are, in the order of programmes: for forms, audiences and lists of partners."""
    named: dict[str, str] = {}
    for programme in Programme.objects.in_force():
        for tier in versions.in_force(programme.pk).says.tiers:
            named.setdefault(tier.code, tier.name)
    tiers.keep(named.items(), at)


def _require_tiers_kept(programme: Programme, says: Definition) -> None:
    held = Membership.objects.filter(programme=programme).exclude(tier__in=says.codes)
    gone = sorted(set(held.values_list("tier", flat=True)))
    if gone:
        message = _("Partners are in a tier that the draft does not have: %(tiers)s. Set them to another tier first.")
        raise TierHasMembers(message % {"tiers": ", ".join(gone)})


def _assess(programme: Programme, at: datetime, *, everybody: bool) -> None:
    if Membership.objects.filter(programme=programme).count() <= AT_ONCE:
        _assess_now(programme, at, everybody=everybody)
    else:
        _assess_later.defer(programme=str(programme.pk), at=at.isoformat(), leading=everybody)


@job("program.assess_programme", scoped=False, attempts=3)
def _assess_later(programme: str, at: str, leading: bool) -> None:
    """Assess all members of a programme by the version that was just published."""
    with as_system():
        found = Programme.objects.get(pk=UUID(programme))
        _assess_now(found, datetime.fromisoformat(at), everybody=leading)


@job("program.join", scoped=False, attempts=3)
def _join_later(programme: str, at: str) -> None:
    """Take in who joins by itself as the version says that was just published."""
    with as_system():
        found = Programme.objects.filter(pk=UUID(programme), archived=False).first()
    if found is not None:
        members.join_all(found, at=datetime.fromisoformat(at))


def _assess_now(programme: Programme, at: datetime, *, everybody: bool) -> None:
    together.assess_all(programme, at=at)
    if everybody:
        for partner in programme.members.values_list("partner_id", flat=True):
            moving.keep_leading(partner, by=SYSTEM, at=at)
