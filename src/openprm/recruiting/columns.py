"""A row of a file as a partner and a person: which heading is which field, and what a cell means. No database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui import countries
from openprm.matching.normalise import fold
from openprm.partners.lists import BusinessModel, PartnerType, Tier, Vertical

FIELDS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "legal_name": (_("Legal name"), ("name", "company", "company name", "partner", "account name", "firma")),
    "trading_name": (_("Trading name"), ("known as", "dba", "brand")),
    "website": (_("Website"), ("web", "url", "domain", "homepage")),
    "country": (_("Country"), ("country code", "land", "billing country")),
    "partner_types": (_("Partner types"), ("type", "partner type", "types")),
    "business_models": (_("Business models"), ("business model", "models")),
    "verticals": (_("Verticals"), ("vertical", "industries", "industry")),
    "tier": (_("Tier"), ("level",)),
    "external_id": (_("Id in another system"), ("id", "crm id", "account id", "external id", "partner id")),
    "person_name": (_("Person: name"), ("contact", "contact name", "full name")),
    "person_email": (_("Person: e-mail"), ("email", "e mail", "contact email", "mail")),
    "person_role": (_("Person: role"), ("role", "contact role")),
}
PROFILE = ("legal_name", "trading_name", "website", "country", "partner_types", "business_models", "verticals", "tier")
_LISTS: Mapping[str, type[TextChoices]] = {
    "partner_types": PartnerType,
    "business_models": BusinessModel,
    "verticals": Vertical,
}
_ROLES = ("admin", "sales", "technical", "marketing", "viewer")
_APART = re.compile(r"[;|\n]|,(?!\s*OEM)")


@dataclass(slots=True)
class Read:
    """What a row says: the profile, the person, and what is wrong."""

    profile: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""
    person: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def guess(headers: Sequence[str]) -> dict[str, int]:
    """Return the fields that the headings speak of, with the number of their column."""
    known = [_plain(header) for header in headers]
    mapping: dict[str, int] = {}
    for name, (label, further) in FIELDS.items():
        for word in (name, str(label), *further):
            plain = _plain(word)
            if plain in known and known.index(plain) not in mapping.values():
                mapping[name] = known.index(plain)
                break
    return mapping


def usable(mapping: Mapping[str, object], width: int) -> dict[str, int]:
    """Return the mapping without fields and columns that do not exist."""
    return {
        name: int(str(column))
        for name, column in mapping.items()
        if name in FIELDS and str(column).isdigit() and int(str(column)) < width
    }


def read(cells: Sequence[str], mapping: Mapping[str, int]) -> Read:
    """Return what a row says; an empty cell says nothing."""
    found = Read()
    values = {name: cells[at].strip() for name, at in mapping.items() if at < len(cells) and cells[at].strip()}
    for name in PROFILE:
        if name in values:
            _take(found, name, values[name])
    found.external_id = values.get("external_id", "")[:200]
    if "legal_name" not in values:
        found.problems.append(now("There is no legal name in this row."))
    if "person_email" in values:
        role = values.get("person_role", "").lower()
        if role and role not in _ROLES:
            words = {"value": role, "roles": ", ".join(_ROLES)}
            found.problems.append(now("“%(value)s” is no role. Use one of: %(roles)s.") % words)
        name = values.get("person_name") or values["person_email"].partition("@")[0]
        found.person = {"email": values["person_email"], "name": name[:120], "role": role}
    elif "person_name" in values:
        found.problems.append(now("A person needs an e-mail address."))
    return found


def _take(found: Read, name: str, text: str) -> None:
    if name in _LISTS:
        codes = [_code(part, _LISTS[name]) for part in _APART.split(text) if part.strip()]
        if "" in codes:
            words = {"value": text[:80], "field": FIELDS[name][0]}
            found.problems.append(now("“%(value)s” holds something that %(field)s does not know.") % words)
        found.profile[name] = [code for code in codes if code]
    elif name == "country":
        found.profile[name] = _country(text)
        if not found.profile[name]:
            found.problems.append(now("“%(value)s” is no country. Use two letters, such as DE.") % {"value": text[:40]})
    elif name == "tier":
        found.profile[name] = _code(text, Tier)
        if not found.profile[name]:
            found.problems.append(now("“%(value)s” is no tier.") % {"value": text[:40]})
    else:
        found.profile[name] = text


def _code(text: str, choices: type[TextChoices]) -> str:
    plain = _plain(text)
    return next(
        (str(value) for value, label in choices.choices if plain in (_plain(str(value)), _plain(str(label)))), ""
    )


def _country(text: str) -> str:
    code = text.upper()
    if code in countries.NAMES:
        return code
    plain = _plain(text)
    return next((str(value) for value, label in countries.choices() if _plain(str(label)) == plain), "")


def _plain(text: str) -> str:
    return " ".join(fold(text.replace("_", " ").replace("-", " ")))
