"""The verbs of receipts: giving one, and changing the key."""

from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from openprm.deals.models import DealRegistration
from openprm.kernel import settings_store
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Missing, Refusal
from openprm.kernel.events import announce
from openprm.kernel.events.models import Event
from openprm.kernel.ledger.canonical import moment
from openprm.kernel.ledger.models import Link
from openprm.receipts import events, policies, sealing, signing
from openprm.receipts.kinds import KINDS, says, told
from openprm.receipts.models import Receipt, SigningKey


class NotChained(Refusal):
    """The event has no place in a hash chain, so nothing can be proven of it."""

    code = "event_not_chained"


class KeyLocked(Refusal):
    """The signing key cannot be read with the server's secret key."""

    code = "signing_key_locked"


def issue(*, event: Event, by: Actor, at: datetime) -> Receipt:
    """Return the receipt of an event: signed the first time, the very same ever after."""
    if not policies.receiptable(by).filter(pk=event.pk).exists():
        raise Missing(_("There is no receipt of this for you."))
    with as_system():
        return Receipt.objects.filter(event_id=event.pk).first() or _sign(event, at)


def rotate(*, by: Actor, at: datetime) -> SigningKey:
    """Let a new key sign from now on. The old one's private half is destroyed; its public half stays published."""
    by.require(policies.KEYS)
    with transaction.atomic(), as_system():
        old = SigningKey.objects.select_for_update().filter(signs=True).first()
        if old is not None:
            old.signs, old.sealed, old.retired_at = False, "", at
            old.write("signs", "sealed", "retired_at", at=at)
        key = _new_key(at)
    fact = events.KeyRotated(key=key.kid, retired=old.kid if old else "")
    announce(fact, about=key, by=by, at=at)
    return key


def _sign(event: Event, at: datetime) -> Receipt:
    link = Link.objects.filter(event_id=event.pk).first()
    if link is None:
        raise NotChained(
            _("This was recorded before deals were chained. Ask whoever runs this server for `openprm verify --adopt`.")
        )
    deal = DealRegistration.objects.select_related("partner").get(pk=event.subject_id)
    key = _signing_key(at)
    document = signing.sign(_content(event, deal, link, key, at), _private(key, at)).decode()
    common: dict[str, Any] = {"deal": deal, "partner_id": deal.partner_id, "key": key, "document": document}
    try:
        with transaction.atomic():
            return Receipt.objects.create(event_id=event.pk, created_at=at, updated_at=at, **common)
    except IntegrityError:  # somebody else was faster: theirs is the receipt
        return Receipt.objects.get(event_id=event.pk)


def _content(event: Event, deal: DealRegistration, link: Link, key: SigningKey, at: datetime) -> dict[str, Any]:
    kind = KINDS[event.name]
    facts = told(kind, event.payload)
    when = [[str(_("Recorded")), f"{event.at:%Y-%m-%d %H:%M:%S} UTC"]]
    brand = settings_store.many("brand.name", "brand.vendor")
    return {
        "format": signing.FORMAT,
        "kind": kind.kind,
        "title": str(kind.title),
        "issuer": {
            "name": brand["brand.vendor"] or brand["brand.name"],
            "programme": brand["brand.name"],
            "verify": settings.BASE_URL + reverse("receipt_verify"),
        },
        "partner": {"id": str(deal.partner_id), "name": deal.partner.legal_name},
        "deal": {"id": str(deal.pk), "reference": deal.reference},
        "event": {
            "id": str(event.pk),
            "name": event.name,
            "at": moment(event.at),
            "by": {"side": event.actor_side, "name": event.actor_name},
        },
        "facts": facts,
        "says": when + _by(event) + says(event.name, facts),
        "chain": {
            "subject": str(event.subject_id),
            "position": link.position,
            "previous": link.previous,
            "hash": link.hash,
        },
        "issued_at": moment(at),
        "key": key.kid,
    }


def _by(event: Event) -> list[list[str]]:
    who = _("automatically, by a rule of the programme") if event.actor_kind == "system" else event.actor_name
    return [[str(_("By")), who]]


def _signing_key(at: datetime) -> SigningKey:
    """Return the key that signs, made at first use."""
    key = SigningKey.objects.filter(signs=True).first()
    if key is not None:
        return key
    try:
        with transaction.atomic():
            return _new_key(at)
    except IntegrityError:
        return SigningKey.objects.get(signs=True)


def _new_key(at: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    public = signing.raw_public(private)
    kid = signing.key_id(public)
    key = SigningKey(kid=kid, public=signing.base64url(public), sealed=sealing.seal(private, kid))
    key.created_at = key.updated_at = at
    key.save(force_insert=True)
    return key


def _private(key: SigningKey, at: datetime) -> Ed25519PrivateKey:
    """Return the private half, and seal it anew where the server's secret key was changed meanwhile."""
    found = sealing.opened(key.sealed, key.kid)
    if found is None:
        raise KeyLocked(
            _("Receipts cannot be signed: the server's secret key was changed. An administrator can rotate the key.")
        )
    private, by_former = found
    if by_former:
        key.sealed = sealing.seal(private, key.kid)
        key.write("sealed", at=at)
    return private
