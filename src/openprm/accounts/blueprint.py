"""Roles and their permissions as text.

A role that comes with OpenPRM and holds what it is shipped with is left out, so that it goes on learning of new
permissions by itself; administrators hold everything and are left out, too. Taking a shipped role's document away gives
it back what it is shipped with.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from openprm.accounts import services
from openprm.accounts.models import ADMIN, Role, Side
from openprm.kernel.access import Actor, granted_by_default
from openprm.kernel.blueprints import Document, Section
from openprm.kernel.errors import Invalid, Problem


class RoleDocument(Document):
    """A role: its code is its side and key, such as ``partner.sales``; ``grants`` maps a permission to its scope."""

    name: str = Field(min_length=1, max_length=80)
    grants: dict[str, str] = {}


def read() -> Iterable[RoleDocument]:
    """Return the roles that are not as they were shipped."""
    for role in Role.objects.exclude(key=ADMIN):
        grants = dict(sorted(role.grants.items()))
        if not (role.built_in and grants == _shipped(role)):
            yield RoleDocument(code=f"{role.side}.{role.key}", name=role.name, grants=grants)


def write(document: RoleDocument, by: Actor, at: datetime) -> None:
    """Make a role what the document says."""
    side, _dot, key = document.code.partition(".")
    if side not in Side.values or not key or "." in key or len(key) > 40:
        message = _("Call a role by its side and key, such as partner.sales or vendor.field_team.")
        raise Invalid(message, fields={"code": message})
    role = Role.objects.filter(side=side, key=key).first()
    if role is None:
        role = services.create_role(side=side, name=document.name, key=key, by=by, at=at)
    elif role.name != document.name:
        _about("name", lambda: services.rename_role(role=role, name=document.name, by=by, at=at))
    _about("grants", lambda: services.change_grants(role=role, grants=document.grants, by=by, at=at))


def remove(code: str, by: Actor, at: datetime) -> None:
    """Remove a role; one that comes with OpenPRM holds again what it is shipped with."""
    side, _dot, key = code.partition(".")
    role = Role.objects.get(side=side, key=key)
    if role.built_in:
        services.change_grants(role=role, grants=_shipped(role), by=by, at=at)
    else:
        services.remove_role(role=role, by=by, at=at)


def _shipped(role: Role) -> dict[str, str]:
    return {verb: str(scope) for verb, scope in sorted(granted_by_default(role.side, role.key).items())}


def _about(field: str, act: Callable[[], object]) -> None:
    """Say of a refusal which field of the document it is about."""
    try:
        act()
    except Problem as problem:
        if problem.fields and field == "grants":
            raise Invalid(
                str(problem), fields={f"grants.{verb}": text for verb, text in problem.fields.items()}
            ) from None
        raise Invalid(str(problem), fields={field: str(problem)}) from None


roles = Section(
    key="roles",
    label=gettext_lazy("Roles and permissions"),
    order=20,
    shape=RoleDocument,
    read=read,
    write=write,
    remove=remove,
)
