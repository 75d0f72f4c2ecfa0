"""API tokens: personal ones, and those of clients."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from openprm.accounts import policies
from openprm.accounts.events import TokenCreated, TokenRevoked
from openprm.accounts.models import ApiToken, Person
from openprm.accounts.secrets import hashed, new_token
from openprm.kernel import events
from openprm.kernel.access import Actor, Scope, as_system, permissions
from openprm.kernel.errors import Forbidden, Invalid, Missing

EVERYTHING = "*"
SHOWN = 12  # characters of a token that people recognise it by


def create_token(
    *, name: str, verbs: Sequence[str], expires_at: datetime | None, by: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """Make a personal token of ``by``; return it and its secret, which is not kept."""
    if by.kind != "person" or by.read_only or by.id is None:
        raise Forbidden(_("Only a signed-in person can make a personal token."))
    chosen = [EVERYTHING] if EVERYTHING in verbs else _held(verbs, by)
    token = ApiToken(person_id=by.id, partner_id=by.partner_id, verbs=chosen, created_by_id=by.id)
    return _store(token, name=name, expires_at=expires_at, by=by, at=at)


def create_client(
    *, name: str, verbs: Sequence[str], expires_at: datetime | None, by: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """Make a client of the company of ``by``, holding these verbs as widely as ``by`` does."""
    by.require(policies.MANAGE_CLIENTS)
    if by.read_only or by.kind == "client":
        raise Forbidden(_("Only a signed-in person can make an API client."))
    chosen = _held(verbs, by)
    token = ApiToken(
        partner_id=by.partner_id,
        verbs=chosen,
        grants={verb: str(by.scope(verb) or Scope.OWN) for verb in chosen},
        created_by_id=by.id if by.kind == "person" else None,
    )
    return _store(token, name=name, expires_at=expires_at, by=by, at=at)


def revoke_token(*, token: ApiToken, by: Actor, at: datetime, why: str = "by hand") -> ApiToken:
    """End a token at once."""
    with as_system():
        if by.read_only or not policies.tokens_of(by).filter(pk=token.pk).exists():
            raise Missing(_("There is no such token among yours."))
        _revoke(token, why=why, by=by, at=at)
    return token


def revoke_tokens_of(person: Person, *, why: str, by: Actor, at: datetime) -> None:
    """End all personal tokens of somebody."""
    for token in ApiToken.objects.filter(person=person, revoked_at=None):
        _revoke(token, why=why, by=by, at=at)


def _revoke(token: ApiToken, *, why: str, by: Actor, at: datetime) -> None:
    if token.revoked_at is None:
        token.revoked_at = at
        token.write("revoked_at", at=at)
        events.announce(TokenRevoked(name=token.name, why=why), about=token, by=by, at=at)


def _store(token: ApiToken, *, name: str, expires_at: datetime | None, by: Actor, at: datetime) -> tuple[ApiToken, str]:
    if not name.strip():
        raise Invalid(_("Give the token a name."), fields={"name": _("Give the token a name.")})
    if expires_at is not None and expires_at <= at:
        raise Invalid(_("Choose a day to come."), fields={"expires_at": _("Choose a day to come.")})
    secret = new_token()
    token.name, token.expires_at = name.strip()[:80], expires_at
    token.prefix, token.secret_hash = secret[:SHOWN], hashed(secret)
    token.created_at = token.updated_at = at
    with as_system():
        token.save(force_insert=True)
        fact = TokenCreated(name=token.name, verbs=list(token.verbs), expires_at=expires_at)
        events.announce(fact, about=token, by=by, at=at)
    return token, secret


def _held(verbs: Sequence[str], by: Actor) -> list[str]:
    """Return the verbs, or raise: at least one, each known, and held by the one who gives them."""
    chosen = sorted(set(verbs))
    if not chosen or any(verb not in permissions for verb in chosen):
        message = _("Choose at least one permission of the list.")
        raise Invalid(message, fields={"verbs": message})
    beyond = [verb for verb in chosen if not by.may(verb)]
    if beyond:
        raise Forbidden(_("You do not hold: %(verbs)s.") % {"verbs": ", ".join(beyond)}, code="beyond_your_own")
    return chosen
