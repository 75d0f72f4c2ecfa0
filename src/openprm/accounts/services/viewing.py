"""Looking at the portal as a partner sees it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.accounts.actors import VIEW_AS
from openprm.accounts.events import ViewedAs
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden


def start_viewing(*, partner: Any, by: Actor, at: datetime) -> None:
    """Note that a person of the vendor looks at the portal as ``partner``; it is read-only."""
    by.require(VIEW_AS)
    if by.kind != "person" or by.side != "vendor" or by.id is None:
        raise Forbidden(_("Only the vendor's own people can view as a partner."))
    with as_system():
        events.announce(ViewedAs(viewer_id=by.id), about=partner, by=by, at=at)
