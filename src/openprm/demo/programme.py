"""The vendor, its product lines and people, and sixty partners with theirs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from random import Random
from typing import Any

from anyascii import anyascii

from openprm.accounts import services as accounts
from openprm.accounts.models import Person
from openprm.accounts.personas import Persona
from openprm.customers import services as customers
from openprm.customers.models import ProductLine
from openprm.deals import services as deals
from openprm.demo import personas
from openprm.demo.personas import BELOW, DISTRIBUTOR, PERSONAS, RESELLER, RIVAL, VENDOR
from openprm.kernel import services as kernel
from openprm.kernel.access import SYSTEM
from openprm.partners import services as partners
from openprm.partners.models import Partner

LINES = {
    "cloud": "Halden Cloud",
    "edge": "Halden Edge",
    "secure": "Halden Secure",
    "insight": "Halden Insight",
    "care": "Halden Care",
}
TIERS = ("registered", "registered", "registered", "silver", "silver", "gold", "platinum")
KINDS: tuple[tuple[list[str], list[str]], ...] = (
    (["reseller"], ["resale", "professional_services"]),
    (["msp"], ["managed_services", "subscription"]),
    (["system_integrator"], ["professional_services", "consulting"]),
    (["reseller", "msp"], ["resale", "managed_services"]),
    (["isv"], ["embedded", "subscription"]),
    (["referral"], ["referral_fee", "consulting"]),
)
VERTICALS = ("healthcare", "manufacturing", "retail", "finance", "logistics", "government", "education", "energy")
FIRST = (
    *("Anna", "Ben", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Ines", "Jan", "Karin", "Luca", "Maja"),
    *("Nils", "Olivia", "Paul", "Rosa", "Simon", "Tessa", "Viktor", "Wanda", "Yusuf", "Zoe", "Marco", "Sofia"),
    *("Arjun", "Meera", "Liam", "Emma", "Noah"),
)
LAST = {
    "DE": "Schmidt Fischer Wagner Hoffmann", "AT": "Huber Pichler Steiner Bauer", "CH": "Keller Meier Frei Graf",
    "GB": "Taylor Hughes Walker Green", "IE": "Murphy Byrne Doyle Quinn", "FR": "Martin Bernard Moreau Girard",
    "NL": "Jansen Visser Bakker Smit", "SE": "Lindberg Berg Holm Ek", "ES": "Ortega Molina Vidal Ramos",
    "IT": "Ricci Conti Greco Marino", "PL": "Nowak Wilk Zajac Krol", "US": "Carter Brooks Reed Hayes",
    "CA": "Tremblay Campbell Roy Grant", "IN": "Sharma Iyer Kapoor Rao", "AU": "Harris Kelly Shaw Lane",
}  # fmt: skip
CURRENCY = {"GB": "GBP", "US": "USD", "CA": "CAD", "IN": "INR", "AU": "AUD", "SE": "SEK", "CH": "CHF", "PL": "PLN"}
NAMES = {
    "DE": [RESELLER, DISTRIBUTOR, BELOW, "Hanse Netzwerke", "Rheinwerk IT"],
    "AT": [RIVAL, "Donau Cloudwerk", "Graz Data", "Tirol Systems"],
    "CH": ["Limmat Informatik", "Bergdata", "Léman Numérique"],
    "GB": ["Thameside Technology", "Pennine Cloud", "Harbour & Vale IT", "Redbrick Solutions"],
    "IE": ["Liffey Systems", "Claddagh Cloud", "Emerald Networks"],
    "FR": ["Loire Informatique", "Atelier Cloud", "Garonne Services", "Bastille Réseaux"],
    "NL": ["Polder ICT", "Windmolen Cloud", "Maas Systems", "Duin Networks"],
    "SE": ["Norrsken Data", "Skärgård IT", "Björk Systems", "Mälaren Cloud"],
    "ES": ["Tramontana IT", "Olivar Sistemas", "Meseta Cloud", "Costa Redes"],
    "IT": ["Adriatica Sistemi", "Ponte Vecchio IT", "Dolomiti Cloud", "Vesuvio Reti"],
    "PL": ["Wisła Systemy", "Bursztyn IT", "Tatry Cloud", "Sokół Data"],
    "US": ["Blue Ridge Technology", "Prairie Cloud", "Lakeshore Systems", "Cascade Integrators", "Palmetto IT"],
    "CA": ["Maple Grid", "Laurentian Systems", "Prairie North IT", "Harbourfront Cloud"],
    "IN": ["Banyan Infotech", "Deccan Cloud", "Ganga Systems", "Lotus Networks", "Nilgiri Tech"],
    "AU": ["Coral Coast IT", "Outback Systems", "Wattle Cloud"],
}  # fmt: skip


@dataclass
class Programme:
    """What the rest of the demo builds on."""

    at: datetime
    rng: Random
    lines: list[ProductLine] = field(default_factory=list)
    managers: dict[str, Person] = field(default_factory=dict)
    vendor: dict[str, Person] = field(default_factory=dict)
    partners: list[Partner] = field(default_factory=list)
    sales: dict[Any, list[Person]] = field(default_factory=dict)

    def partner(self, name: str) -> Partner:
        """Return a partner by its trading name."""
        return next(partner for partner in self.partners if partner.trading_name == name)


def build(at: datetime, rng: Random) -> Programme:
    """Make the vendor's side and the partners, as they were at ``at``."""
    programme = Programme(at, rng)
    _brand(at)
    programme.lines = [
        customers.create_product_line(name=name, key=key, by=SYSTEM, at=at) for key, name in LINES.items()
    ]
    _people_of_the_vendor(programme)
    _approval_rules(programme)
    number = 0
    for country, names in NAMES.items():
        for name in names:
            _partner(programme, name, country, number)
            number += 1
    _hierarchy(programme)
    return programme


