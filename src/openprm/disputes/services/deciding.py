"""Decisions, what they demand, and the end of a case."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.deals import policies as deal_policies
from openprm.deals import services as deals
from openprm.deals.lifecycle import State as DealState
from openprm.deals.models import DealRegistration
from openprm.disputes import events, rules
from openprm.disputes.lifecycle import DECIDED, MOVES, State
from openprm.disputes.models import Decision, Dispute
from openprm.disputes.rules import APPEAL, FIRST, MOST_DAYS, Outcome, Remedy, Subject
from openprm.disputes.services import hearing, moving, opening, saying
from openprm.kernel import contests
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events import announce

LEAST = 10  # characters that explain a decision


@transaction.atomic
def decide(
    *,
    dispute: Dispute,
    outcome: str,
    code: str,
    text: str,
    remedy: str = Remedy.NONE,
    days: int | None = None,
    by: Actor,
    at: datetime,
) -> Dispute:
    """Decide the dispute with a coded reason and words that the partner reads.

    ``remedy`` is what shall follow; it happens when somebody who may decide deals carries it out. ``days`` is for how
    long an extension shall be granted; None: as long as was asked for.
    """
    move = moving.allowed(dispute, "decide", by=by)
    decision = _decision(dispute, FIRST, outcome, code, text, remedy, days, by=by, at=at)
    until = opening.appeal_window(at)
    values: dict[str, Any] = {"outcome": decision.outcome, "first_decider": by.id, "appeal_until": until}
    values |= {"remedy": decision.remedy, "remedy_days": decision.remedy_days}
    moving.go(dispute, move, at=at, asked_at=None, asked_text="", **values)
    decision.save(force_insert=True)
    fact = events.Decided(
        dispute.reference, decision.outcome, code, decision.remedy, decision.text, decision.remedy_days
    )
    announce(fact, about=dispute.deal, by=by, at=at)
    return close_if_settled(dispute, at=at)


@transaction.atomic
def decide_on_appeal(
    *,
    dispute: Dispute,
    outcome: str,
    code: str,
    text: str,
    remedy: str = Remedy.NONE,
    days: int | None = None,
    by: Actor,
    at: datetime,
) -> Dispute:
    """Decide the appeal, for good; by somebody other than who decided first.

    Where the appeal is rejected, the first decision stands, with what it demanded.
    """
    move = moving.allowed(dispute, "decide_on_appeal", by=by)
    if not rules.may_decide_appeal(decider=by.id, first_decider=dispute.first_decider):
        raise Forbidden(
            _("You decided this dispute before. Somebody else has to decide the appeal."), code="same_decider"
        )
    decision = _decision(dispute, APPEAL, outcome, code, text, remedy, days, by=by, at=at)
    values: dict[str, Any] = {"outcome": decision.outcome, "appeal_decider": by.id}
    if decision.outcome != Outcome.REJECTED:
        values |= {"remedy": decision.remedy, "remedy_days": decision.remedy_days, "remedy_done_at": None}
    moving.go(dispute, move, at=at, **values)
    decision.save(force_insert=True)
    fact = events.AppealDecided(
        dispute.reference, decision.outcome, code, decision.remedy, decision.text, decision.remedy_days
    )
    announce(fact, about=dispute.deal, by=by, at=at)
    return close_if_settled(dispute, at=at)


@transaction.atomic
def accept(*, dispute: Dispute, by: Actor, at: datetime) -> Dispute:
    """Accept the decision as the partner, without waiting for the time to appeal to pass."""
    move = moving.allowed(dispute, "accept", by=by)
    if dispute.remedy_is_due:
        raise moving.DealtWith(_("The vendor has yet to do what the decision demands. Accept it then."))
    moving.go(dispute, move, at=at)
    announce(events.Closed(dispute.reference, accepted=True), about=dispute.deal, by=by, at=at)
    hearing.close_reviews(dispute, at=at)
    return dispute


@transaction.atomic
def carry_out(*, dispute: Dispute, remedy: str = "", by: Actor, at: datetime) -> Dispute:
    """Do with the deal what the decision demands, as somebody who may decide deals.

    ``remedy`` chooses the lesser way where approval is impossible: the deal is at least reopened. Raises
    AlreadyProtected where another protection overlaps; nothing has happened then.
    """
    if not by.is_vendor or by.read_only or not deal_policies.may_decide(by, dispute.deal):
        raise Forbidden(_("Only people who decide deal registrations can carry this out."))
    if dispute.state not in DECIDED or not dispute.remedy_is_due:
        raise moving.DealtWith(_("There is nothing to carry out; somebody may have done it already."))
    chosen = Remedy(remedy or dispute.remedy) if remedy in ("", *Remedy) else None
    if chosen not in rules.ways(Remedy(dispute.remedy)):
        raise Invalid(
            _("The decision demands something else."), fields={"remedy": _("Choose one of the offered ways.")}
        )
    _write_remedy(dispute, chosen, at=at)
    _act(dispute, chosen, by=by, at=at)
    announce(events.RemedyCarriedOut(dispute.reference, chosen.value), about=dispute.deal, by=by, at=at)
    return close_if_settled(dispute, at=at)


def close_if_settled(dispute: Dispute, *, at: datetime) -> Dispute:
    """Close a decided dispute where nothing is left to do and nothing can be appealed."""
    assert dispute.appeal_until is not None
    final = dispute.state == State.DECIDED_ON_APPEAL
    outcome = Outcome(dispute.outcome)
    if dispute.state in DECIDED and rules.settled(
        final=final, outcome=outcome, appeal_until=dispute.appeal_until, remedy_is_due=dispute.remedy_is_due, at=at
    ):
        moving.go(dispute, MOVES["close"], at=at)
        announce(events.Closed(dispute.reference, accepted=False), about=dispute.deal, by=SYSTEM, at=at)
        hearing.close_reviews(dispute, at=at)
    return dispute


def _decision(
    dispute: Dispute,
    level: int,
    outcome: str,
    code: str,
    text: str,
    remedy: str,
    days: int | None,
    *,
    by: Actor,
    at: datetime,
) -> Decision:
    """Return the decision if it says what it must; who decides is a person, named to the partner."""
    if by.kind != "person" or by.id is None:
        raise Forbidden(_("Disputes are decided by people. Sign in as yourself."))
    if wrong := _wrong(dispute, outcome, code, remedy, days):
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    text = saying.words(text, least=LEAST)
    saying.require_discretion(dispute, text, by=by)
    return Decision(
        dispute=dispute,
        partner_id=dispute.partner_id,
        level=level,
        outcome=Outcome(outcome).value,
        code=code,
        text=text,
        remedy=Remedy(remedy).value,
        remedy_days=days,
        decided_by=by.id,
        decided_by_name=by.name,
        created_at=at,
        updated_at=at,
    )


def _wrong(dispute: Dispute, outcome: str, code: str, remedy: str, days: int | None) -> dict[str, str]:
    subject = Subject(dispute.subject)
    if outcome not in tuple(Outcome):
        return {"outcome": _("Choose an outcome.")}
    if code not in rules.codes(subject)[Outcome(outcome)]:
        return {"code": _("Choose one of the reasons for this outcome.")}
    if remedy not in rules.remedies(Outcome(outcome), _deal_state(dispute), subject):
        return {"remedy": _("Choose one of what can follow.")}
    if days is None:
        fewer = code == rules.FEWER_DAYS and remedy == Remedy.GRANT
        return {"days": _("Say for how many days.")} if fewer else {}
    if remedy != Remedy.GRANT:
        return {"days": _("Days belong to an extension that is granted. Leave them out.")}
    return {} if 1 <= days <= MOST_DAYS else {"days": _("Give from 1 to %s days.") % MOST_DAYS}


def _deal_state(dispute: Dispute) -> DealState:
    return DealState(DealRegistration.objects.values_list("state", flat=True).get(pk=dispute.deal_id))


def _write_remedy(dispute: Dispute, chosen: Remedy, *, at: datetime) -> None:
    """Note first that it is done: of two at once, one is refused before it touches the deal."""
    dispute.remedy, dispute.remedy_done_at = chosen.value, at
    dispute.write("remedy", "remedy_done_at", at=at)


def _act(dispute: Dispute, chosen: Remedy, *, by: Actor, at: datetime) -> None:
    """Take the steps with the deal as it stands by now."""
    with as_system():
        demanding = dispute.decisions.exclude(remedy=Remedy.NONE).order_by("-level")[0]
    deal = DealRegistration.objects.get(pk=dispute.deal_id)
    for step in rules.steps(chosen, DealState(deal.state)):
        if step == "reopen":
            code = rules.reopening_code(Outcome(demanding.outcome), demanding.level)
            deals.reopen(deal=deal, code=code, text=dispute.reference, by=by, at=at)
        elif step == "grant":
            _reverse(dispute, by=by, at=at)
        else:
            deals.approve(deal=deal, by=by, at=at)


def _reverse(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    """Let the feature whose decision was contested decide it for the partner after all."""
    contest = contests.find(dispute.subject)
    assert contest is not None
    assert dispute.contested_id is not None
    contest.reverse(dispute.contested_id, days=dispute.remedy_days, reference=dispute.reference, by=by, at=at)
