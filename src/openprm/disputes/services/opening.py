"""The partner's moves at the ends of a case: contest, appeal, withdraw."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from openprm.deals.models import DealRegistration
from openprm.disputes import events, policies, queries, rules
from openprm.disputes.lifecycle import State
from openprm.disputes.models import Dispute
from openprm.disputes.rules import APPEAL, Contested, Outcome
from openprm.disputes.services import hearing, moving, saying
from openprm.kernel import settings_store
from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden, Refusal
from openprm.kernel.events import announce

LEAST = 20  # characters of a reason


class NotContestable(Refusal):
    """There is no such verdict or decision, or its time is over."""

    code = "not_contestable"


class AlreadyContested(Refusal):
    """The same is being disputed, or was decided before."""

    code = "already_contested"


@transaction.atomic
def contest(
    *, deal: DealRegistration, subject: str, text: str, uploads: Sequence[Any] = (), by: Actor, at: datetime
) -> Dispute:
    """Open a case against a verdict or a decision, with a statement and evidence files."""
    by.require(policies.CONTEST)
    if not policies.may_contest(by, deal):
        raise Forbidden(_("Your role does not include contesting decisions about this deal."))
    text = saying.words(text, least=LEAST)
    dispute = _opened(deal, _contested(deal, subject, at), by=by, at=at)
    saying.add(dispute, text, uploads, by=by, at=at)
    announce(events.Opened(dispute.reference, subject, dispute.due_at, text), about=deal, by=by, at=at)
    return dispute


@transaction.atomic
def appeal(*, dispute: Dispute, text: str, uploads: Sequence[Any] = (), by: Actor, at: datetime) -> Dispute:
    """Bring the decision before somebody else, once, within the time for it."""
    move = moving.allowed(dispute, "appeal", by=by)
    assert dispute.appeal_until is not None
    if not rules.can_be_appealed(Outcome(dispute.outcome)):
        raise NotContestable(_("The dispute was upheld in full; there is nothing to appeal."))
    if at > dispute.appeal_until:
        raise NotContestable(_("The time to appeal is over."))
    text = saying.words(text, least=LEAST)
    due = rules.due(at, settings_store.get("disputes.appeal_hours"))
    moving.go(dispute, move, at=at, level=APPEAL, due_at=due, escalated_at=None)
    saying.add(dispute, text, uploads, by=by, at=at)
    announce(events.Appealed(dispute.reference, due, text), about=dispute.deal, by=by, at=at)
    return dispute


@transaction.atomic
def withdraw(*, dispute: Dispute, by: Actor, at: datetime) -> Dispute:
    """Give the dispute up before it is decided; the same can be contested anew while its time lasts."""
    move = moving.allowed(dispute, "withdraw", by=by)
    moving.go(dispute, move, at=at)
    announce(events.Withdrawn(dispute.reference), about=dispute.deal, by=by, at=at)
    hearing.close_reviews(dispute, at=at)
    return dispute


def _contested(deal: DealRegistration, subject: str, at: datetime) -> Contested:
    found = [one for one in queries.contestable(deal, at=at) if one.subject == subject]
    if not found:
        raise NotContestable(_("This cannot be contested, or the time to do so is over. Ask your channel manager."))
    return found[0]


def _opened(deal: DealRegistration, contested: Contested, *, by: Actor, at: datetime) -> Dispute:
    dispute = Dispute(
        partner_id=deal.partner_id,
        deal=deal,
        subject=contested.subject.value,
        contested_since=contested.since,
        contested_id=contested.row,
        opened_by=by.id if by.kind == "person" else None,
        opened_by_name=by.name,
        state=State.OPENED,
        state_since=at,
        due_at=rules.due(at, settings_store.get("disputes.decision_hours")),
        created_at=at,
        updated_at=at,
    )
    try:
        with transaction.atomic():
            dispute.save(force_insert=True)
    except IntegrityError as error:
        if "dispute_one_open" not in str(error) and "dispute_contested_once" not in str(error):
            raise
        raise AlreadyContested(
            _("Your company contested this already. Go on in that dispute; a decision can be appealed once.")
        ) from None
    return dispute


def appeal_window(at: datetime) -> datetime:
    """Return until when a decision made at this moment can be appealed."""
    return at + timedelta(days=settings_store.get("disputes.appeal_days"))