def _brand(at: datetime) -> None:
    for key, value in {
        "brand.name": "Halden Partner Network",
        "brand.vendor": VENDOR,
        "brand.colour": "#0f6b5c",
    }.items():
        kernel.change_setting(key=key, value=value, by=SYSTEM, at=at)


def _people_of_the_vendor(programme: Programme) -> None:
    for persona in PERSONAS:
        if persona.side == "vendor":
            programme.vendor[persona.key] = _persona(programme, persona, None)
    maren = programme.vendor["channel-manager"]
    for area, name in (("americas", "Grace Miller"), ("apac", "Rohan Mehta")):
        programme.managers[area] = _person(programme, name, "halden", ["channel_manager"], None, "Channel manager")
    programme.managers["emea"] = maren
    for name in ("Sven Aldrich", "Nora Whitfield"):
        programme.vendor[name] = _person(programme, name, "halden", ["enablement"], None, "Technical account manager")


def _approval_rules(programme: Programme) -> None:
    deals.save_rule(
        name="Small and clear, silver and above",
        audience={"all": [{"field": "partner.tier", "op": "in", "value": ["gold", "platinum", "silver"]}]},
        most=20_000,  # type: ignore[arg-type]
        currency="EUR",
        levels=["clear"],
        by=SYSTEM,
        at=programme.at,
    )


def _partner(programme: Programme, name: str, country: str, number: int) -> None:
    rng = programme.rng
    types, models = (["distributor"], ["wholesale"]) if name == DISTRIBUTOR else KINDS[number % len(KINDS)]
    status = {17: "suspended", 29: "applicant", 41: "prospect"}.get(number, "active")
    started = "prospect" if status == "suspended" else status
    partner = partners.create(
        legal_name=f"{name} {_LEGAL[country]}",
        trading_name=name,
        country=country,
        website=f"https://{_slug(name)}.example",
        partner_types=types,
        business_models=models,
        verticals=rng.sample(VERTICALS, 2),
        tier="gold" if name in (RESELLER, DISTRIBUTOR) else "silver" if name == RIVAL else rng.choice(TIERS),
        status=started if started in ("prospect", "applicant", "active") else "prospect",
        external_ids={"crm": f"P-{1000 + number}"},
        by=SYSTEM,
        at=programme.at,
    )
    if status == "suspended":
        partners.change_status(partner=partner, status="active", reason="signed", by=SYSTEM, at=programme.at)
        partners.change_status(
            partner=partner, status="suspended", reason="payment_overdue", by=SYSTEM, at=programme.at
        )
    programme.partners.append(partner)
    _team(programme, partner, country)
    _people_of(programme, partner, country)


def _team(programme: Programme, partner: Partner, country: str) -> None:
    area = {"US": "americas", "CA": "americas", "IN": "apac", "AU": "apac"}.get(country, "emea")
    team = {
        "channel_manager": programme.managers[area],
        "technical_account_manager": programme.vendor[programme.rng.choice(["Sven Aldrich", "Nora Whitfield"])],
        "marketing_manager": programme.vendor["marketing"],
    }
    for role, person in team.items():
        partners.assign_team(partner=partner, person=person, role=role, by=SYSTEM, at=programme.at)


def _people_of(programme: Programme, partner: Partner, country: str) -> None:
    personas_here = [persona for persona in PERSONAS if persona.company == partner.trading_name]
    people = [(_persona(programme, persona, partner), persona.roles) for persona in personas_here]
    roles = (
        cycle([["admin"], ["sales"], ["technical"]]) if not people else cycle([["sales"], ["technical"], ["marketing"]])
    )
    for name, role in zip(_names(programme.rng, country, 3), roles, strict=False):
        title = role[0].capitalize()
        people.append((_person(programme, name, _slug(partner.trading_name), role, partner, title), tuple(role)))
    sellers = [person for person, held in people if {"sales", "admin"} & set(held)]
    programme.sales[partner.pk] = sellers


def _persona(programme: Programme, persona: Persona, partner: Partner | None) -> Person:
    return accounts.create_person(
        email=persona.email, name=persona.name, roles=list(persona.roles), partner=partner, password=personas.PASSWORD,
        job_title=persona.title, by=SYSTEM, at=programme.at,
    )  # fmt: skip


def _person(
    programme: Programme, name: str, at_company: str, roles: list[str], partner: Partner | None, title: str
) -> Person:
    email = f"{_slug(name.replace(' ', '.'))}@{at_company}.example"
    return accounts.create_person(
        email=email, name=name, roles=list(roles), partner=partner, job_title=title, by=SYSTEM, at=programme.at
    )


def _names(rng: Random, country: str, many: int) -> Iterator[str]:
    for first in rng.sample(FIRST, many):
        yield f"{first} {rng.choice(LAST[country].split())}"


def _hierarchy(programme: Programme) -> None:
    above = programme.partner(DISTRIBUTOR)
    for name in (BELOW, "Hanse Netzwerke", "Rheinwerk IT"):
        partners.set_parent(partner=programme.partner(name), parent=above, by=SYSTEM, at=programme.at)


_LEGAL = {
    "DE": "GmbH", "AT": "GmbH", "CH": "AG", "GB": "Ltd", "IE": "Ltd", "FR": "SAS", "NL": "B.V.", "SE": "AB",
    "ES": "S.L.", "IT": "S.r.l.", "PL": "Sp. z o.o.", "US": "Inc.", "CA": "Inc.", "IN": "Pvt Ltd", "AU": "Pty Ltd",
}  # fmt: skip


def _slug(text: str) -> str:
    return "".join(character for character in anyascii(text).lower() if character.isalnum() or character == ".")
