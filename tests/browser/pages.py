"""Every page there is, from the URL resolver; pages about one thing need one thing of that kind."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver

Route = tuple[str, str]

NO_PAGES = {  # answers that are no page of their own
    "brand_css": "a style sheet",
    "receipt_json": "a download",
    "receipt_pdf": "a download",
    "receipt_key_set": "keys for programs",
    "file": "a download",
    "blueprint_download": "a download",
    "mfa_download_recovery_codes": "a download",
    "import_problems": "a download",
    "partner_import_problems": "a download",
    "directory_logo": "a picture",
    "applicant": "needs the letter's key; tested with an application",
    "applicant_step": "needs the letter's key; tested with an application",
    "applicant_review": "needs the letter's key; tested with an application",
    "prices_download": "a download",
    "price_book_download": "a download",
    "settings_preview": "a fragment",
    "audience_preview": "a fragment",
    "notification_bell": "a fragment",
    "notification_count": "a fragment",
    "notification": "leads on to what it is about",
    "reseller": "tested with the distributor",
    "socialaccount_login_error": "answers 401, which the console tells",
    "deal_answer": "leads back, unless something was asked",
    "start": "leads to the home page",
    "account_email": "leads to the account",
    "view_as_stop": "an action",
    "view_as_start": "an action",
    "demo_sign_in": "an action",
    "mfa_login_webauthn": "data for the passkey script",
    "mfa_reauthenticate_webauthn": "data for the passkey script",
    "openid_connect_login": "leads to another site",
    "openid_connect_callback": "comes from another site",
    "mfa_deactivate_totp": "needs a second step in use",
    "mfa_view_recovery_codes": "needs a second step in use",
    "mfa_generate_recovery_codes": "needs a second step in use",
    "mfa_remove_webauthn": "needs a passkey",
    "mfa_edit_webauthn": "needs a passkey",
    "invitation": "tested with the invitation",
    "account_reset_password_from_key": "needs the letter's key",
    "notification_stop": "needs the letter's key",
    "mfa_authenticate": "leads back, unless a password was just given",
    "mfa_reauthenticate": "leads back, unless a second step is in use",
    "account_set_password": "leads on for who has a password",
}


def addresses(side: str) -> Iterator[Route]:
    """Yield name and route of the pages below a side's folder, or of those that both share (``""``)."""
    for route, pattern in _walk(get_resolver().url_patterns, ""):
        folder = route.split("/", 1)[0]
        mine = folder == side if side else folder not in ("portal", "console", "api")
        guard = getattr(pattern.callback, "guard", None)
        readable = guard is None or "GET" in guard[2]
        if mine and readable and pattern.name not in NO_PAGES:
            yield pattern.name or "", route


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern
