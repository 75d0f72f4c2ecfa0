"""What automations give to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.automation import blueprints, home, policies
from openprm.automation.actions import ACTIONS, TO_PARTNER, TO_VENDOR
from openprm.automation.alerts import FAILED, LOOP
from openprm.kernel.access import Permission, Scope
from openprm.kernel.declarations import Feature, HomeCard, Nav, NotificationKind

GROUP = _("Automation")

feature = Feature(
    name="automation",
    label=_("Automations"),
    permissions=[
        Permission(
            policies.VIEW,
            _("See automations, their runs and e-mail templates"),
            vendor={"channel_manager": Scope.ALL, "marketing": Scope.ALL, "enablement": Scope.ALL},
        ),
        Permission(
            policies.MANAGE,
            _("Build automations and e-mail templates, and put them to work"),
            vendor={"channel_manager": Scope.ALL},
        ),
    ],
    navigation=[
        Nav("console", _("Automations"), "console:automations", "robot", policies.VIEW, 62, GROUP, home.failed),
        Nav("console", _("E-mail templates"), "console:email_templates", "mail", policies.VIEW, 63, GROUP),
    ],
    notifications=[
        NotificationKind(FAILED, _("Automations that failed"), side="vendor"),
        NotificationKind(LOOP, _("Loops of automations that were stopped"), side="vendor"),
        NotificationKind(TO_VENDOR, _("Messages that automations send me"), side="vendor", default=("app",)),
        NotificationKind(TO_PARTNER, _("Messages from the programme"), side="partner", default=("app",)),
    ],
    home=[
        HomeCard(
            "console",
            "automation_failures",
            "automation/_card_failures.html",
            home.failures_card,
            policies.VIEW,
            order=55,
        ),
    ],
    actions=ACTIONS,
    blueprints=blueprints.SECTIONS,
)
