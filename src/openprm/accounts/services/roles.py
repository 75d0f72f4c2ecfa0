"""What roles may do."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext as _

from openprm.accounts import policies
from openprm.accounts.events import RoleChanged, RoleRemoved, RoleRenamed
from openprm.accounts.models import ADMIN, Invitation, Role, Side
from openprm.accounts.standing import covers, merged
from openprm.kernel import events
from openprm.kernel.access import Actor, Scope, as_system, permissions
from openprm.kernel.entity import changes
from openprm.kernel.errors import Forbidden, Invalid, Refusal

LONGEST_NAME = 80
SCOPES = {
    Side.VENDOR: (Scope.OWN, Scope.TEAM, Scope.ALL),
    Side.PARTNER: (Scope.OWN, Scope.TEAM, Scope.COMPANY),
}


def change_grants(
    *, role: Role, grants: Mapping[str, str], by: Actor, at: datetime, version: int | None = None
) -> Role:
    """Give a role exactly these permissions. Administrators hold everything, and that cannot be changed."""
    by.require(policies.MANAGE_ROLES)
    if role.key == ADMIN:
        raise Refusal(_("Administrators hold every permission; otherwise nobody could give them back."), code="admin")
    wanted = _checked(role.side, grants)
    _require_mine(role, wanted, by)
    if version is not None:
        role.version = version
    changed = changes({verb: role.grants.get(verb) for verb in {*role.grants, *wanted}}, _padded(role, wanted))
    if changed:
        with as_system():
            role.grants = wanted
            role.write("grants", at=at)
            events.announce(RoleChanged(changes=changed), about=role, by=by, at=at)
    return role


def create_role(*, side: str, name: str, by: Actor, at: datetime, like: Role | None = None, key: str = "") -> Role:
    """Make a role of one side, with the permissions of another one to begin with; its key is made of its name."""
    by.require(policies.MANAGE_ROLES)
    key = key or slugify(name).replace("-", "_")[:40]
    if side not in Side.values or not key:
        raise Invalid(_("Give the role a name."), fields={"name": _("Give the role a name.")})
    grants = dict(like.grants) if like and like.side == side and like.key != ADMIN else {}
    with as_system():
        role, created = Role.objects.get_or_create(
            side=side, key=key, defaults={"name": name.strip()[:80], "grants": grants, "created_at": at}
        )
        if not created:
            message = _("There is already a role of this name.")
            raise Refusal(message, code="role_exists", fields={"name": message})
        fact = RoleChanged(changes={verb: [None, scope] for verb, scope in grants.items()})
        events.announce(fact, about=role, by=by, at=at)
    return role


def rename_role(*, role: Role, name: str, by: Actor, at: datetime) -> Role:
    """Give a role another name; those that come with OpenPRM keep theirs, which is translated."""
    by.require(policies.MANAGE_ROLES)
    if role.built_in:
        raise Refusal(_("The roles that come with OpenPRM keep their names."), code="role_built_in")
    wanted = name.strip()
    if not wanted or len(wanted) > LONGEST_NAME:
        message = _("Give the role a name of at most 80 characters.")
        raise Invalid(message, fields={"name": message})
    changed = changes({"name": role.name}, {"name": wanted})
    if changed:
        with as_system():
            role.name = wanted
            role.write("name", at=at)
            events.announce(RoleRenamed(changes=changed), about=role, by=by, at=at)
    return role


def remove_role(*, role: Role, by: Actor, at: datetime) -> None:
    """Remove a role that nobody holds."""
    by.require(policies.MANAGE_ROLES)
    if role.built_in:
        raise Refusal(_("The roles that come with OpenPRM stay."), code="role_built_in")
    with as_system():
        if role.people.exists() or Invitation.objects.filter(roles=role).exists():
            message = _("Somebody holds the role “%(name)s” or is invited to it. Give them another one first.")
            raise Refusal(message % {"name": role.name}, code="role_in_use")
        events.announce(RoleRemoved(side=role.side, key=role.key, name=role.name), about=role, by=by, at=at)
        role.delete()


def _checked(side: str, grants: Mapping[str, str]) -> dict[str, str]:
    result: dict[str, str] = {}
    for verb, word in grants.items():
        permission = permissions.get(verb)
        if permission is None or side not in permission.sides() or word not in SCOPES[Side(side)]:
            raise Invalid(
                _("A role of this side cannot hold “%(verb)s” for “%(scope)s”.") % {"verb": verb, "scope": word},
                fields={verb: _("Not possible for this side.")},
            )
        result[verb] = str(word)
    return result


def _require_mine(role: Role, wanted: dict[str, str], by: Actor) -> None:
    """Nobody adds to a role of their own side what they do not hold themselves."""
    if by.kind == "system" or by.side != role.side:
        return
    added = {verb: scope for verb, scope in wanted.items() if role.grants.get(verb) != scope}
    if not covers(by.grants, merged([added])):
        raise Forbidden(_("You cannot give a role more than you hold yourself."), code="beyond_your_own")


def _padded(role: Role, wanted: dict[str, str]) -> dict[str, str | None]:
    return {verb: wanted.get(verb) for verb in {*role.grants, *wanted}}
