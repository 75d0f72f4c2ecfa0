"""The addresses of accounts: ``root`` for sign-in and one's own account, and pages on both sides."""

from typing import Any

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from allauth.socialaccount import views as social_views
from django.urls import path, re_path
from django.views.generic import RedirectView

from openprm.accounts.policies import MANAGE, MANAGE_CLIENTS, MANAGE_ROLES, VIEW
from openprm.accounts.views import account, people, roles, sign_in
from openprm.kernel.web import page

BOTH = ("GET", "POST")
POST = ("POST",)


def mine(view: Any) -> Any:
    """Guard a page of the sign-in library that is about one's own account."""
    return page(side="both", methods=BOTH)(view)


def _people(side: Any, base: str) -> list[Any]:
    """Return the pages about people, which both sides have."""

    def at(route: str, view: Any, name: str, *verbs: str, methods: tuple[str, ...] = ("GET",)) -> Any:
        return path(f"{base}/{route}", page(*verbs, side=side, methods=methods)(view), name=name)

    return [
        at("", people.listing, "people", VIEW),
        at("invite/", people.invite, "person_invite", MANAGE, methods=BOTH),
        at("clients/", people.clients, "clients", MANAGE_CLIENTS, methods=BOTH),
        at("clients/<uuid:pk>/revoke/", people.revoke_client, "client_revoke", MANAGE_CLIENTS, methods=POST),
        at("invitations/<uuid:pk>/send/", people.resend, "invitation_resend", MANAGE, methods=POST),
        at("invitations/<uuid:pk>/revoke/", people.revoke_invitation, "invitation_revoke", MANAGE, methods=POST),
        at("<uuid:pk>/", people.person, "person", VIEW),
        at("<uuid:pk>/roles/", people.change_roles, "person_roles", MANAGE, methods=POST),
        at("<uuid:pk>/deactivate/", people.deactivate, "person_deactivate", MANAGE, methods=POST),
        at("<uuid:pk>/reactivate/", people.reactivate, "person_reactivate", MANAGE, methods=POST),
        at("<uuid:pk>/sign-out/", people.sign_out, "person_sign_out", MANAGE, methods=POST),
    ]


portal: list[Any] = _people("portal", "colleagues")

console: list[Any] = [
    *_people("console", "people"),
    path(
        "people/invite/<uuid:partner>/",
        page(MANAGE, side="console", methods=BOTH)(people.invite),
        name="partner_person_invite",
    ),
    path("roles/", page(MANAGE_ROLES, side="console", methods=BOTH)(roles.listing), name="roles"),
    path("roles/<uuid:pk>/", page(MANAGE_ROLES, side="console", methods=BOTH)(roles.role), name="role"),
]

root: list[Any] = [
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-in/out/", account_views.logout, name="account_logout"),
    path("sign-in/no-access/", account_views.account_inactive, name="account_inactive"),
    path("sign-in/closed/", sign_in.closed, name="account_signup"),
    path("sign-in/again/", mine(sign_in.Reauthenticate.as_view()), name="account_reauthenticate"),
    path("sign-in/password/", sign_in.AskReset.as_view(), name="account_reset_password"),
    path("sign-in/password/sent/", account_views.password_reset_done, name="account_reset_password_done"),
    path(
        "sign-in/password/done/",
        account_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^sign-in/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.Reset.as_view(),
        name="account_reset_password_from_key",
    ),
    path("sign-in/code/", sign_in.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/code/again/", mine(sign_in.SecondStepAgain.as_view()), name="mfa_reauthenticate"),
    path("sign-in/passkey/", passkey_views.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/passkey/again/", mine(passkey_views.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("sign-in/invitation/<str:secret>/", sign_in.invitation, name="invitation"),
    path("sign-in/sso/cancelled/", social_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/sso/error/", social_views.login_error, name="socialaccount_login_error"),
    path("sign-in/sso/signup/", sign_in.closed, name="socialaccount_signup"),
    path("sign-in/sso/<str:provider_id>/", sign_in.single_sign_on, name="openid_connect_login"),
    path("sign-in/sso/<str:provider_id>/back/", sign_in.single_sign_on_back, name="openid_connect_callback"),
    path("sign-in/demo/<str:key>/", sign_in.demo, name="demo_sign_in"),
    path("account/", account.account, name="account"),
    path("account/email/", RedirectView.as_view(pattern_name="account"), name="account_email"),
    path("account/password/", mine(account_views.password_change), name="account_change_password"),
    path("account/password/set/", mine(account_views.password_set), name="account_set_password"),
    path("account/sessions/", account.sessions, name="usersessions_list"),
    path("account/sessions/end/", account.end_sessions, name="sessions_end"),
    path("account/sessions/<int:pk>/end/", account.end_session, name="session_end"),
    path("account/tokens/", account.tokens, name="account_tokens"),
    path("account/tokens/<uuid:pk>/revoke/", account.revoke, name="account_token_revoke"),
    path("account/connections/", mine(social_views.connections), name="socialaccount_connections"),
    path("account/protection/", mine(mfa_views.index), name="mfa_index"),
    path("account/protection/app/", mine(totp_views.activate_totp), name="mfa_activate_totp"),
    path("account/protection/app/remove/", mine(totp_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/protection/codes/", mine(recovery_views.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/protection/codes/new/",
        mine(recovery_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/protection/codes/file/",
        mine(recovery_views.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("account/protection/passkeys/", mine(passkey_views.list_webauthn), name="mfa_list_webauthn"),
    path("account/protection/passkeys/add/", mine(passkey_views.add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/protection/passkeys/<int:pk>/remove/", mine(passkey_views.remove_webauthn), name="mfa_remove_webauthn"
    ),
    path("account/protection/passkeys/<int:pk>/name/", mine(passkey_views.edit_webauthn), name="mfa_edit_webauthn"),
    path("account/stop-viewing/", account.stop_viewing, name="view_as_stop"),
    path("account/view-as/<uuid:partner>/", account.start_viewing, name="view_as_start"),
]
