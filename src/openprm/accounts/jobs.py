"""What accounts do later: letters, and notes of refused sign-ins.

A secret is made where its letter is written, so no queue ever holds one. Looking up an address happens here too: the
page answers before anybody knows whether the address is known.
"""

from uuid import UUID

from django.utils import timezone

from openprm.accounts import letters, services
from openprm.accounts.events import SignInRefused
from openprm.accounts.models import Person
from openprm.kernel import events, jobs
from openprm.kernel.access import ANONYMOUS, SYSTEM


@jobs.job("accounts.send_reset", queue="mail")
def send_reset(email: str) -> None:
    """Write to the owner of an address about a new password; to nobody if the address is unknown."""
    person = Person.objects.able().filter(email=email).first()
    if person is not None:
        letters.reset(person, services.reset_link(person=person, by=SYSTEM))


@jobs.job("accounts.tell_changed_password", queue="mail")
def tell_changed_password(person: str) -> None:
    """Tell somebody that their password was changed, so that they hear of it when it was not them."""
    row = Person.objects.filter(pk=UUID(person)).first()
    if row is not None:
        letters.password_changed(row)


@jobs.job("accounts.note_refusal")
def note_refusal(email: str, reason: str) -> None:
    """Log that a sign-in was refused, if the address is somebody's."""
    person = Person.objects.filter(email=email).first()
    if person is not None:
        events.announce(SignInRefused(reason=reason), about=person, by=ANONYMOUS, at=timezone.now())
