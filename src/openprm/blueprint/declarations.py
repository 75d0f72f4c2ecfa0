"""What the programme as code gives to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.blueprint import home, policies
from openprm.kernel.access import Permission
from openprm.kernel.declarations import Feature, HomeCard, Nav

feature = Feature(
    name="blueprint",
    label=_("Programme as code"),
    permissions=[
        Permission(
            policies.READ, _("Export the programme as code, and plan what a folder would change"), admins_only="vendor"
        ),
        Permission(policies.APPLY, _("Apply the programme as code, and starter programmes"), admins_only="vendor"),
    ],
    navigation=[
        Nav("console", _("Programme as code"), "console:blueprint", "file-code", policies.READ, 91, _("Engine room")),
    ],
    home=[
        HomeCard("console", "starters", "blueprint/_card_starters.html", home.starters_card, policies.APPLY, order=1,
                 wide=True),
    ],
)  # fmt: skip
