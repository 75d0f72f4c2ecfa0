"""What partners give to the other features."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import Actor, Permission, Scope
from openprm.kernel.audiences import Field, Subject
from openprm.kernel.declarations import Feature, FileOwner, HomeCard, Nav
from openprm.kernel.settings_store import Setting
from openprm.kernel.ui import countries
from openprm.partners import blueprint, home, policies, queries, territory_blueprint, tiers
from openprm.partners.actions import ACTIONS
from openprm.partners.lists import BusinessModel, PartnerType, Region, TeamRole, Vertical
from openprm.partners.models import Partner

_VENDOR_ROLES = ("channel_manager", "marketing", "enablement", "finance", "legal", "analyst")
_PARTNER_ROLES = ("sales", "technical", "marketing", "viewer")

GROUP = _("Partners")


def _parents() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in queries.distributors()]


def _may_read_files(actor: Actor, partner_id: UUID) -> bool:
    return policies.visible_to(actor).filter(pk=partner_id).exists()


feature = Feature(
    name="partners",
    label=_("Partners"),
    permissions=[
        Permission(
            policies.VIEW,
            _("See partners"),
            vendor=dict.fromkeys(_VENDOR_ROLES, Scope.ALL),
            partner=dict.fromkeys(_PARTNER_ROLES, Scope.COMPANY),
        ),
        Permission(policies.CREATE, _("Add partners"), vendor={"channel_manager": Scope.ALL}),
        Permission(policies.CHANGE, _("Edit partners"), vendor={"channel_manager": Scope.OWN}),
        Permission(
            policies.CHANGE_STATUS,
            _("Activate, suspend and terminate partners"),
            vendor={"channel_manager": Scope.OWN, "legal": Scope.ALL},
        ),
        Permission(policies.MANAGE_TEAM, _("Say who looks after a partner"), vendor={"channel_manager": Scope.OWN}),
        Permission(policies.EDIT_OWN, _("Edit the profile of their company"), admins_only="partner"),
        Permission(policies.VIEW_AS, _("View the portal as a partner"), vendor={"channel_manager": Scope.ALL}),
        Permission(
            policies.AUDIENCES,
            _("Save and change audiences"),
            vendor=dict.fromkeys(("channel_manager", "marketing", "enablement"), Scope.ALL),
        ),
        Permission(policies.TERRITORIES, _("Say who covers which regions"), admins_only="vendor"),
    ],
    navigation=[
        Nav("console", _("Home"), "console:home", "home", policies.VIEW, order=0),
        Nav("console", _("Partners"), "console:partners", "heart-handshake", policies.VIEW, 40, GROUP),
        Nav("console", _("Audiences"), "console:audiences", "target-arrow", policies.VIEW, 42, GROUP),
        Nav("console", _("Territories"), "console:territories", "map-pin", policies.TERRITORIES, 43, GROUP),
        Nav("portal", _("Home"), "portal:home", "home", policies.VIEW, order=0),
        Nav("portal", _("Our company"), "portal:company", "building", policies.VIEW, order=80),
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
        Field("partner.tier", _("Tier"), "choice", "tier", choices=tiers.choices),
        Field("partner.status", _("Status"), "choice", "status", choices=Partner.Status.choices),
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
    actions=ACTIONS,
    files=[FileOwner("partners.Partner", _may_read_files)],
    home=[
        HomeCard("console", "partners", "partners/_card_partners.html", home.partners_card, policies.VIEW, order=60),
        HomeCard("portal", "team", "partners/_card_team.html", home.team_card, policies.VIEW, order=90),
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
    blueprints=[blueprint.audiences, territory_blueprint.territories],
)
