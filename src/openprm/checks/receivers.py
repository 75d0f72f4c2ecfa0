"""A suspicion reaches those who look after the partner, and the vendor's administrators."""

from django.utils.translation import gettext as _

from openprm.accounts import queries as people
from openprm.checks import words
from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify
from openprm.partners import policies as partners
from openprm.partners.models import Partner


@on("checks.scanning_suspected", name="checks.tell_vendor")
def tell_vendor(event: Event) -> None:
    """Tell the partner's account team and the administrators."""
    partner = Partner.objects.get(pk=event.subject_id)
    team = partners.who_looks_after(partner).values_list("pk", flat=True)
    admins = people.administrators().values_list("pk", flat=True)
    notify(
        kind="checks.scanning",
        to={*team, *admins},
        title=_("%(partner)s: checks that look like scanning") % {"partner": partner},
        body=". ".join(str(word) for word in words.alarms(event.fact.alarms)) + ".",
        url="/console/checks/",
        event=event,
    )
