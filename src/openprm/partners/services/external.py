"""What other systems call a partner."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.partners import policies
from openprm.partners.events import ExternalIdChanged
from openprm.partners.models import ExternalId, Partner
from openprm.partners.services.checks import require

LONGEST_SYSTEM, LONGEST_VALUE = 40, 200


class ExternalIdTaken(Refusal):
    """The id means another partner already."""

    code = "external_id_taken"

    def __init__(self, system: str, value: str) -> None:
        words = {"system": system, "value": value}
        message = _("“%(value)s” in %(system)s is another partner. Take it away there first.") % words
        super().__init__(message, fields={"external_ids": message})


def set_external_id(*, partner: Partner, system: str, value: str, by: Actor, at: datetime) -> Partner:
    """Note what ``system`` calls this partner; an empty value takes the note away."""
    require(policies.may_change(by, partner))
    system, value = _checked(system, value)
    with as_system():
        _lock(system)
        if value and ExternalId.objects.filter(system=system, value=value).exclude(partner=partner).exists():
            raise ExternalIdTaken(system, value)
        before = ExternalId.objects.filter(partner=partner, system=system).first()
        if (before.value if before else "") == value:
            return partner
        _store(partner, system, value, before, at)
        changed = {system: [before and before.value, value or None]}
        events.announce(ExternalIdChanged(changes=changed), about=partner, by=by, at=at)
    return partner


def known_as(system: str, value: str) -> Partner | None:
    """Return the partner of an id. Until the transaction ends nobody else gives an id of this system, or takes it."""
    system, value = _checked(system, value)
    if not value:
        message = _("Give the id that the other system uses.")
        raise Invalid(message, fields={"external_id": message})
    with as_system():
        _lock(system)
        known = ExternalId.objects.filter(system=system, value=value).select_related("partner").first()
    return known.partner if known else None


def _checked(system: str, value: str) -> tuple[str, str]:
    system, value = system.strip().lower(), value.strip()
    if not system or len(system) > LONGEST_SYSTEM:
        message = _("Name the other system in at most 40 characters, such as “salesforce”.")
        raise Invalid(message, fields={"system": message})
    if len(value) > LONGEST_VALUE:
        message = _("An id has at most 200 characters.")
        raise Invalid(message, fields={"external_id": message})
    return system, value


def _lock(system: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"openprm external ids {system}"])


def _store(partner: Partner, system: str, value: str, before: ExternalId | None, at: datetime) -> None:
    if before is None:
        ExternalId(partner=partner, system=system, value=value, created_at=at, updated_at=at).save(force_insert=True)
    elif value:
        kept = ExternalId.objects.get(pk=before.pk)
        kept.value = value
        kept.write("value", at=at)
    else:
        ExternalId.objects.filter(pk=before.pk).delete()
