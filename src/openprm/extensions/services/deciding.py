"""Deciding requests: granted or declined once, by a person or a rule."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.deals import policies as deals
from openprm.deals import services as protection
from openprm.deals.lifecycle import State as DealState
from openprm.deals.models import DealRegistration
from openprm.deals.services import discretion
from openprm.extensions import events
from openprm.extensions.models import ExtensionRequest
from openprm.extensions.rules import BY_PEOPLE, DECLINED_BECAUSE
from openprm.kernel.access import SYSTEM, Actor
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events import announce

State = ExtensionRequest.State


class NotDeclined(Refusal):
    """The request was not declined, or is granted already."""

    code = "extension_not_declined"


class NotPending(Refusal):
    """The request was decided, or taken back, already."""

    code = "extension_not_pending"


@transaction.atomic
def grant(
    *,
    request: ExtensionRequest,
    by: Actor,
    at: datetime,
    days: int | None = None,
    text: str = "",
    rule: str = "",
) -> ExtensionRequest:
    """Grant a request, for the days asked for or for ``days``; the deal is protected for longer in the same moment.

    Raises AlreadyProtected where the protection has ended and somebody else holds the customer by now.
    """
    deal = _pending(request, by)
    discretion.require(deal, text, by=by)
    wanted = request.days if days is None else days
    protection.extend(deal=deal, days=wanted, by=by, at=at)
    end = deal.protected_until
    assert end is not None
    _settle(request, State.GRANTED, by, at, rule, text, granted_days=wanted, end_after=end)
    fact = events.Granted(deal.reference, deal.customer_name, wanted, end, request.rule if rule else "", request.text)
    announce(fact, about=deal, by=by, at=at)
    return request


@transaction.atomic
def grant_after_all(
    *, request: ExtensionRequest, by: Actor, at: datetime, days: int | None = None, reference: str = ""
) -> ExtensionRequest:
    """Grant a request that was declined, because it should not have been; ``reference`` names where that was found.

    It counts as granted from now on: where a deal may be extended once, this was it.
    """
    deal = _locked(request, by, State.DECLINED)
    wanted = request.days if days is None else days
    protection.extend(deal=deal, days=wanted, by=by, at=at, text=reference)
    end = deal.protected_until
    assert end is not None
    _settle(request, State.GRANTED, by, at, "", reference, code="", granted_days=wanted, end_after=end)
    fact = events.Granted(deal.reference, deal.customer_name, wanted, end, "", reference)
    announce(fact, about=deal, by=by, at=at)
    return request


@transaction.atomic
def decline(
    *, request: ExtensionRequest, code: str, by: Actor, at: datetime, text: str = "", rule: str = ""
) -> ExtensionRequest:
    """Turn a request down with a coded reason; the deal's protection ends when it would have."""
    deal = _pending(request, by)
    if code not in (DECLINED_BECAUSE if by.kind == "system" else BY_PEOPLE):
        raise Invalid(_("Choose a reason."), fields={"code": _("Choose one of the reasons.")})
    discretion.require(deal, text, by=by)
    _settle(request, State.DECLINED, by, at, rule, text, code=code)
    fact = events.Declined(deal.reference, deal.customer_name, code, rule, request.text)
    announce(fact, about=deal, by=by, at=at)
    return request


@transaction.atomic
def take_back(request: ExtensionRequest, *, by: Actor, at: datetime) -> ExtensionRequest:
    """Close a request that nobody decides any more."""
    _lock(request)
    _settle(request, State.WITHDRAWN, by, at, "", "")
    deal = request.deal
    announce(events.Withdrawn(deal.reference, deal.customer_name), about=deal, by=by, at=at)
    return request


def drop(*, deal: DealRegistration, at: datetime) -> int:
    """Close what is asked for about a deal that was won, lost or withdrawn meanwhile."""
    waiting = list(ExtensionRequest.objects.filter(deal=deal, state=State.PENDING).select_related("deal"))
    return _each(waiting, lambda request: take_back(request, by=SYSTEM, at=at))


def lapse_due(*, at: datetime) -> int:
    """Decline what nobody decided until the grace after the protection's end was over, and return how many."""
    waiting = ExtensionRequest.objects.filter(
        state=State.PENDING, deal__state=DealState.EXPIRED, deal__protected_until__lte=protection.revivable_since(at)
    )
    late = list(waiting.select_related("deal__partner").order_by("pk")[:500])
    return _each(late, lambda request: decline(request=request, code="not_decided_in_time", by=SYSTEM, at=at))


def _each(requests: Iterable[ExtensionRequest], act: Any) -> int:
    done = 0
    for request in requests:
        try:
            act(request)
            done += 1
        except NotPending:
            continue
    return done


def _pending(request: ExtensionRequest, by: Actor) -> DealRegistration:
    """Return the request's deal, once the request is locked, waiting, and the actor's to decide."""
    return _locked(request, by, State.PENDING)


def _locked(request: ExtensionRequest, by: Actor, state: str) -> DealRegistration:
    if by.kind != "system" and not deals.may_decide(by, request.deal):
        raise Forbidden(_("Your role does not include deciding about this deal."))
    _lock(request, state)
    return request.deal


def _lock(request: ExtensionRequest, state: str = State.PENDING) -> None:
    """Lock the request and see that it still stands there: of two decisions at once, one is made."""
    row = ExtensionRequest.objects.select_for_update().get(pk=request.pk)
    if row.state != state:
        if state == State.DECLINED:
            raise NotDeclined(_("This request is not declined any more."))
        raise NotPending(_("This request was decided or taken back meanwhile."))
    request.version, request.state = row.version, row.state


def _settle(request: ExtensionRequest, state: str, by: Actor, at: datetime, rule: str, text: str, **more: Any) -> None:
    values = {
        "state": state,
        "decided_at": at,
        "decided_by": rule or by.name,
        "automatic": by.kind == "system",
        "text": text.strip()[:2000],
        **more,
    }
    for name, value in values.items():
        setattr(request, name, value)
    request.write(*values, at=at)
