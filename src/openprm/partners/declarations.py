"""What partners give to the other features."""

from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import Permission, Scope
from openprm.kernel.audiences import Field, Subject
from openprm.kernel.declarations import Feature, Nav
from openprm.kernel.settings_store import Setting
from openprm.kernel.ui import countries
from openprm.partners.lists import BusinessModel, PartnerType, Region, TeamRole, Tier, Vertical

STATUSES = [
    ("prospect", _("Prospect")),
    ("applicant", _("Applicant")),
    ("active", _("Active")),
    ("suspended", _("Suspended")),
    ("terminated", _("Terminated")),
]

_VENDOR_ROLES = ("channel_manager", "marketing", "enablement", "finance", "legal", "analyst")
_PARTNER_ROLES = ("sales", "technical", "marketing", "viewer")


def _parents() -> list[tuple[str, str]]:
    from openprm.partners import queries  # declarations are read before the models are

    return [(str(pk), name) for pk, name in queries.distributors()]


feature = Feature(
    name="partners",
    label=_("Partners"),
    permissions=[
        Permission(
            "partners.view",
            _("See partners"),
            vendor=dict.fromkeys(_VENDOR_ROLES, Scope.ALL),
            partner=dict.fromkeys(_PARTNER_ROLES, Scope.COMPANY),
        ),
        Permission("partners.create", _("Add partners"), vendor={"channel_manager": Scope.ALL}),
        Permission("partners.change", _("Edit partners"), vendor={"channel_manager": Scope.OWN}),
        Permission(
            "partners.change_status",
            _("Activate, suspend and terminate partners"),
            vendor={"channel_manager": Scope.OWN, "legal": Scope.ALL},
        ),
        Permission("partners.manage_team", _("Say who looks after a partner"), vendor={"channel_manager": Scope.OWN}),
        Permission("partners.edit_own", _("Edit the profile of their company"), admins_only="partner"),
        Permission("partners.view_as", _("View the portal as a partner"), vendor={"channel_manager": Scope.ALL}),
        Permission(
            "partners.manage_audiences",
            _("Save and change audiences"),
            vendor=dict.fromkeys(("channel_manager", "marketing", "enablement"), Scope.ALL),
        ),
    ],
    navigation=[
        Nav("console", _("Home"), "console:home", "home", "partners.view", order=0),
        Nav("console", _("Partners"), "console:partners", "heart-handshake", "partners.view", order=20),
        Nav("console", _("Audiences"), "console:audiences", "target-arrow", "partners.view", order=60),
        Nav("portal", _("Home"), "portal:home", "home", "partners.view", order=0),
        Nav("portal", _("Our company"), "portal:company", "building", "partners.view", order=80),
    ],
    subjects=[Subject("partner", _("Partners"), "partners.Partner")],
    audience_fields=[
        Field("partner.country", _("Country"), "choice", "country", choices=countries.choices),
        Field("partner.region", _("Region"), "choice", "region", choices=Region.choices),
        Field("partner.type", _("Partner type"), "choices", "partner_types", choices=PartnerType.choices),
        Field(
            "partner.business_model", _("Business model"), "choices", "business_models", choices=BusinessModel.choices
        ),
        Field("partner.vertical", _("Vertical"), "choices", "verticals", choices=Vertical.choices),
        Field("partner.tier", _("Tier"), "choice", "tier", choices=Tier.choices),
        Field("partner.status", _("Status"), "choice", "status", choices=STATUSES),
        Field("partner.status_since", _("In this status since"), "date", "status_since__date"),
        Field("partner.since", _("Partner since"), "date", "created_at__date"),
        Field("partner.parent", _("Distributor"), "choice", "parent__id", choices=_parents),
        Field(
            "partner.team_role",
            _("Has in its account team"),
            "choice",
            "team__role",
            choices=TeamRole.choices,
            many=True,
        ),
        Field("partner.name", _("Company name"), "text", "name"),
    ],
    settings=[
        Setting(
            "partners.distributors_see_resellers",
            _("Distributors see the resellers below them"),
            default=True,
            kind="boolean",
            help=_("Their profile, people and deals, read-only."),
            group=_("Partners"),
        ),
    ],
)
