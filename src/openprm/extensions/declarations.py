"""What activities and extensions give to the others."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.extensions import blueprint, contested, home, policies
from openprm.kernel.access import Actor, Permission, Scope
from openprm.kernel.declarations import Feature, FileOwner, HomeCard, Nav, NotificationKind, Panel
from openprm.kernel.settings_store import Setting

GROUP = _("Extensions and activities")


def _may_read_files(actor: Actor, activity: UUID) -> bool:
    return policies.activities_visible_to(actor).filter(pk=activity).exists()


feature = Feature(
    name="extensions",
    label=_("Extensions and activities"),
    permissions=[
        Permission(
            policies.LOG,
            _("Log activities on deals"),
            vendor={"channel_manager": Scope.ALL},
            partner={"sales": Scope.COMPANY, "technical": Scope.COMPANY},
        ),
        Permission(policies.DELIVER, _("Deliver mail to deals, as a mail server does"), admins_only="vendor"),
    ],
    navigation=[
        Nav(
            "console",
            _("Extensions"),
            "console:extensions",
            "hourglass",
            policies.DECIDE,
            order=23,
            group=_("Deals"),
            waiting=home.waiting,
        ),
        Nav("console", _("Expiring"), "console:expiring", "calendar-due", policies.VIEW, order=24, group=_("Deals")),
        Nav(
            "console",
            _("Protection rules"),
            "console:protection_rules",
            "shield-half",
            policies.RULES,
            order=33,
            group=_("Trust"),
        ),
    ],
    notifications=[
        NotificationKind("extensions.decided", _("Decisions about my extensions"), side="partner"),
        NotificationKind("extensions.mail_refused", _("Mail to a deal that could not be logged"), side="partner"),
        NotificationKind("extensions.to_decide", _("Extensions to decide"), side="vendor"),
    ],
    settings=[
        Setting(
            "extensions.opens_days",
            _("Asking for an extension opens"),
            default=30,
            kind="integer",
            minimum=1,
            maximum=730,
            unit=_("days before the end"),
            group=GROUP,
            help=_("Partners can ask for an extension from so many days before the end of protection on."),
        ),
        Setting(
            "extensions.mail_domain",
            _("Domain of the deals' mail addresses"),
            default="",
            kind="text",
            group=GROUP,
            help=_("For example deals.example.com, whose mail you hand to this server. Empty: deals have no address."),
        ),
        Setting(
            "extensions.mail_megabytes",
            _("Largest message"),
            default=25,
            kind="integer",
            minimum=1,
            maximum=100,
            unit=_("MB"),
            group=GROUP,
        ),
    ],
    home=[
        HomeCard(
            "portal", "extensions.ending", "extensions/home/portal_ending.html", home.portal_ending, policies.VIEW,
            order=25,
        ),
        HomeCard(
            "console", "extensions.waiting", "extensions/home/console_waiting.html", home.console_waiting,
            policies.DECIDE, order=16,
        ),
    ],
    panels=[
        Panel("portal:deal", "extensions.activities", "extensions/portal/activities.html", home.portal_activities,
              policies.VIEW, order=10),
        Panel("portal:deal", "extensions.protection", "extensions/portal/protection.html", home.portal_protection,
              policies.VIEW, order=10, aside=True),
        Panel("console:deal", "extensions.activities", "extensions/console/activities.html", home.console_activities,
              policies.VIEW, order=10),
        Panel("console:deal", "extensions.protection", "extensions/console/protection.html", home.console_protection,
              policies.VIEW, order=10, aside=True),
    ],
    files=[FileOwner("extensions.Activity", _may_read_files)],
    blueprints=[blueprint.rules],
    contests=[contested.contest],
)  # fmt: skip
