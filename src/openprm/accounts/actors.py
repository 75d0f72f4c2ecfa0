"""From a request, or a person, to the one who acts.

Every request asks anew, so an end of access holds from the next request on: the session is bound to password and epoch,
and the person and their company are looked at each time.
"""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from openprm.accounts import policies, standing
from openprm.accounts.models import ADMIN, SHUT_OUT, ApiToken, Person, Role, Side
from openprm.accounts.secrets import hashed
from openprm.kernel.access import ANONYMOUS, Actor, Scope, as_system

VIEWING = "viewing_partner"  # the session's key while a vendor's person views as a partner
EVERYTHING = "*"
API = "/api/"
READING = ("GET", "HEAD", "OPTIONS")
SEEN_EVERY = timedelta(minutes=5)


def resolve(request: HttpRequest) -> Actor:
    """Return who sends this request; a guest where nobody is known. Runs as the system."""
    if request.path.startswith(API):
        bearer = _bearer(request)
        if bearer is not None:
            request._cached_user = AnonymousUser()  # type: ignore[attr-defined]
            return of_token(bearer)
        if request.method not in READING:  # a cookie alone never writes through the API
            return ANONYMOUS
    person = _signed_in(request)
    if person is None:
        return ANONYMOUS
    _note_seen(person)
    actor = _of(person)
    viewed = request.session.get(VIEWING)
    return _viewing(actor, UUID(viewed)) if viewed else actor


def of(person: Person) -> Actor:
    """Return a person as the one who acts."""
    with as_system():
        return _of(person)


def of_token(secret: str) -> Actor:
    """Return who acts by an API token; a guest if it opens nothing (any more)."""
    tokens = ApiToken.objects.select_related("person__partner", "partner")
    token = tokens.filter(secret_hash=hashed(secret)).first()
    now = timezone.now()
    if token is None or not token.is_live(now):
        return ANONYMOUS
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    if token.person:
        return _of_personal(token, token.person)
    return _of_client(token)


def has_access(person: Person) -> bool:
    """Say whether this person may come in at all."""
    return person.is_active and not (person.partner and person.partner.status in SHUT_OUT)


def _bearer(request: HttpRequest) -> str | None:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else None


def _signed_in(request: HttpRequest) -> Person | None:
    user = auth.get_user(request)
    if isinstance(user, Person) and not has_access(user):
        request.session.flush()
        user = AnonymousUser()
    request._cached_user = user  # type: ignore[attr-defined]
    return user if isinstance(user, Person) else None


def _note_seen(person: Person) -> None:
    now = timezone.now()
    if person.last_seen_at is None or now - person.last_seen_at > SEEN_EVERY:
        Person.objects.filter(pk=person.pk).update(last_seen_at=now)


def _of(person: Person) -> Actor:
    known = standing.read(person_id=person.pk, partner_id=person.partner_id)
    return Actor(
        kind="person",
        id=person.pk,
        name=person.name or person.email,
        side=person.side,
        email=person.email,
        partner_id=person.partner_id,
        partner_name=str(person.partner or ""),
        partner_ids=known.partner_ids,
        grants=MappingProxyType(known.grants),
        roles=frozenset(known.roles),
        team_ids=known.team_ids,
        locale=person.locale,
        timezone=person.timezone,
    )


def _of_personal(token: ApiToken, person: Person) -> Actor:
    if not has_access(person):
        return ANONYMOUS
    actor = _of(person)
    return actor if EVERYTHING in token.verbs else actor.limited_to(frozenset(token.verbs))


def _of_client(token: ApiToken) -> Actor:
    if token.partner and token.partner.status in SHUT_OUT:
        return ANONYMOUS
    known = standing.read(person_id=None, partner_id=token.partner_id)
    return Actor(
        kind="client",
        id=token.pk,
        name=token.name,
        side="partner" if token.partner_id else "vendor",
        partner_id=token.partner_id,
        partner_name=str(token.partner or ""),
        partner_ids=known.partner_ids,
        grants=MappingProxyType({verb: Scope(word) for verb, word in token.grants.items()}),
    )


def _viewing(actor: Actor, partner_id: UUID) -> Actor:
    """Return the actor as the administrator of a partner, who only looks."""
    from django.apps import apps

    partner = apps.get_model("partners", "Partner")._default_manager.filter(pk=partner_id).first()
    if partner is None or not policies.may_view_as(actor, partner_id):
        return actor
    role = Role.objects.filter(side=Side.PARTNER, key=ADMIN).first()
    return replace(
        actor,
        side="partner",
        partner_id=partner_id,
        partner_name=str(partner),
        partner_ids=standing.read(person_id=None, partner_id=partner_id).partner_ids,
        grants=MappingProxyType(standing.merged([role.grants] if role else [])),
        roles=frozenset({ADMIN}),
        team_ids=frozenset(),
        viewer=actor,
    )
