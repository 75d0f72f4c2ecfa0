"""What accounts give to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.accounts import blueprint
from openprm.kernel.access import Permission, Scope
from openprm.kernel.audiences import Field, Subject
from openprm.kernel.declarations import Feature, Nav


def _role_choices() -> list[tuple[str, str]]:
    from openprm.accounts.models import Role  # declarations are read before the models are

    return list({role.key: str(role) for role in Role.objects.all()}.items())


feature = Feature(
    name="accounts",
    label=_("People"),
    permissions=[
        Permission(
            "accounts.view_people",
            _("See people"),
            vendor={
                "channel_manager": Scope.ALL,
                "marketing": Scope.ALL,
                "enablement": Scope.ALL,
                "finance": Scope.ALL,
                "legal": Scope.ALL,
                "analyst": Scope.ALL,
            },
            partner=dict.fromkeys(("sales", "technical", "marketing", "viewer"), Scope.COMPANY),
        ),
        Permission(
            "accounts.manage_people",
            _("Invite people, give them roles, end their access"),
            vendor={"channel_manager": Scope.OWN},
            partner={"admin": Scope.COMPANY},
        ),
        Permission("accounts.manage_roles", _("Change what roles may do"), admins_only="vendor"),
        Permission(
            "accounts.manage_clients",
            _("Manage API clients of the company"),
            vendor={"admin": Scope.ALL},
            partner={"admin": Scope.COMPANY},
        ),
    ],
    navigation=[
        Nav("console", _("People"), "console:people", "users", "accounts.view_people", order=41, group=_("Partners")),
        Nav(
            "console",
            _("Roles"),
            "console:roles",
            "user-cog",
            "accounts.manage_roles",
            order=79,
            group=_("Engine room"),
        ),
        Nav("portal", _("Colleagues"), "portal:people", "users", "accounts.view_people", order=80),
    ],
    subjects=[Subject("person", _("People"), "accounts.Person", reaches={"partner": "partner__"})],
    audience_fields=[
        Field("person.role", _("Role"), "choice", "roles__key", choices=_role_choices, many=True),
        Field("person.job_title", _("Job title"), "text", "job_title"),
        Field("person.language", _("Language"), "text", "locale"),
        Field("person.active", _("Can sign in"), "boolean", "is_active"),
    ],
    blueprints=[blueprint.roles],
)
