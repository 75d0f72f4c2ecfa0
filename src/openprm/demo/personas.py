"""The people of the demo whom a visitor can be with one click."""

from openprm.accounts.personas import Persona

PASSWORD = "halden-demo-2026"  # noqa: S105 - the demo's, known to everybody
VENDOR = "Halden Systems"
RESELLER, DISTRIBUTOR, BELOW, RIVAL = (
    "Brightwave IT",
    "Nordlicht Distribution",
    "Kontor Digital",
    "Alpenblick Systemhaus",
)


PERSONAS = (
    Persona("partner-sales", "Lena Brandt", "Sales", RESELLER, "partner", ("sales",)),
    Persona("partner-admin", "Jonas Weber", "Partner administrator", RESELLER, "partner", ("admin",)),
    Persona("rival-sales", "Mila Gruber", "Sales of a competing partner", RIVAL, "partner", ("sales",)),
    Persona("distributor", "Henrik Lund", "Distributor of three resellers", DISTRIBUTOR, "partner", ("admin", "sales")),
    Persona("partner-viewer", "Aylin Demir", "Looks only", RESELLER, "partner", ("viewer",)),
    Persona("channel-manager", "Maren Vogt", "Channel manager, EMEA", VENDOR, "vendor", ("channel_manager",)),
    Persona("admin", "Oskar Nyberg", "Programme administrator", VENDOR, "vendor", ("admin",)),
    Persona("marketing", "Chiara Russo", "Channel marketing", VENDOR, "vendor", ("marketing",)),
    Persona("enablement", "Tom Becker", "Partner enablement", VENDOR, "vendor", ("enablement",)),
    Persona("finance", "Amelia Stone", "Finance", VENDOR, "vendor", ("finance",)),
    Persona("legal", "Pierre Lambert", "Legal", VENDOR, "vendor", ("legal",)),
    Persona("analyst", "Priya Nair", "Analyst", VENDOR, "vendor", ("analyst",)),
)
