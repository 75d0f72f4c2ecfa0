"""How often somebody may be wrong: counted per account, for all processes together, never by network address.

An unknown address is counted like a known one, so that the count says nothing about who is here. A right answer, or a
new password by the reset link, clears the count.
"""

import hashlib
from datetime import timedelta

from openprm.accounts.models import Person, normalised
from openprm.kernel import throttle

WRONG_PASSWORDS, WRONG_CODES, RESETS = 8, 6, 3
WINDOW = timedelta(minutes=15)
RESET_WINDOW = timedelta(hours=1)
CODE_LIVES = timedelta(minutes=3)


def try_password(email: str) -> throttle.Throttle:
    """Count an attempt at this account's password, before it is looked at."""
    return throttle.hit(_key("password", email), limit=WRONG_PASSWORDS, per=WINDOW)


def try_code(person: Person) -> throttle.Throttle:
    """Count an attempt at this person's second step."""
    return throttle.hit(_key("code", person.email), limit=WRONG_CODES, per=WINDOW)


def try_reset(email: str) -> throttle.Throttle:
    """Count a wish for a new password."""
    return throttle.hit(_key("reset", email), limit=RESETS, per=RESET_WINDOW)


def first_use(person: Person, code: str) -> bool:
    """Say whether this code is used for the first time, on whatever process."""
    used = hashlib.sha256(f"{person.pk}:{code.strip()}".encode()).hexdigest()
    return throttle.hit(f"sign-in:used:{used}", limit=1, per=CODE_LIVES).allowed


def password_was_right(email: str) -> None:
    """Forget the wrong attempts at this account's password."""
    throttle.clear(_key("password", email))


def code_was_right(person: Person) -> None:
    """Forget the wrong attempts at this person's second step."""
    throttle.clear(_key("code", person.email))


def forget(person: Person) -> None:
    """Forget all wrong attempts: the mailbox's owner has set a new password."""
    password_was_right(person.email)
    code_was_right(person)


def _key(what: str, email: str) -> str:
    return f"sign-in:{what}:{hashlib.sha256(normalised(email).encode()).hexdigest()}"
