"""The other side: asking another partner for evidence without telling either partner of the other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.deals.models import DealRegistration
from openprm.disputes import events, policies
from openprm.disputes.lifecycle import OPEN, TALKING
from openprm.disputes.models import Dispute, Hearing, Review
from openprm.disputes.services import moving, saying
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Refusal
from openprm.kernel.events import announce

LEAST = 10  # characters: it can be said once


class NotAnotherSide(Refusal):
    """This registration is not another partner's standing one, or asking would tell two partners of each other."""

    code = "not_another_side"


class ReviewEnded(Refusal):
    """The review takes no (more) evidence."""

    code = "review_ended"


@transaction.atomic
def ask_other_side(*, dispute: Dispute, deal: DealRegistration, by: Actor, at: datetime) -> Hearing:
    """Ask the holder of another registration for evidence.

    The holder reads that its registration is being reviewed, in words that are the same whatever the reason, and the
    contesting partner reads nothing.
    """
    if not by.is_vendor or not policies.may_handle(by, dispute):
        raise Forbidden(_("Your role does not include working on this dispute."))
    if dispute.state not in TALKING:
        raise moving.NotInThisState(_("The dispute is decided; nobody is heard any more."))
    _require_other_side(dispute, deal)
    dispute.hold()  # whoever ends it meanwhile looks for its reviews when this one is there
    review = _review_of(deal, by=by, at=at)
    hearing, made = Hearing.objects.get_or_create(
        dispute=dispute, review=review, defaults={"asked_by_name": by.name, "created_at": at, "updated_at": at}
    )
    if made:
        fact = events.OtherSideAsked(dispute.reference, deal.reference, review.reference)
        announce(fact, about=dispute, by=by, at=at)
    return hearing


@transaction.atomic
def answer_review(*, review: Review, text: str, uploads: Sequence[Any] = (), by: Actor, at: datetime) -> Review:
    """Give evidence for one's own registration, once."""
    if not policies.may_contest(by, review.deal):
        raise Forbidden(_("Your role does not include giving evidence for this registration."))
    if review.closed_at or review.answered_at:
        raise ReviewEnded(_("No more evidence is taken here. Write a comment on the deal instead."))
    review.text, review.answered_at, review.answered_by_name = saying.words(text, least=LEAST), at, by.name
    review.write("text", "answered_at", "answered_by_name", at=at)
    saying.keep(uploads, owner=review, by=by, at=at)
    fact = events.ReviewAnswered(review.reference, review.deal.reference, review.text, len(uploads))
    announce(fact, about=review, by=by, at=at)
    return review


def close_reviews(dispute: Dispute, *, at: datetime) -> None:
    """End the reviews that no other open dispute has asked for.

    Call it last: it waits for others that ask for the same review, or end the dispute that did; of two disputes that
    end at once, the later sees that the earlier has ended.
    """
    with as_system():
        asked = Hearing.objects.filter(dispute=dispute).values("review_id")
        mine = Review.objects.filter(pk__in=asked, closed_at__isnull=True).select_related("deal").order_by("pk")
        held = list(mine.select_for_update(of=("self",)))
        others = Hearing.objects.filter(review__in=held, dispute__state__in=OPEN).exclude(dispute=dispute)
        needed = set(others.values_list("review_id", flat=True))  # asked when all are held, not before
        for review in held:
            if review.pk in needed:
                continue
            review.closed_at = at
            review.write("closed_at", at=at)
            announce(events.ReviewClosed(review.reference, review.deal.reference), about=review, by=SYSTEM, at=at)


def _require_other_side(dispute: Dispute, deal: DealRegistration) -> None:
    if deal.partner_id == dispute.partner_id or not deal.is_open:
        raise NotAnotherSide(_("Choose a standing registration of another partner."))
    ours, theirs = dispute.partner, deal.partner
    if theirs.pk == ours.parent_id or ours.pk == theirs.parent_id:
        raise NotAnotherSide(
            _("One of the two is the other's distributor and may see its registrations. Talk to them yourself.")
        )


def _review_of(deal: DealRegistration, *, by: Actor, at: datetime) -> Review:
    """Return the open review of a registration, held open; the holder is told when there is a new one."""
    with transaction.atomic():
        DealRegistration.objects.select_for_update(no_key=True, of=("self",)).get(pk=deal.pk)
        known = Review.objects.select_for_update().filter(deal=deal, closed_at__isnull=True).first()
        if known is not None:
            return known
        review = Review(deal=deal, partner_id=deal.partner_id, created_at=at, updated_at=at)
        review.save(force_insert=True)
    announce(events.ReviewOpened(review.reference, deal.reference), about=review, by=by, at=at)
    return review
