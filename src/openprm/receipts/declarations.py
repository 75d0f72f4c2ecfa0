"""What receipts give to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import Permission
from openprm.kernel.declarations import Feature, Nav, Panel
from openprm.kernel.offers import ENGINE_ROOM
from openprm.receipts import panels, policies

feature = Feature(
    name="receipts",
    label=_("Receipts"),
    permissions=[Permission(policies.KEYS, _("Rotate the key that signs receipts"), admins_only="vendor")],
    navigation=[
        Nav("console", _("Receipt keys"), "console:receipt_keys", "certificate", policies.KEYS, 83, ENGINE_ROOM),
    ],
    panels=[
        Panel("portal:deal", "receipts", "receipts/panel.html", panels.portal, policies.VIEW, order=50, aside=True),
        Panel("console:deal", "receipts", "receipts/panel.html", panels.console, policies.VIEW, order=50, aside=True),
    ],
)
