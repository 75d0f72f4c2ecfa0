"""Who may see and change which endpoints."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden, Missing
from openprm.kernel.webhooks.models import Endpoint, Message

MANAGE = "kernel.manage_webhooks"


def visible_to(actor: Actor) -> QuerySet[Endpoint]:
    """Return the endpoints of the actor's own side: the vendor's, or those of their company."""
    if not actor.may(MANAGE):
        return Endpoint.objects.none()
    if actor.is_partner:
        return Endpoint.objects.filter(partner_id=actor.partner_id)
    return Endpoint.objects.all()


def messages_visible_to(actor: Actor) -> QuerySet[Message]:
    """Return the messages of the endpoints the actor may see."""
    return Message.objects.filter(endpoint__in=visible_to(actor)).select_related("event", "endpoint")


def require_change(actor: Actor, endpoint: Endpoint) -> None:
    """Raise unless this is the actor's own side's endpoint."""
    actor.require(MANAGE)
    if not visible_to(actor).filter(pk=endpoint.pk).exists():
        raise Missing(_("There is no such endpoint, or it is not yours."))
    if actor.is_vendor and endpoint.partner_id is not None and actor.kind != "system":
        raise Forbidden(_("This endpoint belongs to a partner; only they can change it."))
