"""What rules of engagement give to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.engagement import blueprint, events, home, policies
from openprm.kernel.access import Permission, Scope
from openprm.kernel.declarations import Feature, Nav, Panel

__all__ = ["events", "feature"]

feature = Feature(
    name="engagement",
    label=_("Rules of engagement"),
    permissions=[
        Permission(policies.HOLD, _("Put accounts on hold"), vendor={"legal": Scope.ALL}),
    ],
    navigation=[
        Nav(
            "console",
            _("Engagement rules"),
            "console:engagement",
            "scale",
            policies.MANAGE,
            order=31,
            group=_("Trust"),
        )
    ],
    panels=[
        Panel("console:account", "hold", "engagement/account_panel.html", home.account_panel, policies.HOLD, order=50)
    ],
    blueprints=[blueprint.rules],
)
