"""What programmes give to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.customers import importing as imports
from openprm.kernel import audiences
from openprm.kernel import kpis as declared
from openprm.kernel.access import Permission, Scope
from openprm.kernel.audiences import Field, Source
from openprm.kernel.declarations import Feature, HomeCard, Nav, NotificationKind, Panel
from openprm.kernel.settings_store import Setting
from openprm.program import actions, blueprint, home, importing, kpis, policies, receivers

PROGRAMME = _("Programme")
KPI_FIELDS = "partner.kpi."


def _completed() -> None:
    """Make every KPI, declared or the vendor's own, a field of audiences, and listen to what moves them."""
    own = Source(f"{KPI_FIELDS}{kpis.OWN}", lambda: [_field(one) for one in kpis.custom()])
    audiences.fields.register(new_fields=[_field(one) for one in declared.kpis()], new_sources=[own])
    receivers.listen()
    imports.register(importing.KIND)


def _field(kpi: declared.Kpi) -> Field:
    return Field(
        f"{KPI_FIELDS}{kpi.key}",
        kpi.label,
        "number",
        "figures__value",
        many=True,
        where={"figures__kpi": kpi.key},
        otherwise=kpis.ZERO,
    )


feature = Feature(
    name="program",
    label=_("Programmes and tiers"),
    permissions=[
        Permission(
            policies.VIEW,
            _("See tiers, requirements and benefits"),
            vendor=dict.fromkeys(
                ("channel_manager", "marketing", "enablement", "finance", "legal", "analyst"), Scope.ALL
            ),
            partner=dict.fromkeys(("sales", "technical", "marketing", "viewer"), Scope.COMPANY),
        ),
        Permission(
            policies.MOVE,
            _("Take partners into programmes, set tiers and benefits, decide proposed moves"),
            vendor={"channel_manager": Scope.OWN},
        ),
        Permission(
            policies.RECORD,
            _("Record figures about partners"),
            vendor={"channel_manager": Scope.OWN, "enablement": Scope.ALL},
        ),
        Permission(policies.MANAGE, _("Set up programmes"), admins_only="vendor"),
    ],
    navigation=[
        Nav("portal", _("Programme"), "portal:programme", "medal", policies.VIEW, order=40),
        Nav("console", _("Programmes"), "console:programmes", "medal", policies.VIEW, 30, PROGRAMME),
        Nav("console", _("Members"), "console:members", "users-group", policies.VIEW, 31, PROGRAMME),
        Nav("console", _("Tier moves"), "console:tier_moves", "arrows-sort", policies.VIEW, 32, PROGRAMME),
        Nav(
            "console",
            _("Proposed moves"),
            "console:tier_proposals",
            "inbox",
            policies.MOVE,
            33,
            PROGRAMME,
            waiting=home.waiting,
        ),
        Nav("console", _("Recorded figures"), "console:kpi_values", "clipboard-check", policies.RECORD, 34, PROGRAMME),
    ],
    audience_fields=[
        Field(
            "partner.programme",
            _("Programme"),
            "choice",
            "memberships__programme__code",
            choices=actions.programmes,
            many=True,
        ),
        Field("partner.in_grace", _("In grace until"), "date", "memberships__grace_until__date", many=True),
    ],
    notifications=[
        NotificationKind("program.moved", _("Our tier and what it asks for"), side="partner"),
        NotificationKind("program.moved_vendor", _("Tiers of partners I look after"), side="vendor", default=("app",)),
        NotificationKind("program.proposed", _("Moves to approve"), side="vendor"),
    ],
    settings=[
        Setting(
            "program.currency",
            _("Reporting currency"),
            default="EUR",
            kind="choice",
            choices=[(code, code) for code in home.CURRENCIES],
            group=PROGRAMME,
            help=_("Revenue is measured in it. Give the rates of other currencies under Recorded figures."),
        ),
    ],
    home=[
        HomeCard("portal", "program.tier", "program/home/portal.html", home.portal_tier, policies.VIEW, order=15),
        HomeCard("console", "program.moves", "program/home/console.html", home.console_moves, policies.VIEW, order=30),
    ],
    panels=[
        Panel("console:partner", "standing", "program/partner_panel.html", home.partner_panel, policies.VIEW, order=10),
    ],
    actions=actions.DECLARED,
    kpis=kpis.DECLARED,
    blueprints=blueprint.DECLARED,
    completed=_completed,
)
