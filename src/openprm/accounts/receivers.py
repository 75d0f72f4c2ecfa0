"""What accounts do about their own facts."""

from openprm.accounts import jobs
from openprm.kernel import events
from openprm.kernel.events.models import Event


@events.on("person.password_changed", name="accounts.tell_changed_password")
def tell_changed_password(event: Event) -> None:
    """Tell the person by e-mail."""
    jobs.tell_changed_password.defer(person=str(event.subject_id))
