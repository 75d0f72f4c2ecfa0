"""Asking for an extension, as a partner: what may be asked, what a rule makes of it, and taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from openprm.deals import policies as deals
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.deals.services import AlreadyProtected, hold_still
from openprm.extensions import events, words
from openprm.extensions.models import Activity, ExtensionRequest
from openprm.extensions.rules import LOGGED_WITHIN, Act, Barred, Judgement, Outcome, Situation, Terms, barred, judge
from openprm.extensions.services import deciding
from openprm.extensions.services.rules import terms_for
from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events import announce

ASKABLE = frozenset({State.APPROVED, State.EXPIRED})
MOST_DAYS = 730


class NotNow(Refusal):
    """An extension cannot be asked for: ``problem_code`` says why."""

    code = "extension_not_possible"


class AlreadyAsked(Refusal):
    """One request waits for a decision already."""

    code = "extension_pending"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a partner can ask for about a deal right now, and what a rule would make of it."""

    terms: Terms
    rule: str
    barred: Barred | None
    opens_at: datetime
    closes_at: datetime
    judgement: Judgement

    @property
    def logged_within(self) -> int:
        """Return within how many days of what happened an activity must be logged to count."""
        return LOGGED_WITHIN.days

    @property
    def why_not(self) -> str:
        """Return in words why nothing can be asked for; "" if it can."""
        return words.barred(self.barred, terms=self.terms, opens_at=self.opens_at) if self.barred else ""


def offer(
    deal: DealRegistration, *, at: datetime, wanted: int = 1, requests: Iterable[ExtensionRequest] | None = None
) -> Offer | None:
    """Return what could be asked for about a deal; None where it was never protected, or is closed otherwise.

    ``requests`` are all that were made about it, where somebody has read them already.
    """
    if deal.state not in ASKABLE or deal.protected_until is None:
        return None
    terms, rule = terms_for(deal.partner)
    chosen = settings_store.many("extensions.opens_days", "deals.grace_days")
    opens, grace = (timedelta(days=days) for days in chosen.values())
    why_not = barred(
        terms,
        _situation(deal, deal.extensions.all() if requests is None else requests),
        wanted=wanted,
        at=at,
        opens=opens,
        grace=grace,
    )
    end = deal.protected_until
    return Offer(terms, rule, why_not, end - opens, end + grace, judge(terms, _acts(deal, terms, at), at=at))


@transaction.atomic
def ask(*, deal: DealRegistration, days: int, reason: str, by: Actor, at: datetime) -> ExtensionRequest:
    """Ask for ``days`` more. Where a rule can tell from the activities, it is granted or declined at once."""
    _require_own(deal, by)
    _require_sound(days, reason)
    hold_still(deal)  # what was granted a moment ago counts
    possible = offer(deal, at=at, wanted=days)
    if possible is None:
        raise NotNow(_("Only deals that are protected, or were until a short time ago, can be extended."))
    if possible.barred is Barred.TOO_LONG:
        raise Invalid(_("Some fields need your attention."), fields={"days": possible.why_not})
    if possible.barred is Barred.PENDING:
        raise AlreadyAsked(possible.why_not)
    if possible.barred:
        raise NotNow(possible.why_not, code=f"extension_{possible.barred}")
    request = _insert(deal, days, reason.strip(), possible, by, at)
    announce(events.Asked(deal.reference, deal.customer_name, days, request.reason), about=deal, by=by, at=at)
    with as_system():
        _decide_by_rule(request, possible, at)
    return request


@transaction.atomic
def withdraw(*, request: ExtensionRequest, by: Actor, at: datetime) -> ExtensionRequest:
    """Take a request back, before it is decided."""
    _require_own(request.deal, by)
    return deciding.take_back(request, by=by, at=at)


def _decide_by_rule(request: ExtensionRequest, possible: Offer, at: datetime) -> None:
    said, rule = possible.judgement, possible.rule
    match said.outcome:
        case Outcome.GRANT:
            try:
                text = words.granted_because(said.counted, said.days)
                deciding.grant(request=request, by=SYSTEM, at=at, rule=rule, text=text)
            except AlreadyProtected:
                deciding.decline(request=request, code="customer_taken", by=SYSTEM, at=at, rule=rule)
        case Outcome.DECLINE:
            text = words.declined_because(said.days)
            deciding.decline(request=request, code="no_activity", by=SYSTEM, at=at, rule=rule, text=text)
        case Outcome.ASK:
            pass


def _insert(
    deal: DealRegistration, days: int, reason: str, possible: Offer, by: Actor, at: datetime
) -> ExtensionRequest:
    assert deal.protected_until is not None
    request = ExtensionRequest(
        deal=deal,
        partner_id=deal.partner_id,
        days=days,
        reason=reason,
        asked_by=by.id,
        asked_by_name=by.name,
        end_before=deal.protected_until,
        rule=possible.rule,
        counted=possible.judgement.counted,
        counted_days=possible.judgement.days,
        created_at=at,
        updated_at=at,
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        if "extension_one_pending" not in str(error):
            raise
        raise AlreadyAsked(words.barred(Barred.PENDING, terms=possible.terms)) from None
    return request


def _situation(deal: DealRegistration, requests: Iterable[ExtensionRequest]) -> Situation:
    assert deal.protected_until is not None
    states = [request.state for request in requests]
    granted = states.count(ExtensionRequest.State.GRANTED)
    return Situation(deal.protected_until, granted, ExtensionRequest.State.PENDING in states)


def _acts(deal: DealRegistration, terms: Terms, at: datetime) -> list[Act]:
    since = at - timedelta(days=max(terms.grant_days, terms.quiet_days))
    rows: Any = Activity.objects.filter(deal=deal, happened_at__gt=since)
    return [
        Act(kind, when, side == "partner", logged)
        for kind, when, side, logged in rows.values_list("kind", "happened_at", "author_side", "created_at")
    ]


def _require_own(deal: DealRegistration, by: Actor) -> None:
    if not deals.may_change(by, deal):
        raise Forbidden(_("Your role does not include working on this deal."))


def _require_sound(days: int, reason: str) -> None:
    wrong: dict[str, str] = {}
    if not 1 <= days <= MOST_DAYS:
        wrong["days"] = _("Say how many days you need, from 1 to %(most)s.") % {"most": MOST_DAYS}
    if not reason.strip() or len(reason.strip()) > 2000:
        wrong["reason"] = _("Say in up to 2,000 characters why it takes longer, and what comes next.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
