"""What checks give to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.checks import policies
from openprm.kernel.access import Permission, Scope
from openprm.kernel.declarations import Feature, Nav, NotificationKind
from openprm.kernel.settings_store import Setting

GROUP = _("Checks of companies")

feature = Feature(
    name="checks",
    label=_("Checks of companies"),
    permissions=[
        Permission(
            policies.VIEW, _("See how much partners ask"), vendor={"channel_manager": Scope.ALL, "legal": Scope.ALL}
        ),
    ],
    navigation=[
        Nav("console", _("Checks"), "console:checks", "zoom-question", policies.VIEW, order=34, group=_("Trust")),
    ],
    notifications=[NotificationKind("checks.scanning", _("Checks that look like scanning"), side="vendor")],
    settings=[
        Setting(
            "checks.per_day",
            _("Companies a partner may ask about"),
            default=100,
            kind="integer",
            minimum=1,
            maximum=100_000,
            unit=_("a day"),
            group=GROUP,
            help=_("Typing one name counts once. Registering is possible beyond it; a person decides then."),
        ),
        Setting(
            "checks.per_person",
            _("Of these, by one person"),
            default=60,
            kind="integer",
            minimum=1,
            maximum=100_000,
            unit=_("a day"),
            group=GROUP,
            help=_("So that nobody uses up what colleagues need."),
        ),
        Setting(
            "checks.per_minute",
            _("Requests of one person"),
            default=150,
            kind="integer",
            minimum=10,
            maximum=10_000,
            unit=_("a minute"),
            group=GROUP,
            help=_("More than anybody types. Programs are held to the API's own limit, too."),
        ),
    ],
)
