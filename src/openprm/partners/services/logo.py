"""A partner's logo."""

from datetime import datetime
from typing import Any

from openprm.kernel import events, files
from openprm.kernel.access import Actor, as_system
from openprm.partners import policies
from openprm.partners.events import ProfileChanged
from openprm.partners.models import Partner
from openprm.partners.services.checks import require


def set_logo(*, partner: Partner, upload: Any | None, by: Actor, at: datetime) -> Partner:
    """Put a picture in the place of the logo, or (without one) take the logo away."""
    require(policies.may_change(by, partner) or policies.may_edit_profile(by, partner))
    with as_system():
        before = partner.logo
        if before is None and upload is None:
            return partner
        partner.logo = files.store(upload, owner=partner, by=by, at=at, allow=files.IMAGES) if upload else None
        partner.write("logo", at=at)
        changed = {"logo": [before and before.name, partner.logo and partner.logo.name]}
        events.announce(ProfileChanged(changes=changed), about=partner, by=by, at=at)
        if before is not None:
            files.remove(before)
    return partner
