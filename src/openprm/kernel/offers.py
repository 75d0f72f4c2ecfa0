"""What the kernel itself declares: the programme's name and looks, and the pages of its engine room."""

from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import Permission, Scope
from openprm.kernel.console import blueprint
from openprm.kernel.declarations import Feature, FileOwner, Nav, NotificationKind
from openprm.kernel.settings_store import Setting

ENGINE_ROOM = _("Engine room")

feature = Feature(
    name="kernel",
    label=_("Programme"),
    permissions=[
        Permission("kernel.manage_settings", _("Change programme settings"), admins_only="vendor"),
        Permission(
            "kernel.read_log",
            _("Read the audit log"),
            vendor={"legal": Scope.ALL, "channel_manager": Scope.ALL},
        ),
        Permission(
            "kernel.manage_webhooks",
            _("Manage webhooks"),
            partner={"admin": Scope.COMPANY},
            admins_only="vendor",
        ),
        Permission("kernel.operate", _("See and repair deliveries, jobs and mail"), admins_only="vendor"),
    ],
    navigation=[
        Nav("console", _("Audit log"), "console:audit", "history", "kernel.read_log", 80, ENGINE_ROOM),
        Nav("console", _("Ledger"), "console:ledger", "link", "kernel.read_log", 81, ENGINE_ROOM),
        Nav("console", _("Webhooks"), "console:webhooks", "webhook", "kernel.manage_webhooks", 82, ENGINE_ROOM),
        Nav("console", _("Events"), "console:deliveries", "bolt", "kernel.operate", 84, ENGINE_ROOM),
        Nav("console", _("Jobs"), "console:jobs", "stack-2", "kernel.operate", 86, ENGINE_ROOM),
        Nav("console", _("E-mail"), "console:mail", "mail", "kernel.operate", 88, ENGINE_ROOM),
        Nav("console", _("Settings"), "console:settings", "settings", "kernel.manage_settings", 90, ENGINE_ROOM),
        Nav("portal", _("Webhooks"), "portal:webhooks", "webhook", "kernel.manage_webhooks", 95),
    ],
    files=[FileOwner("kernel.StoredSetting", lambda actor, owner_id: True)],  # the logo: everybody sees it
    notifications=[
        NotificationKind("kernel.webhook_disabled_vendor", _("A webhook was switched off"), side="vendor"),
        NotificationKind("kernel.webhook_disabled_partner", _("A webhook was switched off"), side="partner"),
    ],
    settings=[
        Setting("brand.name", _("Programme name"), default="OpenPRM", kind="text", group=_("Brand")),
        Setting("brand.vendor", _("Your company's name"), default="", kind="text", group=_("Brand")),
        Setting("brand.colour", _("Brand colour"), default="#1f5fbf", kind="colour", group=_("Brand")),
        Setting("brand.logo", _("Logo"), default="", kind="image", group=_("Brand")),
        Setting(
            "files.most_megabytes",
            _("Largest file"),
            default=25,
            kind="integer",
            minimum=1,
            maximum=1000,
            unit=_("MB"),
            group=_("Files"),
        ),
        Setting(
            "notifications.digest_hour",
            _("Hour of the daily digest"),
            default=7,
            kind="integer",
            minimum=0,
            maximum=23,
            group=_("Messages"),
            help=_("In each person's own time zone."),
        ),
        Setting(
            "api.requests_per_minute",
            _("Requests a minute"),
            default=600,
            kind="integer",
            minimum=10,
            maximum=100_000,
            group=_("API"),
            help=_("How many requests each token may send in a minute."),
        ),
    ],
    blueprints=[blueprint.settings],
)
