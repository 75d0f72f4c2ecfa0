"""Deciding proposed moves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Missing, Refusal
from openprm.kernel.events import announce
from openprm.program import events, figures, policies
from openprm.program.models import Membership, Proposal, TierMove
from openprm.program.rules import Step, needs
from openprm.program.services import assessing, moving
from openprm.program.versions import in_force


class NoLongerDue(Refusal):
    """Meanwhile something else is earned, or it was decided already."""

    code = "proposal_outdated"


@transaction.atomic
def approve(*, proposal: Proposal, by: Actor, at: datetime) -> TierMove:
    """Make a proposed move, if it is still what the figures say."""
    with as_system():
        member, row = _open(proposal, by)
        at = max(at, member.assessed_at)
        version = in_force(member.programme_id)
        values = figures.of(member.partner_id, needs(version.says), at)
        decision = assessing.decided(member, values, version, at)
        if decision.step not in (Step.RAISE, Step.LOWER) or decision.after.tier != row.after:
            raise NoLongerDue(_("The figures say something else by now. Reload the list."))
        _close(row, member, Proposal.State.APPROVED, "", by=by, at=at)
        return moving.apply(member, decision, values, version, by=by, at=at, by_review=True)


@transaction.atomic
def reject(*, proposal: Proposal, note: str, by: Actor, at: datetime) -> Proposal:
    """Leave the partner where it is; the same move is not proposed again until something else is earned."""
    if not note.strip() or len(note.strip()) > 400:
        message = _("Say why, in at most 400 characters.")
        raise Invalid(message, fields={"note": message})
    with as_system():
        member, row = _open(proposal, by)
        _close(row, member, Proposal.State.REJECTED, note.strip(), by=by, at=at)
        member.set_aside = row.after
        member.write("set_aside", at=at)
    return row


def _open(proposal: Proposal, by: Actor) -> tuple[Membership, Proposal]:
    if not policies.proposals_for(by).filter(pk=proposal.pk).exists():
        raise Forbidden(_("You do not decide moves of this partner."))
    member = assessing.locked(proposal.membership_id)
    if member is None:
        raise Missing(_("This partner has left the programme."))
    row = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if row.state != Proposal.State.OPEN:
        raise NoLongerDue(_("Somebody has decided this already, or it is no longer due."))
    return member, row


def _close(row: Proposal, member: Membership, state: str, note: str, *, by: Actor, at: datetime) -> None:
    row.state, row.decided_at, row.decided_by, row.note = state, at, by.name, note
    row.write("state", "decided_at", "decided_by", "note", at=at)
    announce(events.ProposalDecided(member.programme.code, row.after, state, note), about=row, by=by, at=at)
