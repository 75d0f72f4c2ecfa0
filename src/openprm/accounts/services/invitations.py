"""Letting people in by a letter to their mailbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.accounts import letters, policies
from openprm.accounts.events import InvitationRevoked, PersonInvited
from openprm.accounts.models import SHUT_OUT, Invitation, Person, Role
from openprm.accounts.secrets import hashed, new_secret
from openprm.accounts.services.passwords import check_strength
from openprm.accounts.services.people import AddressTaken, checked_email, chosen_roles, join, require_company
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Missing, Refusal
from openprm.kernel.jobs import job

VALID_FOR = timedelta(days=14)


class InvitationOver(Refusal):
    """The link was used, taken back, replaced, or is too old."""

    code = "invitation_over"

    def __init__(self) -> None:
        super().__init__(
            _("This invitation has been used, replaced or taken back, or it is older than 14 days. Ask for a new one.")
        )


def invite(
    *, email: str, roles: Sequence[str | Role], partner: Any = None, name: str = "", by: Actor, at: datetime
) -> Invitation:
    """Invite somebody to the vendor, or to a partner. The letter is sent by a job.

    A partner's administrator is told nothing about addresses of other companies: there the letter itself explains.
    """
    partner_id = partner.pk if partner is not None else None
    require_company(by, partner_id)
    address = checked_email(email)
    chosen = chosen_roles(roles, partner_id=partner_id, by=by)
    with as_system():
        _refuse_known(address, partner_id, by)
        invitation = Invitation(
            email=address,
            name=name.strip(),
            partner_id=partner_id,
            invited_by_id=by.id if by.kind == "person" else None,
            inviter_name=by.name,
            expires_at=at + VALID_FOR,
            created_at=at,
            updated_at=at,
        )
        _close_expired(address, partner_id, at)
        try:
            with transaction.atomic():
                invitation.save(force_insert=True)
        except IntegrityError as error:
            message = _("This address is already invited. You can send the letter again.")
            raise Refusal(message, code="already_invited", fields={"email": message}) from error
        invitation.roles.set(chosen)
        fact = PersonInvited(email=address, roles=sorted(role.key for role in chosen))
        events.announce(fact, about=invitation, by=by, at=at)
        _send.defer(invitation=str(invitation.pk))
    return invitation


def resend(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    """Send the letter again with a new link; the old link stops working."""
    with as_system():
        _require_mine(invitation, by)
        if invitation.accepted_at or invitation.revoked_at:
            raise InvitationOver
        invitation.expires_at = at + VALID_FOR
        invitation.write("expires_at", at=at)
        _send.defer(invitation=str(invitation.pk))
    return invitation


@job("accounts.send_invitation", queue="mail")
def _send(invitation: str) -> None:
    """Write to somebody who is invited, or explain why they cannot be."""
    row = Invitation.objects.select_related("partner").select_for_update(of=("self",)).get(pk=UUID(invitation))
    now = timezone.now()
    if not row.is_open(now):
        return
    if Person.objects.filter(email=row.email).exists():
        letters.already_here(row)
    else:
        letters.invitation(row, issue_link(invitation=row, at=now))


def revoke_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    """Take an invitation back; its link stops working."""
    with as_system():
        _require_mine(invitation, by)
        if invitation.accepted_at:
            raise InvitationOver
        if invitation.revoked_at is None:
            invitation.revoked_at, invitation.secret_hash = at, ""
            invitation.write("revoked_at", "secret_hash", at=at)
            events.announce(InvitationRevoked(email=invitation.email), about=invitation, by=by, at=at)
    return invitation


def issue_link(*, invitation: Invitation, at: datetime) -> str:
    """Return a fresh link; only its hash is kept, so this is the one time it can be read. Runs as the system."""
    secret = new_secret()
    invitation.secret_hash, invitation.sent_at = hashed(secret), at
    invitation.write("secret_hash", "sent_at", at=at)
    return f"{settings.BASE_URL}{reverse('invitation', args=[secret])}"


def open_invitation(secret: str, *, at: datetime, lock: bool = False) -> Invitation:
    """Return the invitation of a link, or raise InvitationOver. Runs as the system."""
    rows = Invitation.objects.select_related("partner")
    if lock:
        rows = rows.select_for_update(of=("self",))
    invitation = rows.filter(secret_hash=hashed(secret)).first()
    if invitation is None or not invitation.is_open(at):
        raise InvitationOver
    if invitation.partner and invitation.partner.status in SHUT_OUT:
        raise InvitationOver
    return invitation


def accept_invitation(*, secret: str, name: str, password: str, at: datetime) -> Person:
    """Make the invited person, who proved by the link that the mailbox is theirs."""
    with as_system():
        invitation = open_invitation(secret, at=at, lock=True)
        if not name.strip():
            raise Invalid(_("Tell us your name."), fields={"name": _("Tell us your name.")})
        person = Person(email=invitation.email, name=name.strip()[:120], partner_id=invitation.partner_id)
        check_strength(password, person)
        person.set_password(password)
        return _accept(invitation, person, at=at)


def accept_verified(*, email: str, name: str, at: datetime) -> Person | None:
    """Make the person whose address an identity provider vouches for, if that address is invited."""
    with as_system():
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("partner")
        waiting = rows.filter(email=email, accepted_at=None, revoked_at=None, expires_at__gt=at)
        invitation = waiting.exclude(partner__status__in=SHUT_OUT).order_by("-created_at").first()
        if invitation is None:
            return None
        shown = name.strip() or invitation.name or email
        person = Person(email=invitation.email, name=shown[:120], partner_id=invitation.partner_id)
        person.set_unusable_password()
        return _accept(invitation, person, at=at)


def _accept(invitation: Invitation, person: Person, *, at: datetime) -> Person:
    person.created_at = person.updated_at = at
    join(person, list(invitation.roles.all()), by=None, at=at)
    invitation.accepted_at, invitation.person, invitation.secret_hash = at, person, ""
    invitation.write("accepted_at", "person_id", "secret_hash", at=at)
    return person


def _refuse_known(address: str, partner_id: Any, by: Actor) -> None:
    """Say that somebody is there already, but only to those who can see that person."""
    known = Person.objects.filter(email=address).first()
    if known is None or not (by.is_vendor or known.partner_id == partner_id):
        return
    if known.partner_id == partner_id:
        message = (
            _("This person is already here. Change their roles on their page.")
            if known.is_active
            else _("This person's access was ended. Give it back on their page.")
        )
        raise Refusal(message, code="address_taken", fields={"email": message})
    raise AddressTaken


def _close_expired(address: str, partner_id: Any, at: datetime) -> None:
    over = Invitation.objects.filter(email=address, partner_id=partner_id, accepted_at=None, revoked_at=None)
    over.filter(expires_at__lte=at).update(revoked_at=at, secret_hash="")


def _require_mine(invitation: Invitation, by: Actor) -> None:
    if by.read_only or not policies.invitations_of(by).filter(pk=invitation.pk).exists():
        raise Missing(_("There is no such invitation among yours."))
    for role in invitation.roles.all():
        if not policies.may_give(by, role):
            raise Missing(_("There is no such invitation among yours."))
