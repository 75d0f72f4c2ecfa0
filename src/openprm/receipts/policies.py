"""Who gets which receipts."""

from django.db.models import QuerySet

from openprm.deals import policies as deals
from openprm.kernel.access import Actor
from openprm.kernel.events.models import Event
from openprm.receipts.kinds import KINDS

VIEW, KEYS = deals.VIEW, "receipts.manage_keys"


def receiptable(actor: Actor) -> QuerySet[Event]:
    """Return the facts of which the actor may have a receipt: about deals they see, a partner's about its own only."""
    seen = deals.visible_to(actor)
    if actor.is_partner:
        seen = seen.filter(partner_id=actor.company_id)
    told = Event.objects.filter(name__in=KINDS, shared=True, subject_type="deals.DealRegistration")
    return told.filter(subject_id__in=seen.values("pk"))
