"""Adding partners, and changing what is known of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.accounts.models import Person
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.entity import changes
from openprm.kernel.errors import Forbidden, Invalid
from openprm.partners import lifecycle, policies
from openprm.partners.events import Created, ProfileChanged
from openprm.partners.lists import TeamRole, Tier
from openprm.partners.models import Partner
from openprm.partners.regions import region_of
from openprm.partners.services.checks import clean, require
from openprm.partners.services.external import known_as, set_external_id
from openprm.partners.services.hierarchy import set_parent
from openprm.partners.services.team import assign_team

# What a partner's own administrator keeps up to date; names on contracts and the standing are the vendor's.
OWN_FIELDS = ("trading_name", "website", "business_models", "verticals")


def create(
    *,
    legal_name: str,
    country: str,
    by: Actor,
    at: datetime,
    trading_name: str = "",
    website: str = "",
    region: str = "",
    partner_types: Sequence[str] = (),
    business_models: Sequence[str] = (),
    verticals: Sequence[str] = (),
    tier: str = Tier.REGISTERED,
    status: str = lifecycle.Standing.PROSPECT,
    parent: Partner | None = None,
    external_ids: Mapping[str, str] | None = None,
) -> Partner:
    """Add a partner. Its region follows from its country unless it is given."""
    require(policies.may_create(by), _("Your role does not include adding partners."))
    values = clean(
        {
            "legal_name": legal_name,
            "trading_name": trading_name,
            "website": website,
            "country": country,
            "region": region,
            "partner_types": partner_types,
            "business_models": business_models,
            "verticals": verticals,
            "tier": tier,
        }
    )
    _require_beginning(status)
    values["region"] = values["region"] or region_of(values["country"])
    with as_system():
        partner = Partner(**values, status=status, status_since=at, created_at=at, updated_at=at)
        partner.save(force_insert=True)
        fact = Created(name=partner.name, country=partner.country, status=partner.status)
        events.announce(fact, about=partner, by=by, at=at)
        _give_to_its_maker(partner, by, at)
    if parent is not None:
        set_parent(partner=partner, parent=parent, by=by, at=at)
    for system, value in (external_ids or {}).items():
        set_external_id(partner=partner, system=system, value=value, by=by, at=at)
    return partner


def upsert_by_external_id(*, system: str, value: str, by: Actor, at: datetime, **profile: Any) -> tuple[Partner, bool]:
    """Change the partner that ``system`` calls ``value``, or add it; say whether it was added.

    Doing it twice is doing it once, also at the same time.
    """
    known = known_as(system, value)
    if known is None:
        return create(**profile, external_ids={system: value}, by=by, at=at), True
    return change_profile(partner=known, by=by, at=at, **profile), False


def change_profile(*, partner: Partner, by: Actor, at: datetime, **values: Any) -> Partner:
    """Change a partner's profile: the vendor all of it, the partner's administrator what is theirs to keep current."""
    _require_fields(partner, values, by)
    values = clean(values)
    if "region" not in values and "country" in values and partner.region == region_of(partner.country):
        values["region"] = region_of(values["country"])
    changed = changes({name: getattr(partner, name) for name in values}, values)
    if not changed:
        return partner
    for name in changed:
        setattr(partner, name, values[name])
    with as_system():
        partner.write(*changed, at=at)
        partner.refresh_from_db(fields=["name"])
        events.announce(ProfileChanged(changes=changed), about=partner, by=by, at=at)
    return partner


def keep_tier(*, partner_id: UUID, tier: str, by: Actor, at: datetime) -> bool:
    """Keep the tier that a partner has in its leading programme; say whether it is another one now.

    For the floor that moves tiers by its own rules and policies; nobody else calls it.
    """
    with as_system():
        partner = Partner.objects.select_for_update().get(pk=partner_id)
        if partner.tier == tier:
            return False
        changed = {"tier": [partner.tier, tier]}
        partner.tier = tier
        partner.write("tier", at=at)
        events.announce(ProfileChanged(changes=changed), about=partner, by=by, at=at)
    return True


def _require_beginning(status: str) -> None:
    if status not in tuple(lifecycle.BEGINNINGS):
        message = _("A new partner is one of: %(values)s.") % {"values": ", ".join(lifecycle.BEGINNINGS)}
        raise Invalid(message, fields={"status": message})


def _require_fields(partner: Partner, values: Mapping[str, Any], by: Actor) -> None:
    if policies.may_change(by, partner):
        return
    require(policies.may_edit_profile(by, partner))
    foreign = [name for name in values if name not in OWN_FIELDS]
    if foreign:
        message = _("Only the vendor changes this. Write to your channel manager.")
        raise Forbidden(message, fields=dict.fromkeys(foreign, message))


def _give_to_its_maker(partner: Partner, by: Actor, at: datetime) -> None:
    """Let who adds a partner but may not change every partner look after it; else it would slip out of their reach."""
    if by.kind == "person" and by.id and not policies.may_change(by, partner):
        maker = Person.objects.get(pk=by.id)
        assign_team(partner=partner, person=maker, role=TeamRole.CHANNEL_MANAGER, by=by, at=at, first=True)
