"""Permissions are verbs that features declare, each with the roles that hold it at first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openprm.kernel.access.actor import Scope

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Permission:
    """A verb such as ``deals.approve``.

    ``vendor`` and ``partner`` map a role's key to the scope it has at first; an administrator can change it. A side's
    administrators hold every verb of their side: one that names a side's roles, or is given ``admins_only=side``.
    """

    verb: str
    label: Any
    vendor: Mapping[str, Scope] = field(default_factory=dict)
    partner: Mapping[str, Scope] = field(default_factory=dict)
    admins_only: str = ""

    def sides(self) -> set[str]:
        """Return the sides whose roles can hold this verb."""
        return {
            side
            for side, held in (("vendor", self.vendor), ("partner", self.partner))
            if held or self.admins_only == side
        }


permissions: dict[str, Permission] = {}


def register(permission: Permission) -> None:
    """Make a declared permission known; one verb is declared once."""
    if permissions.setdefault(permission.verb, permission) is not permission:
        raise ValueError(f"permission {permission.verb} is declared twice")


def granted_by_default(side: str, role: str) -> dict[str, Scope]:
    """Return what a built-in role holds before an administrator changes it."""
    if role == ADMIN:
        widest = Scope.ALL if side == "vendor" else Scope.COMPANY
        return {verb: widest for verb, permission in permissions.items() if side in permission.sides()}
    held = {verb: getattr(permission, side).get(role) for verb, permission in permissions.items()}
    return {verb: scope for verb, scope in held.items() if scope is not None}
