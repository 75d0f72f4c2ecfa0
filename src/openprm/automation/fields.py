"""The merge fields of texts, and what they hold for a partner and a reader."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.accounts.models import Invitation, Person
from openprm.automation import merging, payload
from openprm.automation.known import fields_of
from openprm.kernel import settings_store
from openprm.kernel.mail.letters import absolute
from openprm.kernel.ui import countries
from openprm.partners.lists import BusinessModel, PartnerType, Region, TeamRole, Vertical
from openprm.partners.models import Partner, TeamMember

FIELDS: Mapping[str, Any] = {
    "partner.name": _("The partner's name"),
    "partner.legal_name": _("The partner's legal name"),
    "partner.country": _("The partner's country"),
    "partner.region": _("The partner's region"),
    "partner.tier": _("The partner's tier"),
    "partner.status": _("The partner's status"),
    "partner.verticals": _("The industries the partner sells into"),
    "partner.business_models": _("The partner's business models"),
    "partner.types": _("What kinds of partner it is"),
    "person.name": _("The reader's name"),
    "person.first_name": _("The reader's first name"),
    "sender.name": _("The sender's name"),
    "sender.first_name": _("The sender's first name"),
    "sender.title": _("The sender's job title"),
    "sender.email": _("The sender's e-mail address"),
    "sender.phone": _("The sender's phone number"),
    "team.channel_manager": _("The name of the partner's channel manager"),
    "team.technical_account_manager": _("The name of the partner's technical account manager"),
    "team.marketing_manager": _("The name of the partner's marketing manager"),
    "programme.name": _("The programme's name"),
    "programme.portal": _("The address of the portal"),
    "vendor.name": _("Your company's name"),
}


def of_partner(partner: Partner) -> dict[str, str]:
    """Return what the fields hold for a partner; the same for every reader."""
    brand = settings_store.many("brand.name", "brand.vendor")
    team = dict(TeamMember.objects.filter(partner=partner, person__is_active=True).values_list("role", "person__name"))
    return {
        "partner.name": partner.name,
        "partner.legal_name": partner.legal_name,
        "partner.country": str(countries.NAMES.get(partner.country, partner.country)),
        "partner.region": _words(Region.choices, [partner.region]),
        "partner.tier": partner.get_tier_display(),
        "partner.status": partner.get_status_display(),
        "partner.verticals": _words(Vertical.choices, partner.verticals),
        "partner.business_models": _words(BusinessModel.choices, partner.business_models),
        "partner.types": _words(PartnerType.choices, partner.partner_types),
        **{f"team.{role}": team.get(role, "") for role in TeamRole.values},
        "programme.name": brand["brand.name"],
        "programme.portal": absolute("/portal/"),
        "vendor.name": brand["brand.vendor"] or brand["brand.name"],
    }


def of_reader(person: Person | Invitation | None) -> dict[str, str]:
    """Return what the fields hold for whoever reads it."""
    name = person.name if person else ""
    return {"person.name": name, "person.first_name": _first(name)}


def of_sender(person: Person | None) -> dict[str, str]:
    """Return what the fields hold for whoever it is sent in the name of."""
    if person is None:
        return {}
    return {
        "sender.name": person.name,
        "sender.first_name": _first(person.name),
        "sender.title": person.job_title,
        "sender.email": person.email,
        "sender.phone": person.phone,
    }


def of_event(event: str, told: Mapping[str, Any] | None, text: str) -> dict[str, str]:
    """Return what the event tells, as far as a text asks for it, its values by their names."""
    known, found = fields_of(event), {}
    for asked in [name for name in merging.fields_in(text) if name.startswith(merging.EVENT)]:
        name = asked.removeprefix(merging.EVENT)
        value = payload.value_of(told or {}, name)
        if value is not None:
            found[asked] = known[name].say(value) if name in known else payload.shown(value)
    return found


def _words(choices: Any, values: list[str]) -> str:
    known = dict(choices)
    return ", ".join(str(known.get(value, value)) for value in values if value)


def _first(name: str) -> str:
    return name.split()[0] if name.split() else ""
