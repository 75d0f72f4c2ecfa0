"""The partner hears of a direct closing at once."""

from django.utils.translation import gettext as _

from openprm.deals import policies as deals
from openprm.deals.models import DealRegistration
from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify


@on("deal.closed_directly", name="conduct.tell_partner")
def tell_partner(event: Event) -> None:
    """Tell the deal's owner."""
    deal = DealRegistration.objects.select_related("partner").filter(pk=event.subject_id).first()
    if deal is None:
        return
    title = _("%(customer)s: the vendor closed a sale itself") % {"customer": deal.customer_name}
    body = _("It stands in the deal's timeline and in the figures of vendor conduct.")
    to = deals.who_follows(deal).values_list("pk", flat=True)
    notify(
        kind="conduct.closed_directly", to=list(to), title=title, body=body, url=deal.get_absolute_url(), event=event
    )
