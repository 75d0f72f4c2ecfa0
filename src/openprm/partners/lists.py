"""The words partners are described with: types, business models, verticals, tiers, regions, reasons."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PartnerType(TextChoices):
    """What a partner does for the vendor; one company can be several."""

    RESELLER = "reseller", _("Reseller")
    DISTRIBUTOR = "distributor", _("Distributor")
    MSP = "msp", _("Managed service provider")
    SYSTEM_INTEGRATOR = "system_integrator", _("System integrator")
    ISV = "isv", _("Independent software vendor")
    REFERRAL = "referral", _("Referral partner")
    AFFILIATE = "affiliate", _("Affiliate")
    TECHNOLOGY_ALLIANCE = "technology_alliance", _("Technology alliance")


class BusinessModel(TextChoices):
    """How a partner earns its money."""

    RESALE = "resale", _("Resale")
    WHOLESALE = "wholesale", _("Wholesale")
    MANAGED_SERVICES = "managed_services", _("Managed services")
    PROFESSIONAL_SERVICES = "professional_services", _("Professional services")
    CONSULTING = "consulting", _("Consulting")
    SUBSCRIPTION = "subscription", _("Subscription")
    EMBEDDED = "embedded", _("Embedded or OEM")
    REFERRAL_FEE = "referral_fee", _("Referral fee")
    TRAINING = "training", _("Training")


class Vertical(TextChoices):
    """The industries a partner sells into."""

    AGRICULTURE = "agriculture", _("Agriculture")
    AUTOMOTIVE = "automotive", _("Automotive")
    CONSTRUCTION = "construction", _("Construction")
    EDUCATION = "education", _("Education")
    ENERGY = "energy", _("Energy and utilities")
    FINANCE = "finance", _("Financial services")
    GOVERNMENT = "government", _("Government")
    HEALTHCARE = "healthcare", _("Healthcare")
    HOSPITALITY = "hospitality", _("Hospitality and travel")
    INSURANCE = "insurance", _("Insurance")
    LEGAL = "legal", _("Legal")
    LIFE_SCIENCES = "life_sciences", _("Life sciences")
    LOGISTICS = "logistics", _("Transport and logistics")
    MANUFACTURING = "manufacturing", _("Manufacturing")
    MEDIA = "media", _("Media and entertainment")
    NONPROFIT = "nonprofit", _("Non-profit")
    REAL_ESTATE = "real_estate", _("Real estate")
    RETAIL = "retail", _("Retail and consumer goods")
    TECHNOLOGY = "technology", _("Technology")
    TELECOM = "telecom", _("Telecommunications")


class Tier(TextChoices):
    """The standing a partner has in the programme, lowest first."""

    REGISTERED = "registered", _("Registered")
    SILVER = "silver", _("Silver")
    GOLD = "gold", _("Gold")
    PLATINUM = "platinum", _("Platinum")


class TeamRole(TextChoices):
    """What one of the vendor's people is for a partner."""

    CHANNEL_MANAGER = "channel_manager", _("Channel manager")
    TECHNICAL_ACCOUNT_MANAGER = "technical_account_manager", _("Technical account manager")
    MARKETING_MANAGER = "marketing_manager", _("Marketing manager")


class Duty(TextChoices):
    """What one of the vendor's people is in a region: somebody of an account team, or who leads it."""

    REGIONAL_DIRECTOR = "regional_director", _("Regional director")
    CHANNEL_MANAGER = "channel_manager", _("Channel manager")
    TECHNICAL_ACCOUNT_MANAGER = "technical_account_manager", _("Technical account manager")
    MARKETING_MANAGER = "marketing_manager", _("Marketing manager")


class Area(TextChoices):
    """The three parts of the world by which channel teams are organised."""

    EMEA = "emea", _("EMEA")
    AMERICAS = "americas", _("Americas")
    APAC = "apac", _("APAC")


class Region(TextChoices):
    """Sales regions; each country lies in one (see ``regions.py``)."""

    DACH = "dach", _("DACH")
    UK_IRELAND = "uki", _("UK and Ireland")
    FRANCE = "france", _("France")
    BENELUX = "benelux", _("Benelux")
    NORDICS = "nordics", _("Nordics")
    BALTICS = "baltics", _("Baltics")
    SOUTHERN_EUROPE = "southern_europe", _("Southern Europe")
    EASTERN_EUROPE = "cee", _("Central and Eastern Europe")
    CENTRAL_ASIA = "central_asia", _("Central Asia and Caucasus")
    MIDDLE_EAST = "middle_east", _("Middle East")
    AFRICA = "africa", _("Africa")
    NORTH_AMERICA = "north_america", _("North America")
    LATIN_AMERICA = "latam", _("Latin America and Caribbean")
    SOUTH_ASIA = "south_asia", _("South Asia")
    SOUTHEAST_ASIA = "southeast_asia", _("Southeast Asia")
    GREATER_CHINA = "greater_china", _("Greater China")
    JAPAN_KOREA = "japan_korea", _("Japan and Korea")
    OCEANIA = "anz", _("Australia, New Zealand and Pacific")


PROFILE_FIELDS = {
    "legal_name": _("Legal name"),
    "trading_name": _("Trading name"),
    "website": _("Website"),
    "logo": _("Logo"),
    "country": _("Country"),
    "region": _("Region"),
    "partner_types": _("Partner types"),
    "business_models": _("Business models"),
    "verticals": _("Verticals"),
    "tier": _("Tier"),
}
STATUS_REASONS = {
    "applied": _("Has applied"),
    "approved": _("Application approved"),
    "signed": _("Agreement signed"),
    "new_start": _("A new start"),
    "resolved": _("The issue is resolved"),
    "reinstated": _("Contract renewed"),
    "application_withdrawn": _("Application withdrawn"),
    "application_rejected": _("Application rejected"),
    "no_interest": _("No interest"),
    "not_suitable": _("Does not fit the programme"),
    "agreement_lapsed": _("Agreement has lapsed"),
    "compliance_issue": _("Compliance issue"),
    "payment_overdue": _("Payment overdue"),
    "programme_breach": _("Breach of programme rules"),
    "inactivity": _("No activity"),
    "contract_ended": _("Contract ended"),
    "business_closed": _("Business closed or acquired"),
    "partner_request": _("At the partner's request"),
    "other": _("Other"),
}
