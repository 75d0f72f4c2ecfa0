"""The facts that accounts announce."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.accounts.models import Side
from openprm.kernel import events

_REFUSALS = {
    "wrong_password": _("Wrong password"),
    "wrong_code": _("Wrong code"),
    "too_many": _("Too many attempts"),
    "no_access": _("Access has ended"),
}
_PASSWORDS = {"changed": _("Changed by its owner"), "reset": _("Forgotten and set anew")}
_SECOND_STEPS = {"totp": _("Authenticator app"), "webauthn": _("Passkey"), "recovery_codes": _("Recovery codes")}
_DONE = {"added": _("Added"), "removed": _("Removed"), "renewed": _("Renewed")}
_REVOKED = {
    "by hand": _("By hand"),
    "password changed": _("The password was changed"),
    "deactivated": _("The person's access was ended"),
}

_Email = Annotated[str, events.Words(_("e-mail address"))]
_Roles = Annotated[list[str], events.Words(_("codes of the roles"))]
_Changes = Annotated[dict[str, list[Any]], events.Words(_("changed fields"))]
_TokenName = Annotated[str, events.Words(_("name of the token"))]


@events.declare("person.invited", _("Somebody was invited to join"))
@dataclass(frozen=True)
class PersonInvited:
    """An invitation was made; it is sent by a job."""

    email: _Email
    roles: _Roles


@events.declare("person.invitation_revoked", _("An invitation was taken back"))
@dataclass(frozen=True)
class InvitationRevoked:
    """The link in the invitation's letter no longer works."""

    email: _Email


@events.declare("person.joined", _("Somebody joined"))
@dataclass(frozen=True)
class PersonJoined:
    """A person came into being, by invitation or by an administrator's hand."""

    email: _Email
    name: Annotated[str, events.Words(_("person's name"))]
    roles: _Roles


@events.declare("person.changed", _("A person's details were changed"))
@dataclass(frozen=True)
class PersonChanged:
    """Name, title, manager or preferences."""

    changes: _Changes


@events.declare("person.roles_changed", _("A person's roles were changed"))
@dataclass(frozen=True)
class RolesChanged:
    """``changes`` has the keys of the roles before and after."""

    changes: _Changes


@events.declare("person.deactivated", _("A person's access was ended"))
@dataclass(frozen=True)
class PersonDeactivated:
    """Their sessions and tokens ended."""

    changes: _Changes


@events.declare("person.reactivated", _("A person was given access again"))
@dataclass(frozen=True)
class PersonReactivated:
    """They may sign in again."""

    changes: _Changes


@events.declare("person.signed_in", _("Somebody signed in"))
@dataclass(frozen=True)
class SignedIn:
    """``method`` is password, passkey, code, single sign-on or demo."""

    method: Annotated[str, events.Words(_("way of signing in"))]


@events.declare("person.sign_in_refused", _("A sign-in was refused"))
@dataclass(frozen=True)
class SignInRefused:
    """``reason`` is a code: wrong_password, wrong_code, too_many, no_access."""

    reason: Annotated[str, events.Words(_("why it was refused"), _REFUSALS)]


@events.declare("person.password_changed", _("A password was changed"))
@dataclass(frozen=True)
class PasswordChanged:
    """Their other sessions and personal tokens ended."""

    how: Annotated[str, events.Words(_("way it was changed"), _PASSWORDS)]


@events.declare("person.sessions_ended", _("Somebody was signed out everywhere"))
@dataclass(frozen=True)
class SessionsEnded:
    """All sessions of this person ended."""


@events.declare("person.protection_changed", _("A second step of signing in was changed"))
@dataclass(frozen=True)
class ProtectionChanged:
    """An authenticator app, passkey or set of recovery codes was added or removed."""

    what: Annotated[str, events.Words(_("second step"), _SECOND_STEPS)]
    done: Annotated[str, events.Words(_("what was done with it"), _DONE)]


@events.declare("role.changed", _("What a role may do was changed"), shared=False)
@dataclass(frozen=True)
class RoleChanged:
    """``changes`` maps a permission to its scope before and after."""

    changes: Annotated[dict[str, list[Any]], events.Words(_("changed permissions"))]


@events.declare("role.renamed", _("A role was given another name"), shared=False)
@dataclass(frozen=True)
class RoleRenamed:
    """``changes`` has the name before and after."""

    changes: _Changes


@events.declare("role.removed", _("A role was removed"), shared=False)
@dataclass(frozen=True)
class RoleRemoved:
    """The role as it was; nobody held it."""

    side: Annotated[str, events.Words(_("side"), Side.choices)]
    key: Annotated[str, events.Words(_("role's code"))]
    name: Annotated[str, events.Words(_("name of the role"))]


@events.declare("token.created", _("An API token was created"))
@dataclass(frozen=True)
class TokenCreated:
    """Its secret was shown once and is not kept."""

    name: _TokenName
    verbs: Annotated[list[str], events.Words(_("permissions of the token"))]
    expires_at: Annotated[datetime | None, events.Words(_("date on which it expires"))] = None


@events.declare("token.revoked", _("An API token was revoked"))
@dataclass(frozen=True)
class TokenRevoked:
    """It opens nothing any more."""

    name: _TokenName
    why: Annotated[str, events.Words(_("reason"), _REVOKED)]


@events.declare("partner.viewed_as", _("Somebody of the vendor looked at the portal as this partner"), shared=False)
@dataclass(frozen=True)
class ViewedAs:
    """Read-only."""

    viewer_id: Annotated[UUID, events.Words(_("id of the person who looked"))]
