"""Making, changing and shutting out people."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from openprm.accounts import policies, queries
from openprm.accounts.events import (
    PersonChanged,
    PersonDeactivated,
    PersonJoined,
    PersonReactivated,
    RolesChanged,
    SessionsEnded,
)
from openprm.accounts.models import ADMIN, Person, Role, normalised
from openprm.accounts.services.clients import revoke_tokens_of
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.entity import changes
from openprm.kernel.errors import Forbidden, Invalid, Missing, Refusal

DETAILS = ("name", "job_title", "phone", "locale", "timezone")


class LastAdministrator(Refusal):
    """Somebody must stay who can let others in."""

    code = "last_administrator"

    def __init__(self) -> None:
        super().__init__(_("This is the last administrator. Make somebody else an administrator first."))


class AddressTaken(Refusal):
    """There is already a person with this e-mail address."""

    code = "address_taken"

    def __init__(self) -> None:
        message = _("There is already a person with this e-mail address.")
        super().__init__(message, fields={"email": message})


def create_person(
    *,
    email: str,
    name: str,
    roles: Sequence[str | Role],
    partner: Any = None,
    by: Actor,
    at: datetime,
    password: str | None = None,
    **details: Any,
) -> Person:
    """Let somebody in at once, without an invitation. ``partner`` is None for the vendor's own people."""
    partner_id = partner.pk if partner is not None else None
    require_company(by, partner_id)
    chosen = chosen_roles(roles, partner_id=partner_id, by=by)
    person = Person(email=checked_email(email), name=name.strip(), partner_id=partner_id, **details)
    person.created_at = person.updated_at = at
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
    return join(person, chosen, by=by, at=at)


def join(person: Person, roles: Sequence[Role], *, by: Actor | None, at: datetime) -> Person:
    """Store a new person; without ``by`` they did it themselves."""
    from openprm.accounts import actors  # actors read what is made here

    with as_system():
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError as error:
            raise AddressTaken from error
        person.roles.set(roles)
        keys = sorted(role.key for role in roles)
        fact = PersonJoined(email=person.email, name=person.name, roles=keys)
        events.announce(fact, about=person, by=by or actors.of(person), at=at)
    return person


