"""Saying who covers which regions."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.accounts.models import Person
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid
from openprm.partners import policies
from openprm.partners.events import TerritoryChanged
from openprm.partners.lists import Duty, Region
from openprm.partners.models import Territory


@transaction.atomic
def set_territory(*, person: Person, duty: str, regions: Sequence[str], by: Actor, at: datetime) -> Territory | None:
    """Let somebody of the vendor have a duty in exactly these regions; none takes the duty away."""
    by.require(policies.TERRITORIES)
    _check(person, duty, regions)
    wanted = [str(region) for region in Region.values if region in set(regions)]
    with as_system():
        known = Territory.objects.select_for_update().filter(person=person, duty=duty).first()
        before = list(known.regions) if known else []
        if before == wanted:
            return known
        row = known or Territory(person=person, duty=duty, created_at=at, updated_at=at)
        row.regions = wanted
        fact = TerritoryChanged(duty=duty, person=person.name, changes={duty: [before, wanted]})
        events.announce(fact, about=row, by=by, at=at)
        if not wanted:
            row.delete()
            return None
        if known:
            return row.write("regions", at=at)
        row.save(force_insert=True)
        return row


def _check(person: Person, duty: str, regions: Sequence[str]) -> None:
    wrong = {}
    if person.partner_id is not None or not person.is_active:
        wrong["person"] = _("Choose one of your own active colleagues.")
    if duty not in Duty.values:
        wrong["duty"] = _("Choose one of: %(values)s.") % {"values": ", ".join(Duty.values)}
    unknown = sorted(set(regions) - set(Region.values))
    if unknown:
        wrong["regions"] = _("Choose among: %(values)s.") % {"values": ", ".join(Region.values)}
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
