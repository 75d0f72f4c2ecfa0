"""What every move of a dispute has in common: the table decides, and the right at the level where it stands."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.deals.policies import side_of
from openprm.disputes import policies
from openprm.disputes.lifecycle import MOVES, Move
from openprm.disputes.models import Dispute
from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden, Refusal

DECISIONS = ("decide", "decide_on_appeal")


class NotInThisState(Refusal):
    """The move does not lead from where the dispute stands."""

    code = "dispute_not_in_this_state"


class DealtWith(Refusal):
    """What a decision demands is done already, or there is something to do first."""

    code = "dispute_dealt_with"


def allowed(dispute: Dispute, verb: str, *, by: Actor) -> Move:
    """Return the move if the table and the actor's side and rights allow it; raise otherwise."""
    move = MOVES[verb]
    require_right(dispute, by)
    if side_of(by) not in move.sides:
        raise Forbidden(_("This step is not yours to take."))
    if dispute.state not in move.before:
        raise NotInThisState(
            _("“%(dispute)s” is %(state)s; this step is not possible now.")
            % {"dispute": dispute.reference, "state": str(dispute.state_label).lower()}
        )
    if verb in DECISIONS and not policies.may_decide(by, dispute):
        raise Forbidden(_("Your role does not include deciding disputes at this level."))
    return move


def require_right(dispute: Dispute, by: Actor) -> None:
    """Raise Forbidden unless the actor works on this dispute, as the partner or for the vendor."""
    if by.kind == "system":
        return
    may = policies.may_contest(by, dispute.deal) if by.is_partner else policies.may_handle(by, dispute)
    if not may:
        raise Forbidden(_("Your role does not include working on this dispute."))


def go(dispute: Dispute, move: Move, *, at: datetime, **values: Any) -> Dispute:
    """Put the dispute in the state the move leads to, with further values, if nobody else was faster."""
    for name, value in values.items():
        setattr(dispute, name, value)
    dispute.state, dispute.state_since = move.after, at
    return dispute.write("state", "state_since", *values, at=at)
