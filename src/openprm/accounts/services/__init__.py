"""The verbs of accounts; nothing else writes to its tables."""

from openprm.accounts.services.clients import create_client, create_token, revoke_token
from openprm.accounts.services.invitations import (
    accept_invitation,
    accept_verified,
    invite,
    issue_link,
    open_invitation,
    resend,
    revoke_invitation,
)
from openprm.accounts.services.passwords import reset_link, set_password
from openprm.accounts.services.people import (
    change_details,
    change_roles,
    create_person,
    deactivate,
    end_sessions,
    reactivate,
)
from openprm.accounts.services.roles import change_grants, create_role, remove_role, rename_role
from openprm.accounts.services.viewing import start_viewing

__all__ = [
    "accept_invitation",
    "accept_verified",
    "change_details",
    "change_grants",
    "change_roles",
    "create_client",
    "create_person",
    "create_role",
    "create_token",
    "deactivate",
    "end_sessions",
    "invite",
    "issue_link",
    "open_invitation",
    "reactivate",
    "remove_role",
    "rename_role",
    "resend",
    "reset_link",
    "revoke_invitation",
    "revoke_token",
    "set_password",
    "start_viewing",
]
