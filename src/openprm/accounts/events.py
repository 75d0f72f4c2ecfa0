"""The facts that accounts announce."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events

Changes = dict[str, list[Any]]


@events.declare("person.invited", _("Somebody was invited to join"))
@dataclass(frozen=True)
class PersonInvited:
    """An invitation was made; it is sent by a job."""

    email: str
    roles: list[str]


@events.declare("person.invitation_revoked", _("An invitation was taken back"))
@dataclass(frozen=True)
class InvitationRevoked:
    """The link in the invitation's letter no longer works."""

    email: str


@events.declare("person.joined", _("Somebody joined"))
@dataclass(frozen=True)
class PersonJoined:
    """A person came into being, by invitation or by an administrator's hand."""

    email: str
    name: str
    roles: list[str]


@events.declare("person.changed", _("A person's details were changed"))
@dataclass(frozen=True)
class PersonChanged:
    """Name, title, manager or preferences."""

    changes: Changes


@events.declare("person.roles_changed", _("A person's roles were changed"))
@dataclass(frozen=True)
class RolesChanged:
    """``changes`` has the keys of the roles before and after."""

    changes: Changes


@events.declare("person.deactivated", _("A person's access was ended"))
@dataclass(frozen=True)
class PersonDeactivated:
    """Their sessions and tokens ended."""

    changes: Changes


@events.declare("person.reactivated", _("A person was given access again"))
@dataclass(frozen=True)
class PersonReactivated:
    """They may sign in again."""

    changes: Changes


@events.declare("person.signed_in", _("Somebody signed in"))
@dataclass(frozen=True)
class SignedIn:
    """``method`` is password, passkey, code, single sign-on or demo."""

    method: str


@events.declare("person.sign_in_refused", _("A sign-in was refused"))
@dataclass(frozen=True)
class SignInRefused:
    """``reason`` is a code: wrong_password, wrong_code, too_many, no_access."""

    reason: str


@events.declare("person.password_changed", _("A password was changed"))
@dataclass(frozen=True)
class PasswordChanged:
    """Their other sessions and personal tokens ended."""

    how: str


@events.declare("person.sessions_ended", _("Somebody was signed out everywhere"))
@dataclass(frozen=True)
class SessionsEnded:
    """All sessions of this person ended."""


@events.declare("person.protection_changed", _("A second step of signing in was changed"))
@dataclass(frozen=True)
class ProtectionChanged:
    """An authenticator app, passkey or set of recovery codes was added or removed."""

    what: str
    done: str


@events.declare("role.changed", _("What a role may do was changed"), shared=False)
@dataclass(frozen=True)
class RoleChanged:
    """``changes`` maps a permission to its scope before and after."""

    changes: Changes


@events.declare("role.renamed", _("A role was given another name"), shared=False)
@dataclass(frozen=True)
class RoleRenamed:
    """``changes`` has the name before and after."""

    changes: Changes


@events.declare("role.removed", _("A role was removed"), shared=False)
@dataclass(frozen=True)
class RoleRemoved:
    """The role as it was; nobody held it."""

    side: str
    key: str
    name: str


@events.declare("token.created", _("An API token was created"))
@dataclass(frozen=True)
class TokenCreated:
    """Its secret was shown once and is not kept."""

    name: str
    verbs: list[str]
    expires_at: datetime | None = None


@events.declare("token.revoked", _("An API token was revoked"))
@dataclass(frozen=True)
class TokenRevoked:
    """It opens nothing any more."""

    name: str
    why: str


@events.declare("partner.viewed_as", _("Somebody of the vendor looked at the portal as this partner"), shared=False)
@dataclass(frozen=True)
class ViewedAs:
    """Read-only."""

    viewer_id: UUID
