"""What the sign-in library tells us, as facts of ours."""

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.utils import timezone

from openprm.accounts import actors
from openprm.accounts.events import ProtectionChanged
from openprm.accounts.models import Person
from openprm.kernel import events
from openprm.kernel.access import as_system


def connect() -> None:
    """Listen to changes of second steps."""
    heard = ((authenticator_added, "added"), (authenticator_removed, "removed"), (authenticator_reset, "renewed"))
    for signal, done in heard:
        signal.connect(_noting(done), weak=False, dispatch_uid=f"openprm.accounts.protection.{done}")


def _noting(done: str) -> Any:
    def note(sender: Any, user: Person, authenticator: Any, **details: Any) -> None:
        fact = ProtectionChanged(what=str(authenticator.type), done=done)
        with as_system():  # some come once the request's transaction has ended
            events.announce(fact, about=user, by=actors.of(user), at=timezone.now())

    return note
