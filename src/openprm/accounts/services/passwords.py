"""Passwords: changed by their owner, or set anew by a link that only their mailbox receives."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from openprm.accounts import limits
from openprm.accounts.events import PasswordChanged
from openprm.accounts.models import Person
from openprm.accounts.services.clients import revoke_tokens_of
from openprm.accounts.services.people import require_manageable
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid


def set_password(*, person: Person, password: str, how: str, by: Actor, at: datetime) -> Person:
    """Give a person a new password: their sessions and personal tokens end, and wrong guesses are forgotten."""
    check_strength(password, person)
    with as_system():
        person.set_password(password)
        person.write("password", at=at)
        revoke_tokens_of(person, why="password changed", by=by, at=at)
        limits.forget(person)
        events.announce(PasswordChanged(how=how), about=person, by=by, at=at)
    return person


def check_strength(password: str, person: Person | None = None) -> None:
    """Raise Invalid, with what is missing, for a password that is easily guessed."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        message = " ".join(error.messages)
        raise Invalid(message, code="weak_password", fields={"password": message}) from error


def reset_link(*, person: Person, by: Actor) -> str:
    """Return the address at which this person sets a new password; it works once, and not for long."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    if by.id != person.pk:
        require_manageable(person, by)
    keys = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return f"{settings.BASE_URL}{reverse('account_reset_password_from_key', kwargs=keys)}"
