"""The roles that come with OpenPRM, and how they learn of new permissions."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_noop

from openprm.accounts.models import ADMIN, Role, Side
from openprm.kernel.access import as_system, granted_by_default

ROLES: dict[str, dict[str, str]] = {
    Side.VENDOR: {
        ADMIN: gettext_noop("Administrator"),
        "channel_manager": gettext_noop("Channel manager"),
        "marketing": gettext_noop("Marketing"),
        "enablement": gettext_noop("Enablement"),
        "finance": gettext_noop("Finance"),
        "legal": gettext_noop("Legal"),
        "analyst": gettext_noop("Analyst"),
    },
    Side.PARTNER: {
        ADMIN: gettext_noop("Administrator"),
        "sales": gettext_noop("Sales"),
        "technical": gettext_noop("Technical"),
        "marketing": gettext_noop("Marketing"),
        "viewer": gettext_noop("Viewer"),
    },
}


def synchronise() -> None:
    """Make missing built-in roles, and give each the permissions it has never been offered.

    What an administrator took away or added stays as it is, except that a side's administrators hold everything.
    """
    for side, roles in ROLES.items():
        for order, (key, name) in enumerate(roles.items()):
            _synchronise(side, key, name, order)


def after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Run after each migration; the tables may not be there yet when one goes back."""
    from django.db import connections

    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if Role._meta.db_table in tables:
        with as_system():
            synchronise()


def _synchronise(side: str, key: str, name: str, order: int) -> None:
    defaults = granted_by_default(side, key)
    role, _created = Role.objects.get_or_create(
        side=side, key=key, defaults={"name": name, "built_in": True, "order": order}
    )
    fresh = {verb: scope for verb, scope in defaults.items() if key == ADMIN or verb not in role.offered}
    grants = {**role.grants, **{verb: str(scope) for verb, scope in fresh.items()}}
    offered = sorted({*role.offered, *defaults})
    if (grants, offered) != (role.grants, role.offered):
        role.grants, role.offered = grants, offered
        role.save(update_fields=["grants", "offered"])
