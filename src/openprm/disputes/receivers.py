"""Every step of a dispute tells those it concerns, and nobody else."""

from typing import Any

from django.utils.translation import gettext as _

from openprm.deals import policies as deal_policies
from openprm.disputes import policies, queries, words
from openprm.disputes.models import Dispute, Review
from openprm.disputes.rules import Outcome
from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify

BY_PARTNER = (
    "dispute.opened",
    "dispute.evidence_given",
    "dispute.statement_added",
    "dispute.appealed",
    "dispute.withdrawn",
    "dispute.closed",
)
BY_VENDOR = (
    "dispute.review_started",
    "dispute.evidence_requested",
    "dispute.statement_added",
    "dispute.decided",
    "dispute.appeal_decided",
    "dispute.remedy_carried_out",
    "dispute.closed",
)


@on(*BY_PARTNER, name="disputes.tell_vendor")
def tell_vendor(event: Event) -> None:
    """Tell those who are at turn what the partner did."""
    dispute = _dispute(event)
    if dispute is None or event.actor_side != "partner":
        return
    title = _("%(partner)s: %(what)s") % {"partner": dispute.partner, "what": _to_vendor(event.name)}
    _tell("disputes.to_decide", policies.who_decides(dispute), event, title, _about(dispute), dispute.console_url)


@on(*BY_VENDOR, name="disputes.tell_partner")
def tell_partner(event: Event) -> None:
    """Tell those of the partner who follow the case what the vendor did."""
    dispute = _dispute(event)
    if dispute is None or event.actor_side == "partner":
        return
    title, body = _to_partner(event, dispute)
    _tell("disputes.mine", policies.who_follows(dispute), event, title, body, dispute.get_absolute_url())


@on("dispute.decided", "dispute.appeal_decided", name="disputes.tell_who_carries_out")
def tell_who_carries_out(event: Event) -> None:
    """Tell those who decide deals that a decision demands something of them."""
    dispute = _dispute(event)
    if dispute is not None and dispute.remedy_is_due:
        title = _("To carry out: %(what)s") % {"what": dispute.remedy_label}
        people = deal_policies.who_may_decide(dispute.deal)
        _tell("disputes.to_decide", people, event, title, _about(dispute), dispute.console_url)


@on("dispute.escalated", name="disputes.tell_next_level")
def tell_next_level(event: Event) -> None:
    """Bring an overdue dispute before the next level."""
    dispute = _dispute(event)
    if dispute is not None:
        title = _("Overdue: dispute %(reference)s") % {"reference": dispute.reference}
        people = policies.next_level(dispute)
        _tell("disputes.escalated", people, event, title, _about(dispute), dispute.console_url)


@on("registration_review.opened", "registration_review.closed", name="disputes.tell_holder")
def tell_holder(event: Event) -> None:
    """Tell the holder of a registration that it is being reviewed, in the same words whatever the reason."""
    review = _review(event)
    if review is None:
        return
    name = {"deal": review.deal.reference, "customer": review.deal.customer_name}
    if event.name == "registration_review.opened":
        title = _("Your registration %(deal)s (%(customer)s) is being reviewed") % name
        body = _("Nothing has changed. Add evidence that the customer works with you, if you like.")
    else:
        title = _("The review of your registration %(deal)s ended") % name
        body = _("You are told separately, should anything about the registration change.")
    _tell("disputes.reviews", deal_policies.who_follows(review.deal), event, title, body, review.get_absolute_url())


@on("registration_review.answered", name="disputes.tell_evidence_came")
def tell_evidence_came(event: Event) -> None:
    """Tell those who are at turn in the disputes that wait for it."""
    review = _review(event)
    for dispute in queries.linked_disputes(review) if review else []:
        title = _("Evidence for %(deal)s has come") % {"deal": review.deal.reference if review else ""}
        _tell("disputes.to_decide", policies.who_decides(dispute), event, title, _about(dispute), dispute.console_url)


def _dispute(event: Event) -> Dispute | None:
    found = Dispute.objects.select_related("partner", "deal")
    return found.filter(reference=event.payload["reference"]).first()


def _review(event: Event) -> Review | None:
    return Review.objects.select_related("deal").filter(pk=event.subject_id).first()


def _tell(kind: str, people: Any, event: Event, title: str, body: str, url: str) -> None:
    to = [pk for pk in people.values_list("pk", flat=True) if pk != event.actor_id]
    notify(kind=kind, to=to, title=title, body=body, url=url, event=event)


def _about(dispute: Dispute) -> str:
    return f"{dispute.reference}, {dispute.deal.customer_name}: {dispute.subject_label}"


def _to_vendor(name: str) -> str:
    return {
        "dispute.opened": _("contested a decision"),
        "dispute.evidence_given": _("answered your question"),
        "dispute.statement_added": _("added a statement"),
        "dispute.appealed": _("appealed against a decision"),
        "dispute.withdrawn": _("withdrew a dispute"),
        "dispute.closed": _("accepted a decision"),
    }[name]


def _to_partner(event: Event, dispute: Dispute) -> tuple[str, str]:
    name = {"customer": dispute.deal.customer_name}
    fact = event.fact
    match event.name:
        case "dispute.review_started":
            return _("Your dispute about %(customer)s is being reviewed") % name, _("There is nothing to do for you.")
        case "dispute.evidence_requested":
            return _("Your dispute about %(customer)s needs your answer") % name, fact.text
        case "dispute.statement_added":
            return _("A new statement about %(customer)s") % name, fact.text
        case "dispute.decided" | "dispute.appeal_decided":
            outcome = words.OUTCOMES[Outcome(fact.outcome)]
            title = _("Your dispute about %(customer)s is decided: %(outcome)s") % (name | {"outcome": outcome})
            return title, f"{words.code(fact.code)}. {fact.text}"
        case "dispute.remedy_carried_out":
            done = queries.done_instead(dispute, list(dispute.decisions.order_by("level")))
            return _("What was decided about %(customer)s is done") % name, done or str(dispute.remedy_label)
        case _:
            return _("Your dispute about %(customer)s is closed") % name, ""
