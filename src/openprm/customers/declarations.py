"""What accounts and opportunities give to the other features."""

from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import Permission, Scope
from openprm.kernel.declarations import Feature, Nav

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
        Permission("customers.manage_product_lines", _("Manage product lines"), admins_only="vendor"),
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
)
