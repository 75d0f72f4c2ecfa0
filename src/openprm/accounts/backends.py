"""How a password proves who somebody is, and how a session leads back to them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from openprm.accounts.models import Person, normalised


class PersonBackend(AuthenticationBackend):
    """Finds people by their one address; a password is hashed for an unknown address too, so both take as long."""

    def get_user(self, user_id: Any) -> Person | None:
        """Return the person of a session, with their company, in one query."""
        return Person.objects.select_related("partner").filter(pk=user_id, is_active=True).first()

    def _authenticate_by_email(self, email: str, password: str) -> Any:
        person = Person.objects.select_related("partner").filter(email=normalised(email)).first()
        return self._check_password(person, password)
