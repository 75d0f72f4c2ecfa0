"""What journeys give to the others."""

from uuid import UUID
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from openprm.journeys import actions, blueprint, home, policies, queries
from openprm.kernel.access import Actor, Permission, Scope
from openprm.kernel.audiences import Field
from openprm.kernel.declarations import Feature, FileOwner, HomeCard, Nav, NotificationKind, Panel
from openprm.kernel.kpis import Kpi
from openprm.kernel.settings_store import Setting

GROUP = _("Onboarding")
_VENDOR = ("channel_manager", "marketing", "enablement", "finance", "legal", "analyst")
_PARTNER = ("sales", "technical", "marketing", "viewer")


def _may_read_files(actor: Actor, task: UUID) -> bool:
    return policies.tasks_visible_to(actor).filter(pk=task).exists()


feature = Feature(
    name="journeys",
    label=_("Onboarding journeys"),
    permissions=[
        Permission(
            policies.VIEW,
            _("See onboarding journeys and tasks"),
            vendor=dict.fromkeys(_VENDOR, Scope.ALL),
            partner=dict.fromkeys(_PARTNER, Scope.COMPANY),
        ),
        Permission(
            policies.DO,
            _("Do the tasks of journeys"),
            partner=dict.fromkeys(("sales", "technical", "marketing"), Scope.COMPANY),
        ),
        Permission(
            policies.ASSIGN,
            _("Start journeys and give tasks"),
            vendor={"channel_manager": Scope.OWN, "enablement": Scope.ALL},
        ),
        Permission(
            policies.DECIDE,
            _("Approve tasks, and do the vendor's"),
            vendor={"channel_manager": Scope.OWN, "enablement": Scope.ALL},
        ),
        Permission(
            policies.TEMPLATES,
            _("Draw journey templates"),
            vendor={"channel_manager": Scope.ALL, "enablement": Scope.ALL},
        ),
    ],
    navigation=[
        Nav(
            "portal",
            _("Checklist"),
            "portal:journeys",
            "list-check",
            policies.VIEW,
            order=5,
            waiting=queries.partners_todo,
        ),
        Nav("console", _("Journeys"), "console:journeys", "map", policies.VIEW, order=30, group=GROUP),
        Nav(
            "console",
            _("Approvals"),
            "console:journey_approvals",
            "clipboard-check",
            policies.DECIDE,
            order=31,
            group=GROUP,
            waiting=queries.to_approve,
        ),
        Nav("console", _("Tasks"), "console:journey_tasks", "list-check", policies.VIEW, order=32, group=GROUP),
        Nav(
            "console",
            _("Journey templates"),
            "console:journey_templates",
            "template",
            policies.TEMPLATES,
            order=33,
            group=GROUP,
        ),
    ],
    audience_fields=[
        Field(
            "partner.journey_completed",
            _("Has completed the journey"),
            "choice",
            "journeys__completed_code",
            choices=actions.every,
            many=True,
        ),
        Field(
            "partner.journey_running",
            _("Is on the journey"),
            "choice",
            "journeys__running_code",
            choices=actions.every,
            many=True,
        ),
    ],
    notifications=[
        NotificationKind("journeys.tasks", _("New tasks, and journeys that begin or end"), side="partner"),
        NotificationKind("journeys.decided", _("Answers to our tasks"), side="partner"),
        NotificationKind("journeys.reminders", _("Tasks that are due soon or overdue"), side="partner"),
        NotificationKind("journeys.to_approve", _("Tasks of partners to approve"), side="vendor"),
        NotificationKind("journeys.vendor_tasks", _("Onboarding tasks for me"), side="vendor"),
        NotificationKind("journeys.vendor_reminders", _("My onboarding tasks that are due"), side="vendor"),
        NotificationKind("journeys.progress", _("Journeys that are completed or stuck"), side="vendor"),
    ],
    settings=[
        Setting(
            "journeys.remind_days",
            _("Remind before a task is due"),
            default=3,
            kind="integer",
            minimum=0,
            maximum=60,
            unit=_("days"),
            group=GROUP,
        ),
        Setting(
            "journeys.stuck_days",
            _("A journey is stuck after"),
            default=14,
            kind="integer",
            minimum=1,
            maximum=365,
            unit=_("days without progress"),
            group=GROUP,
        ),
        Setting(
            "journeys.time_zone",
            _("Time zone of due dates"),
            default="UTC",
            kind="choice",
            choices=[(name, name) for name in sorted(available_timezones() - {"localtime"})],
            group=GROUP,
            help=_("A task is overdue once its day has ended there. Holds for what is started from now on."),
        ),
    ],
    home=[
        HomeCard("portal", "journeys", "journeys/home/portal.html", home.portal_tasks, policies.VIEW, order=5),
        HomeCard(
            "console", "journeys", "journeys/home/console.html", home.console_onboarding, policies.DECIDE, order=30
        ),
    ],
    panels=[
        Panel(
            "console:partner",
            "journeys",
            "journeys/console/_partner.html",
            home.console_partner,
            policies.VIEW,
            order=20,
        ),
    ],
    files=[FileOwner("journeys.Task", _may_read_files)],
    actions=actions.ACTIONS,
    kpis=[
        Kpi(
            "journeys.completed",
            _("Onboarding journeys completed"),
            "count",
            measure=queries.completed_journeys,
            rows=queries.completed_rows,
            moved_by=["journey.completed"],
            category=_("Onboarding"),
        ),
    ],
    blueprints=[blueprint.SECTION],
)
