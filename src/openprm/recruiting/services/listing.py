"""A partner's wish to be listed in the public directory."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.kernel.access import Actor, as_system
from openprm.kernel.entity import changes
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events import announce
from openprm.partners import policies as partners
from openprm.partners.models import Partner
from openprm.recruiting import events, policies
from openprm.recruiting.models import Listing

LONGEST = 1500


@transaction.atomic
def change_listing(
    *, partner: Partner, listed: bool, description: str, show_website: bool, by: Actor, at: datetime
) -> Listing:
    """Say what the directory tells of a company. Only its own people can agree to be listed; the vendor can end it."""
    own = by.is_partner and by.partner_id == partner.pk and by.may(policies.LISTING) and not by.read_only
    vendor = partners.may_change(by, partner)
    if not own and not (vendor and not listed):
        raise Forbidden(_("Only the company's own administrator can have it listed."))
    description = description.replace("\r\n", "\n").strip()
    if len(description) > LONGEST or "\x00" in description:
        message = _("Describe the company in at most 1,500 characters.")
        raise Invalid(message, fields={"description": message})
    if listed and not description:
        message = _("Say in a few sentences what your company does. It is what visitors of the directory read.")
        raise Invalid(message, fields={"description": message})
    after = {"listed": listed, "description": description, "show_website": show_website}
    with as_system():
        Partner.objects.select_for_update().get(pk=partner.pk)
        row = Listing.objects.filter(partner=partner).first()
        before = {name: getattr(row, name) for name in after} if row else {}
        changed = changes(before, after)
        if row is None:
            row = Listing(partner=partner, created_at=at, updated_at=at)
        if not changed:
            return row
        for name, value in after.items():
            setattr(row, name, value)
        if listed:
            row.agreed_by_name, row.agreed_at = by.name, at
        if before:
            row.write(*after, "agreed_by_name", "agreed_at", at=at)
        else:
            row.save(force_insert=True)
        announce(events.ListingChanged(changed), about=row, by=by, at=at)
    return row
