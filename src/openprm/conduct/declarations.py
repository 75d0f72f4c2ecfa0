"""What vendor conduct gives to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.conduct import policies
from openprm.kernel.access import Permission, Scope
from openprm.kernel.declarations import Feature, Nav, NotificationKind
from openprm.kernel.settings_store import Setting

ALL, COMPANY = Scope.ALL, Scope.COMPANY

feature = Feature(
    name="conduct",
    label=_("Vendor conduct"),
    permissions=[
        Permission(
            policies.VIEW,
            _("See how the vendor decides"),
            vendor={"channel_manager": ALL, "marketing": ALL, "finance": ALL, "legal": ALL, "analyst": ALL},
            partner={"sales": COMPANY, "technical": COMPANY, "marketing": COMPANY, "viewer": COMPANY},
        )
    ],
    navigation=[
        Nav("portal", _("Fairness"), "portal:conduct", "gauge", policies.VIEW, order=35),
        Nav("console", _("Vendor conduct"), "console:conduct", "gauge", policies.VIEW, order=35, group=_("Trust")),
    ],
    notifications=[
        NotificationKind("conduct.closed_directly", _("The vendor closed a customer of mine itself"), side="partner"),
    ],
    settings=[
        Setting(
            "conduct.days_after_protection",
            _("Direct closings count"),
            default=180,
            kind="integer",
            minimum=0,
            maximum=730,
            unit=_("days after the protection"),
            group=_("Deal registration"),
            help=_("How long after a protection a sale of your own team's at that customer counts in vendor conduct."),
        ),
    ],
)
