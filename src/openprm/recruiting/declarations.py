"""What recruiting gives to the others."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import Actor, Permission, Scope
from openprm.kernel.audiences import Field
from openprm.kernel.declarations import Feature, FileOwner, HomeCard, Nav, NotificationKind, Panel
from openprm.kernel.settings_store import Setting
from openprm.recruiting import blueprint, home, policies, words

ALL = Scope.ALL
GROUP = _("Recruiting")


def _may_read_file(actor: Actor, pk: UUID) -> bool:
    return policies.visible_to(actor).filter(pk=pk).exists()


def _number(
    key: str, label: object, default: int, most: int, unit: object, help_text: object, least: int = 1
) -> Setting:
    return Setting(
        f"recruiting.{key}",
        label,
        default=default,
        kind="integer",
        minimum=least,
        maximum=most,
        unit=unit,
        group=GROUP,
        help=help_text,
    )


feature = Feature(
    name="recruiting",
    label=_("Recruiting"),
    permissions=[
        Permission(
            policies.VIEW,
            _("See applications and the recruiting funnel"),
            vendor={"channel_manager": ALL, "marketing": ALL, "legal": ALL, "analyst": ALL},
        ),
        Permission(
            policies.REVIEW, _("Ask applicants, approve and reject applications"), vendor={"channel_manager": ALL}
        ),
        Permission(policies.FORMS, _("Draw, publish and close application forms"), admins_only="vendor"),
        Permission(policies.IMPORT, _("Import partners and people from a file"), admins_only="vendor"),
        Permission(
            policies.LISTING,
            _("Say what the public directory tells of their company"),
            partner={"marketing": Scope.COMPANY},
        ),
    ],
    navigation=[
        Nav(
            "console",
            _("Applications"),
            "console:applications",
            "clipboard-check",
            policies.VIEW,
            order=27,
            group=GROUP,
            waiting=home.waiting,
        ),
        Nav("console", _("Funnel"), "console:recruiting_funnel", "chart-funnel", policies.VIEW, order=28, group=GROUP),
        Nav("console", _("Application forms"), "console:application_forms", "template", policies.VIEW, 29, GROUP),
        Nav("console", _("Partner imports"), "console:partner_imports", "table-import", policies.IMPORT, 29, GROUP),
    ],
    notifications=[
        NotificationKind(
            "recruiting.to_review", _("Applications to review, and what applicants answer"), side="vendor"
        ),
        NotificationKind("recruiting.decided_alone", _("Applications approved by a form's rule"), side="vendor"),
    ],
    audience_fields=[
        Field("partner.source", _("Came by"), "choice", "origin__source", choices=list(words.SOURCES.items())),
    ],
    home=[
        HomeCard("console", "applications", "recruiting/home.html", home.console_card, policies.REVIEW, order=12),
    ],
    panels=[
        Panel("console:partner", "application", "recruiting/panel.html", home.partner_panel, policies.VIEW, order=60),
        Panel("portal:company", "listing", "recruiting/listing_panel.html", home.company_panel, policies.LISTING, 50),
    ],
    files=[FileOwner("recruiting.Application", _may_read_file)],
    blueprints=[blueprint.section],
    settings=[
        Setting(
            "recruiting.directory",
            _("Public partner directory"),
            default=False,
            kind="boolean",
            group=GROUP,
            help=_("Anybody can look up active partners who wish to be listed. Each partner decides for itself."),
        ),
        _number(
            "starts_per_network",
            _("Applications begun per network"),
            30,
            10_000,
            _("an hour"),
            _("More from one network (an office, a provider's block) are asked to wait."),
        ),
        _number(
            "starts_per_address",
            _("Applications begun per e-mail address"),
            5,
            100,
            _("an hour"),
            _("More with one address are asked to wait."),
        ),
        _number(
            "least_seconds",
            _("Least time for the first page"),
            3,
            60,
            _("seconds"),
            _("What comes back faster was not typed by a person, and is asked to be sent once more."),
            least=0,
        ),
        _number(
            "keep_days",
            _("Keep what was never sent"),
            90,
            730,
            _("days"),
            _("Unsent and withdrawn applications are emptied when nothing changed for so long; counts stay."),
            least=7,
        ),
    ],
)
