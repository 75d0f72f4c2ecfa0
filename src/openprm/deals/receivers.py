"""Every move of a deal tells those it concerns."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from openprm.deals import events as facts
from openprm.deals import policies, words
from openprm.deals.lifecycle import WITH_VENDOR
from openprm.deals.models import DealRegistration
from openprm.deals.services import leaving
from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify
from openprm.kernel.ui import times
from openprm.partners.lifecycle import Standing

BY_PARTNER = ("deal.submitted", "deal.answered", "deal.withdrawn", "deal.won", "deal.lost")
BY_VENDOR = (
    "deal.review_started",
    "deal.action_requested",
    "deal.approved",
    "deal.rejected",
    "deal.marked_duplicate",
    "deal.reopened",
    "deal.won",
    "deal.lost",
)


@on(*BY_VENDOR, name="deals.tell_partner")
def tell_partner(event: Event) -> None:
    """Tell the deal's owner what the vendor did."""
    deal = _deal(event)
    if deal is not None and event.actor_side != "partner":
        title, body = _spoken(event.fact, deal)
        _tell("deals.decided", policies.who_follows(deal), event, title, body, deal.get_absolute_url())


@on("deal.protection_reminded", "deal.expired", name="deals.tell_about_protection")
def tell_about_protection(event: Event) -> None:
    """Remind the deal's owner of the end of protection."""
    deal = _deal(event)
    if deal is not None:
        title, body = _spoken(event.fact, deal)
        _tell("deals.protection", policies.who_follows(deal), event, title, body, deal.get_absolute_url())


@on("deal.decision_overdue", name="deals.tell_overdue")
def tell_overdue(event: Event) -> None:
    """Remind those who decide, unless somebody did meanwhile."""
    deal = _deal(event)
    if deal is None or deal.state not in WITH_VENDOR or deal.due_at != event.fact.due_at:
        return
    title = _("%(customer)s: the decision is overdue") % {"customer": deal.customer_name}
    say: Any = lazy(lambda: _promised(deal, event.fact.due_at), str)
    _tell("deals.overdue", policies.who_may_decide(deal), event, title, say(), deal.console_url)


def _promised(deal: DealRegistration, due_at: datetime) -> str:
    who_and_when = {"partner": deal.partner, "when": times.exact(due_at)}
    return _("%(partner)s was promised a decision by %(when)s.") % who_and_when


@on(*BY_PARTNER, name="deals.tell_vendor")
def tell_vendor(event: Event) -> None:
    """Tell those who decide what the partner did."""
    deal = _deal(event)
    if deal is None or event.actor_side != "partner":
        return
    undecided = event.name in ("deal.submitted", "deal.answered")
    if event.name == "deal.submitted" and deal.automatic:
        return
    title = _("%(partner)s: %(what)s") % {"partner": deal.partner, "what": _to_vendor(event, deal)}
    kind = "deals.to_decide" if undecided else "deals.progress"
    _tell(kind, policies.who_may_decide(deal), event, title, str(deal.customer_name), deal.console_url)


@on("partner.status_changed", name="deals.end_with_partner")
def end_with_partner(event: Event) -> None:
    """End what a partner that was terminated still claims: its customers would stay blocked for others."""
    if event.fact.changes["status"][1] == Standing.TERMINATED:
        leaving.end_open_deals(event.subject_id, at=event.at)


@on("deal.commented", name="deals.tell_about_comment")
def tell_about_comment(event: Event) -> None:
    """Tell the other side that somebody wrote."""
    deal = _deal(event)
    if deal is None:
        return
    title = _("%(who)s commented on %(deal)s") % {"who": event.actor_name, "deal": deal.customer_name}
    text = event.fact.text
    if event.actor_side == "partner":
        _tell("deals.talk_vendor", policies.who_may_decide(deal), event, title, text, deal.console_url)
    else:
        _tell("deals.talk", policies.who_follows(deal), event, title, text, deal.get_absolute_url())


def _deal(event: Event) -> DealRegistration | None:
    return DealRegistration.objects.select_related("partner").filter(pk=event.subject_id).first()


def _tell(kind: str, people: Any, event: Event, title: Any, body: Any, url: str) -> None:
    to: Iterable[UUID] = [pk for pk in people.values_list("pk", flat=True) if pk != event.actor_id]
    notify(kind=kind, to=to, title=title, body=body, url=url, event=event)


def _spoken(fact: Any, deal: DealRegistration) -> tuple[Any, Any]:
    """Return title and body that are put into words for each reader: in their language, with times of their zone."""
    say: Any = lazy(lambda place: _to_partner(fact, deal)[place], str)
    return say(0), say(1)


def _to_partner(fact: Any, deal: DealRegistration) -> tuple[str, str]:
    name = {"customer": deal.customer_name}
    match fact:
        case facts.ReviewStarted():
            return _("%(customer)s is being reviewed") % name, _("You will hear from us when it is decided.")
        case facts.ActionRequested():
            return _("%(customer)s needs your answer") % name, fact.text
        case facts.Approved():
            until = {"date": times.exact(fact.protected_until)}
            return _("%(customer)s is approved") % name, _("The deal is yours; it is protected until %(date)s.") % until
        case facts.Rejected() | facts.MarkedDuplicate():
            why = f"{words.code(fact.code)}. {fact.text}".strip()
            return _("%(customer)s was not approved") % name, why
        case facts.Reopened():
            return _("%(customer)s is reopened") % name, _("It is being reviewed again. You hear when it is decided.")
        case facts.ProtectionReminded():
            until = {"date": times.exact(fact.protected_until)}
            return _("%(customer)s: protection until %(date)s") % (name | until), _("Tell us how it stands.")
        case facts.Expired():
            return _("%(customer)s: protection ended") % name, _(
                "The customer is free again. You can register it anew."
            )
        case facts.Won():
            return _("%(customer)s is won") % name, _("The vendor recorded the order.")
        case _:
            return _("%(customer)s is closed as lost") % name, str(words.code(getattr(fact, "code", "")))


def _to_vendor(event: Event, deal: DealRegistration) -> str:
    return {
        "deal.submitted": _("new registration to decide"),
        "deal.answered": _("answered your question"),
        "deal.withdrawn": _("withdrew a registration"),
        "deal.won": _("won a deal"),
        "deal.lost": _("lost a deal"),
    }[event.name]
