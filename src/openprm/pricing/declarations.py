"""What price books give to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import Permission, Scope
from openprm.kernel.audiences import Field
from openprm.kernel.declarations import Feature, HomeCard, Nav, NotificationKind, Panel
from openprm.kernel.settings_store import Setting
from openprm.pricing import actions, blueprint, panels, policies

_VENDOR = ("channel_manager", "finance", "marketing", "analyst")

feature = Feature(
    name="pricing",
    label=_("Price books"),
    permissions=[
        Permission(
            policies.VIEW,
            _("See prices and margins"),
            vendor=dict.fromkeys(_VENDOR, Scope.ALL),
            partner={"sales": Scope.COMPANY},
        ),
        Permission(
            policies.MANAGE,
            _("Write and publish price books"),
            vendor={"channel_manager": Scope.ALL, "finance": Scope.ALL},
        ),
        Permission(
            policies.ASSIGN,
            _("Assign price books to partners"),
            vendor={"channel_manager": Scope.OWN, "finance": Scope.ALL},
        ),
    ],
    navigation=[
        Nav("console", _("Price books"), "console:price_books", "tag", policies.VIEW, order=56, group=_("Programme")),
        Nav("portal", _("Prices and margins"), "portal:prices", "tag", policies.VIEW, order=40),
    ],
    audience_fields=[
        Field(
            "partner.price_book",
            _("Price book"),
            "choice",
            "price_books__in_force",
            choices=actions.choices,
            many=True,
        ),
    ],
    notifications=[NotificationKind("pricing.books", _("Our price books"), side="partner", default=("app",))],
    settings=[
        Setting(
            "pricing.show_planned",
            _("Partners see published price changes before they begin"),
            default=True,
            kind="boolean",
            group=_("Price books"),
            help=_("Switched off, they see new prices on the day from which these hold."),
        ),
    ],
    home=[
        HomeCard("portal", "pricing.margins", "pricing/home.html", panels.portal_margins, policies.VIEW, order=30),
    ],
    panels=[
        Panel("portal:deal", "pricing.margin", "pricing/deal_panel.html", panels.deal_margin, policies.VIEW, order=20,
              aside=True),
        Panel("console:deal", "pricing.margin", "pricing/deal_panel.html", panels.deal_margin, policies.VIEW, order=20,
              aside=True),
        Panel("console:partner", "pricing.books", "pricing/partner_panel.html", panels.partner_books, policies.VIEW,
              order=40),
    ],
    actions=actions.actions,
    blueprints=[blueprint.section],
)  # fmt: skip