def change_details(
    *, person: Person, by: Actor, at: datetime, manager: Person | str | None = "", **values: Any
) -> Person:
    """Change name, title, phone, language, time zone; ``manager`` too, for those who manage people."""
    if person.pk != by.id or by.read_only:
        require_manageable(person, by)
    unknown = set(values) - set(DETAILS)
    if unknown:
        raise Invalid(_("These cannot be changed: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if not str(values.get("name", person.name)).strip():
        raise Invalid(_("A person needs a name."), fields={"name": _("A person needs a name.")})
    if not isinstance(manager, str):
        values["manager_id"] = _manager_id(person, manager, by)
    before = {name: getattr(person, name) for name in values}
    for name, value in values.items():
        setattr(person, name, value)
    changed = changes(before, values)
    if changed:
        with as_system():
            person.write(*values, at=at)
            events.announce(PersonChanged(changes=changed), about=person, by=by, at=at)
    return person


def change_roles(*, person: Person, roles: Iterable[str | Role], by: Actor, at: datetime) -> Person:
    """Give a person exactly these roles. Roles somebody adds or takes away are ones they could give."""
    require_manageable(person, by)
    with as_system():
        before = {role.key: role for role in person.roles.all()}
        chosen = chosen_roles(list(roles), partner_id=person.partner_id, by=by, kept=before)
        after = {role.key: role for role in chosen}
        for key in before.keys() - after.keys():
            if not policies.may_give(by, before[key]):
                raise beyond_mine(before[key])
        if ADMIN in before and ADMIN not in after:
            _keep_an_administrator(person, by)
        if before.keys() != after.keys():
            person.roles.set(chosen)
            changed = {"roles": [sorted(before), sorted(after)]}
            events.announce(RolesChanged(changes=changed), about=person, by=by, at=at)
    return person


def deactivate(*, person: Person, by: Actor, at: datetime) -> Person:
    """End a person's access: sessions and tokens end at their next request."""
    require_manageable(person, by)
    if person.pk == by.id:
        raise Refusal(_("You cannot end your own access. Ask another administrator."), code="own_access")
    with as_system():
        _require_roles_within_reach(person, by)
        if not person.is_active:
            return person
        _keep_an_administrator(person, by)
        person.is_active = False
        person.epoch += 1
        person.write("is_active", "epoch", at=at)
        revoke_tokens_of(person, why="deactivated", by=by, at=at)
        events.announce(PersonDeactivated(changes={"is_active": [True, False]}), about=person, by=by, at=at)
    return person


def reactivate(*, person: Person, by: Actor, at: datetime) -> Person:
    """Give access back; roles are as before, sessions and tokens are not."""
    require_manageable(person, by)
    with as_system():
        _require_roles_within_reach(person, by)
        if person.is_active:
            return person
        person.is_active = True
        person.write("is_active", at=at)
        events.announce(PersonReactivated(changes={"is_active": [False, True]}), about=person, by=by, at=at)
    return person


def end_sessions(*, person: Person, by: Actor, at: datetime) -> Person:
    """Sign a person out everywhere."""
    if person.pk != by.id or by.read_only:
        require_manageable(person, by)
        with as_system():
            _require_roles_within_reach(person, by)
    with as_system():
        person.epoch += 1
        person.write("epoch", at=at)
        events.announce(SessionsEnded(), about=person, by=by, at=at)
    return person


def require_company(by: Actor, partner_id: UUID | None) -> None:
    """Raise unless ``by`` may bring people into this company."""
    by.require(policies.MANAGE)
    with as_system():
        if not policies.may_invite_to(by, partner_id):
            raise Forbidden(_("You can manage the people of your own company only."))


def require_manageable(person: Person, by: Actor) -> None:
    """Raise unless ``by`` may change this person's access; somebody else's people do not exist for them."""
    by.require(policies.MANAGE)
    with as_system():
        if not policies.may_manage(by, person):
            raise Missing(_("There is no such person among those you manage."))


def chosen_roles(
    roles: Sequence[str | Role], *, partner_id: UUID | None, by: Actor, kept: dict[str, Role] | None = None
) -> list[Role]:
    """Return the roles meant, or raise: they exist on that side, and ``by`` may give those that are new."""
    side = "partner" if partner_id else "vendor"
    keys = {role.key if isinstance(role, Role) else role for role in roles}
    known = {role.key: role for role in Role.objects.filter(side=side)}
    found = [known[key] for key in sorted(keys) if key in known]
    if not keys or len(found) != len(keys):
        raise Invalid(_("Choose at least one role of this list."), fields={"roles": _("Choose at least one role.")})
    for role in found:
        if role.key not in (kept or {}) and not policies.may_give(by, role):
            raise beyond_mine(role)
    return found


def beyond_mine(role: Role) -> Forbidden:
    """Return the refusal for a role that holds more than the one who would give it."""
    return Forbidden(
        _("The role “%(role)s” holds more than you do, so you cannot give or take it.") % {"role": role},
        code="beyond_your_own",
    )


def checked_email(email: str) -> str:
    """Return the address as it is kept, or raise Invalid."""
    address = normalised(email)
    try:
        validate_email(address)
    except ValidationError as error:
        message = _("Give an e-mail address such as name@example.com.")
        raise Invalid(message, fields={"email": message}) from error
    return address


def _require_roles_within_reach(person: Person, by: Actor) -> None:
    """Nobody shuts out, or lets back in, somebody who holds more than they do."""
    for role in person.roles.all():
        if not policies.may_give(by, role):
            raise beyond_mine(role)


def _keep_an_administrator(person: Person, by: Actor) -> None:
    """Raise if the company would be left without administrators; the vendor may leave a partner without."""
    if person.partner_id and by.is_vendor:
        return
    with connection.cursor() as cursor:  # two administrators removing each other must queue
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"administrators {person.partner_id}"])
    everyone = queries.administrators(person.partner_id)
    if everyone.filter(pk=person.pk).exists() and not everyone.exclude(pk=person.pk).exists():
        raise LastAdministrator


def _manager_id(person: Person, manager: Person | None, by: Actor) -> UUID | None:
    require_manageable(person, by)
    if manager is None:
        return None
    if manager.partner_id != person.partner_id or manager.pk == person.pk:
        message = _("Choose a colleague of the same company.")
        raise Invalid(message, fields={"manager": message})
    return manager.pk
