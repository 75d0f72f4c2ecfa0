"""Who may log activities, ask for extensions, decide them, and deliver mail."""

from django.db.models import QuerySet

from openprm.deals import policies as deals
from openprm.deals.models import DealRegistration
from openprm.extensions.models import Activity, ExtensionRequest
from openprm.kernel.access import Actor

VIEW, RULES, DECIDE, ASK = deals.VIEW, deals.RULES, deals.APPROVE, deals.REGISTER
LOG, DELIVER = "extensions.log_activity", "extensions.deliver_mail"


def visible_to(actor: Actor) -> QuerySet[ExtensionRequest]:
    """Return the requests about the deals that the actor may see."""
    return ExtensionRequest.objects.filter(deal__in=deals.visible_to(actor)).select_related("deal__partner")


def to_decide_by(actor: Actor) -> QuerySet[ExtensionRequest]:
    """Return the requests about the deals that the actor decides."""
    return ExtensionRequest.objects.filter(deal__in=deals.visible_to(actor, DECIDE)).select_related("deal__partner")


def activities_visible_to(actor: Actor) -> QuerySet[Activity]:
    """Return the activities on the deals that the actor may see."""
    return Activity.objects.filter(deal__in=deals.visible_to(actor))


def may_log(actor: Actor, deal: DealRegistration) -> bool:
    """Say whether the actor may log on this deal: as the partner whose it is, or as the vendor who looks after it."""
    own = actor.is_vendor or deal.partner_id == actor.partner_id
    return own and not actor.read_only and deals.reaches(actor, LOG, deal)
