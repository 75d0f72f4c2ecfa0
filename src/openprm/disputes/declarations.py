"""What disputes give to the others."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.disputes import home, policies
from openprm.kernel.access import Actor, Permission, Scope
from openprm.kernel.declarations import Feature, FileOwner, HomeCard, Nav, NotificationKind, Panel
from openprm.kernel.settings_store import Setting

COMPANY, ALL = Scope.COMPANY, Scope.ALL


def _may_read_statement(actor: Actor, pk: UUID) -> bool:
    return policies.visible_to(actor).filter(statements=pk).exists()


def _may_read_review(actor: Actor, pk: UUID) -> bool:
    """The holder reads its own evidence, and who handles a dispute that asked for it."""
    if actor.is_partner:
        return policies.reviews_visible_to(actor).filter(pk=pk).exists()
    return policies.handled_by(actor).filter(hearings__review=pk).exists()


def _setting(key: str, label: object, default: int, unit: object, most: int, help_text: object) -> Setting:
    return Setting(
        f"disputes.{key}",
        label,
        default=default,
        kind="integer",
        minimum=1,
        maximum=most,
        unit=unit,
        group=_("Disputes"),
        help=help_text,
    )


feature = Feature(
    name="disputes",
    label=_("Disputes"),
    permissions=[
        Permission(
            policies.VIEW,
            _("See disputes"),
            vendor={"channel_manager": ALL, "legal": ALL, "analyst": ALL},
            partner={"sales": COMPANY, "technical": COMPANY, "viewer": COMPANY},
        ),
        Permission(policies.CONTEST, _("Contest verdicts and decisions, give evidence"), partner={"sales": COMPANY}),
        Permission(policies.DECIDE, _("Decide disputes"), vendor={"channel_manager": ALL, "legal": ALL}),
        Permission(policies.DECIDE_APPEAL, _("Decide appeals"), vendor={"legal": ALL}),
    ],
    navigation=[
        Nav(
            "portal",
            _("Disputes"),
            "portal:disputes",
            "gavel",
            policies.VIEW,
            order=40,
            waiting=home.waiting_for_partner,
        ),
        Nav(
            "console",
            _("Disputes"),
            "console:disputes",
            "gavel",
            policies.VIEW,
            order=25,
            group=_("Deals"),
            waiting=home.at_turn,
        ),
    ],
    notifications=[
        NotificationKind("disputes.mine", _("News about my disputes"), side="partner"),
        NotificationKind("disputes.reviews", _("Reviews of my registrations"), side="partner"),
        NotificationKind("disputes.to_decide", _("Disputes to decide, and what partners add to them"), side="vendor"),
        NotificationKind("disputes.escalated", _("Disputes that are overdue"), side="vendor"),
    ],
    settings=[
        _setting(
            "contest_days",
            _("Time to contest"),
            30,
            _("days"),
            365,
            _("How long partners can contest a verdict or a decision after they were told."),
        ),
        _setting(
            "decision_hours",
            _("Target for a first decision"),
            72,
            _("hours"),
            1440,
            _("By when a dispute should be decided. Partners see this promise; overdue disputes are escalated."),
        ),
        _setting(
            "appeal_days",
            _("Time to appeal"),
            14,
            _("days"),
            180,
            _("How long partners can appeal. Decisions made already keep their date."),
        ),
        _setting(
            "appeal_hours",
            _("Target for an appeal"),
            120,
            _("hours"),
            1440,
            _("By when an appeal should be decided. Partners see this promise."),
        ),
    ],
    home=[
        HomeCard("portal", "disputes", "disputes/home/portal.html", home.portal_card, policies.VIEW, order=40),
        HomeCard("console", "disputes", "disputes/home/console.html", home.console_card, policies.DECIDE, order=15),
    ],
    panels=[
        Panel("portal:deal", "disputes", "disputes/portal/panel.html", home.portal_panel, policies.VIEW, aside=True),
        Panel("portal:extension", "disputes", "disputes/portal/extension.html", home.extension_panel, policies.VIEW),
        Panel("console:deal", "disputes", "disputes/console/panel.html", home.console_panel, policies.VIEW, aside=True),
    ],
    files=[
        FileOwner("disputes.Statement", _may_read_statement),
        FileOwner("disputes.Review", _may_read_review),
    ],
)
