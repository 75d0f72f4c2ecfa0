"""Putting resellers below distributors."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Refusal
from openprm.partners import lifecycle, policies
from openprm.partners.events import ParentChanged
from openprm.partners.models import Partner
from openprm.partners.services.checks import require


class WouldCircle(Refusal):
    """A partner cannot stand below itself, at any distance."""

    code = "hierarchy_circle"

    def __init__(self, partner: Partner, parent: Partner) -> None:
        words = {"partner": partner, "parent": parent}
        message = _("%(parent)s stands below %(partner)s, so it cannot be its distributor.") % words
        super().__init__(message, fields={"parent": message})


class NotADistributor(Refusal):
    """Only distributors have resellers below them."""

    code = "not_a_distributor"

    def __init__(self, parent: Partner) -> None:
        message = _("%(parent)s is no distributor. Give it that partner type first.") % {"parent": parent}
        super().__init__(message, fields={"parent": message})


def set_parent(*, partner: Partner, parent: Partner | None, by: Actor, at: datetime) -> Partner:
    """Put a partner below a distributor, or below nobody."""
    require(policies.may_change(by, partner))
    with as_system():
        _one_at_a_time()
        if parent is not None:
            _check(partner, parent)
        before = partner.parent
        if before == parent:
            return partner
        partner.parent = parent
        partner.write("parent", at=at)
        changed = {"parent": [before.name if before else None, parent.name if parent else None]}
        fact = ParentChanged(parent_id=parent.pk if parent else None, changes=changed)
        events.announce(fact, about=partner, by=by, at=at)
    return partner


def _check(partner: Partner, parent: Partner) -> None:
    if lifecycle.would_circle(partner.pk, parent.pk, _ancestors(parent)):
        raise WouldCircle(partner, parent)
    if not parent.is_distributor:
        raise NotADistributor(parent)


def _one_at_a_time() -> None:
    """Two moves at once could each be right and make a circle together."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('openprm partner hierarchy'))")


def _ancestors(partner: Partner) -> tuple[UUID, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "with recursive above as ("
            " select parent_id from partners_partner where id = %s and parent_id is not null"
            " union select higher.parent_id from partners_partner higher join above on higher.id = above.parent_id"
            " where higher.parent_id is not null) select parent_id from above",
            [partner.pk],
        )
        return tuple(row[0] for row in cursor.fetchall())
