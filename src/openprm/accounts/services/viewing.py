"""Looking at the portal as a partner sees it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.accounts import policies
from openprm.accounts.events import ViewedAs
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden


def start_viewing(*, partner: Any, by: Actor, at: datetime) -> None:
    """Note that a person of the vendor looks at the portal as ``partner``; it is read-only."""
    with as_system():
        if by.id is None or by.read_only or not policies.may_view_as(by, partner.pk):
            raise Forbidden(_("You can view as the partners you look after only."))
        events.announce(ViewedAs(viewer_id=by.id), about=partner, by=by, at=at)
