"""What deal registration gives to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.deals import blueprint, home, kpis, policies
from openprm.kernel.access import Permission, Scope
from openprm.kernel.declarations import Feature, HomeCard, Nav, NotificationKind, Panel
from openprm.kernel.settings_store import Setting

OWN, TEAM, COMPANY, ALL = Scope.OWN, Scope.TEAM, Scope.COMPANY, Scope.ALL

feature = Feature(
    name="deals",
    label=_("Deal registration"),
    permissions=[
        Permission(
            policies.VIEW,
            _("See deals"),
            vendor={"channel_manager": ALL, "marketing": ALL, "finance": ALL, "legal": ALL, "analyst": ALL},
            partner={"sales": COMPANY, "technical": COMPANY, "marketing": COMPANY, "viewer": COMPANY},
        ),
        Permission(policies.REGISTER, _("Register deals and work on them"), partner={"sales": COMPANY}),
        Permission(policies.APPROVE, _("Decide deal registrations"), vendor={"channel_manager": ALL}),
        Permission(
            policies.NOTE,
            _("Write internal notes on deals"),
            vendor={"channel_manager": ALL, "finance": ALL, "legal": ALL},
        ),
        Permission(policies.RULES, _("Change the rules of engagement and of automatic approval"), admins_only="vendor"),
    ],
    navigation=[
        Nav("portal", _("Deals"), "portal:deals", "briefcase", policies.VIEW, order=20),
        Nav("portal", _("Check a company"), "portal:check", "shield-check", policies.REGISTER, order=25),
        Nav("portal", _("Pipeline"), "portal:pipeline", "chart-bar", policies.VIEW, order=30),
        Nav(
            "console",
            _("Review queue"),
            "console:deal_queue",
            "inbox",
            policies.APPROVE,
            order=20,
            group=_("Deals"),
            waiting=home.waiting,
        ),
        Nav("console", _("All deals"), "console:deals", "briefcase", policies.VIEW, order=21, group=_("Deals")),
        Nav("console", _("Pipeline"), "console:pipeline", "chart-bar", policies.VIEW, order=22, group=_("Deals")),
        Nav(
            "console", _("Approval rules"), "console:approval_rules", "bolt", policies.RULES, order=32, group=_("Trust")
        ),
    ],
    notifications=[
        NotificationKind("deals.decided", _("Decisions and questions about my deals"), side="partner"),
        NotificationKind("deals.protection", _("Protection of my deals is about to end, or ended"), side="partner"),
        NotificationKind("deals.talk", _("Comments on my deals"), side="partner"),
        NotificationKind("deals.to_decide", _("Deals to decide"), side="vendor"),
        NotificationKind("deals.overdue", _("Deals whose decision is overdue"), side="vendor"),
        NotificationKind("deals.progress", _("Deals won, lost or withdrawn"), side="vendor", default=("app",)),
        NotificationKind("deals.talk_vendor", _("Partners' comments on deals"), side="vendor"),
    ],
    settings=[
        Setting(
            "deals.protection_days",
            _("Protection window"),
            default=90,
            kind="integer",
            minimum=1,
            maximum=730,
            unit=_("days"),
            group=_("Deal registration"),
            help=_(
                "How long an approved deal is protected where no window for its tier or product line says otherwise."
            ),
        ),
        Setting(
            "deals.grace_days",
            _("Grace after the end of protection"),
            default=14,
            kind="integer",
            minimum=0,
            maximum=90,
            unit=_("days"),
            group=_("Deal registration"),
            help=_("So long after its end a protection can still be extended, if the customer is free."),
        ),
        Setting(
            "deals.decision_hours",
            _("Decision-time target"),
            default=48,
            kind="integer",
            minimum=1,
            maximum=720,
            unit=_("hours"),
            group=_("Deal registration"),
            help=_("By when a deal should be decided. Partners see this promise."),
        ),
        Setting(
            "deals.notices_after",
            _("Notices after registration"),
            default=[30, 60, 90],
            kind="integers",
            minimum=1,
            maximum=730,
            unit=_("days"),
            group=_("Deal registration"),
            help=_("Partners are reminded this many days after they registered a deal."),
        ),
        Setting(
            "deals.notices_before",
            _("Notices before the end of protection"),
            default=[14, 7, 1],
            kind="integers",
            minimum=1,
            maximum=365,
            unit=_("days"),
            group=_("Deal registration"),
        ),
    ],
    home=[
        HomeCard("portal", "deals.todo", "deals/home/portal_todo.html", home.portal_todo, policies.VIEW, order=10),
        HomeCard("portal", "deals.mine", "deals/home/portal_mine.html", home.portal_mine, policies.VIEW, order=20),
        HomeCard(
            "console",
            "deals.waiting",
            "deals/home/console_waiting.html",
            home.console_waiting,
            policies.APPROVE,
            order=10,
        ),
        HomeCard(
            "console", "deals.ending", "deals/home/console_ending.html", home.console_ending, policies.VIEW, order=20
        ),
    ],
    kpis=kpis.DECLARED,
    chained=["deals.DealRegistration"],
    panels=[
        Panel("console:account", "deals", "deals/account_panel.html", home.account_panel, policies.VIEW, order=10),
    ],
    blueprints=[blueprint.approval_rules, blueprint.windows],
)
