"""What happened to a partner, in words, and where it stands, in colours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel.events.models import Event
from openprm.kernel.ui import countries
from openprm.kernel.ui.tones import Status
from openprm.partners import tiers
from openprm.partners.lists import STATUS_REASONS, BusinessModel, PartnerType, Region, TeamRole, Vertical
from openprm.partners.models import Partner

TONES = {
    "prospect": "neutral",
    "applicant": "info",
    "active": "clear",
    "suspended": "possible",
    "terminated": "blocked",
}
NEXT = {
    "prospect": gettext_lazy("Activate the partner once the agreement is signed."),
    "applicant": gettext_lazy("Decide about the application."),
    "active": "",
    "suspended": gettext_lazy("Nobody of this partner can sign in until it is active again."),
    "terminated": gettext_lazy("Nobody of this partner can sign in."),
}
FIELDS: Mapping[str, Any] = {
    "legal_name": gettext_lazy("Legal name"),
    "trading_name": gettext_lazy("Trading name"),
    "website": gettext_lazy("Website"),
    "logo": gettext_lazy("Logo"),
    "country": gettext_lazy("Country"),
    "region": gettext_lazy("Region"),
    "partner_types": gettext_lazy("Partner types"),
    "business_models": gettext_lazy("Business models"),
    "verticals": gettext_lazy("Verticals"),
    "tier": gettext_lazy("Tier"),
    "status": gettext_lazy("Status"),
    "parent": gettext_lazy("Distributor"),
    **{str(role): role.label for role in TeamRole},
}
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "country": countries.NAMES,
    "region": dict(Region.choices),
    "partner_types": dict(PartnerType.choices),
    "business_models": dict(BusinessModel.choices),
    "verticals": dict(Vertical.choices),
    "status": dict(Partner.Status.choices),
}
_NOTHING: tuple[Any, ...] = (None, "", [])
_TOLD_BY_ANOTHER = ("domain",)  # follows from the website
_TITLES = {  # shorter than the event's own words, because the page names the partner
    "partner.created": gettext_lazy("Joined the programme's list"),
    "partner.profile_changed": gettext_lazy("Profile changed"),
    "partner.status_changed": gettext_lazy("Status changed"),
    "partner.team_changed": gettext_lazy("Account team changed"),
    "partner.parent_changed": gettext_lazy("Distributor changed"),
    "partner.external_id_changed": gettext_lazy("Id in another system changed"),
}
_ICONS = {
    "partner.created": "plus",
    "partner.profile_changed": "pencil",
    "partner.status_changed": "flag",
    "partner.team_changed": "users",
    "partner.parent_changed": "hierarchy",
    "partner.external_id_changed": "link",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    at: datetime
    title: Any
    text: str
    actor: str
    icon: str
    tone: str = "neutral"


def status(partner: Partner, *, detail: bool = False) -> Status:
    """Return where the partner stands, as pages show it; ``detail`` adds since when, why and what is next."""
    label, tone = Partner.Status(partner.status).label, TONES[partner.status]
    if not detail:
        return Status(label, tone)
    return Status(label, tone, since=partner.status_since, why=_why(partner), next=NEXT[partner.status])


def timeline(happened: Iterable[Event]) -> list[Entry]:
    """Return events as a timeline."""
    return [_entry(event) for event in happened]


def words(field: str, value: Any) -> str:
    """Return a stored value in the words of its list."""
    if value in _NOTHING:
        return ""
    known = dict(tiers.choices()) if field == "tier" else _WORDS.get(field, {})
    if isinstance(value, list):
        return ", ".join(str(known.get(item, item)) for item in value)
    return str(known.get(value, value))


def _why(partner: Partner) -> str:
    reason = str(STATUS_REASONS.get(partner.status_reason, ""))
    return " – ".join(part for part in (reason, partner.status_note) if part)


def _entry(event: Event) -> Entry:
    tone = "neutral"
    if event.name == "partner.status_changed":
        tone = TONES.get(event.payload["changes"]["status"][1], "neutral")
    icon = _ICONS.get(event.name, "point")
    title = _TITLES.get(event.name, event.type.label)
    return Entry(event.at, title, _said(event.payload), event.actor_name, icon, tone)


def _said(payload: Mapping[str, Any]) -> str:
    changed = payload.get("changes", {}).items()
    told = [_change(field, before, after) for field, (before, after) in changed if field not in _TOLD_BY_ANOTHER]
    reason = STATUS_REASONS.get(payload.get("reason", ""))
    told += [str(part) for part in (reason, payload.get("note")) if part]
    return "; ".join(told)


def _change(field: str, before: Any, after: Any) -> str:
    said = {"field": FIELDS.get(field, field), "before": words(field, before), "after": words(field, after)}
    if before in _NOTHING:
        return _("%(field)s: %(after)s") % said
    if after in _NOTHING:
        return _("%(field)s: no longer %(before)s") % said
    return _("%(field)s: %(before)s → %(after)s") % said
