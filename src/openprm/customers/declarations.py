"""What accounts and opportunities give to the other features."""

from django.utils.translation import gettext_lazy as _

from openprm.customers import blueprint
from openprm.customers.services import family
from openprm.kernel.access import Permission, Scope
from openprm.kernel.declarations import Feature, Nav
from openprm.kernel.settings_store import Setting

READERS = {
    "channel_manager": Scope.ALL,
    "marketing": Scope.ALL,
    "finance": Scope.ALL,
    "legal": Scope.ALL,
    "analyst": Scope.ALL,
}

feature = Feature(
    name="customers",
    label=_("Customers"),
    permissions=[
        Permission("customers.view", _("See accounts and opportunities"), vendor=READERS),
        Permission("customers.edit", _("Change accounts and opportunities"), vendor={"channel_manager": Scope.ALL}),
        Permission("customers.import", _("Import accounts and opportunities"), vendor={"channel_manager": Scope.ALL}),
        Permission("customers.decide", _("Decide which companies are the same"), vendor={"channel_manager": Scope.ALL}),
        Permission("customers.merge", _("Merge accounts into one"), vendor={"channel_manager": Scope.ALL}),
        Permission("customers.manage_product_lines", _("Manage product lines"), admins_only="vendor"),
    ],
    settings=[
        Setting(
            family.WHOLE_FAMILY,
            _("Protection covers the whole family"),
            default=False,
            kind="boolean",
            group=_("Deal registration"),
            help=_(
                "A protected customer's parents and subsidiaries are protected, too. Protections that run follow at"
                " once; where two of them would meet, the change is refused."
            ),
            changed=family.follow_setting,
        ),
    ],
    navigation=[
        Nav("console", _("Accounts"), "console:accounts", "building", "customers.view", order=50, group=_("Customers")),
        Nav(
            "console",
            _("Opportunities"),
            "console:opportunities",
            "target",
            "customers.view",
            order=52,
            group=_("Customers"),
        ),
        Nav(
            "console",
            _("Imports"),
            "console:imports",
            "file-import",
            "customers.import",
            order=54,
            group=_("Customers"),
        ),
        Nav(
            "console",
            _("Product lines"),
            "console:product_lines",
            "packages",
            "customers.manage_product_lines",
            order=56,
            group=_("Customers"),
        ),
    ],
    blueprints=[blueprint.product_lines],
)
