"""Django's way out for e-mail: into the outbox."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from openprm.kernel.access import as_system
from openprm.kernel.mail.jobs import send
from openprm.kernel.mail.models import Mail


class Outbox(BaseEmailBackend):
    """Writes e-mail in the caller's transaction; a job sends it, or it is kept where no server is configured."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Put the messages in the outbox and return how many."""
        state = Mail.State.WAITING if settings.MAIL_GOES_OUT else Mail.State.KEPT
        mails = [_mail(message, state) for message in email_messages if message.recipients()]
        with as_system():
            Mail.objects.bulk_create(mails)
            if mails and state == Mail.State.WAITING:
                send.defer_many([{"mail": str(mail.pk)} for mail in mails])
        return len(mails)


def _mail(message: EmailMessage, state: str) -> Mail:
    if message.attachments:
        raise ValueError("the outbox carries no attachments; link to the file instead")
    alternatives: list[Any] = getattr(message, "alternatives", [])
    html = next((content for content, kind in alternatives if kind == "text/html"), "")
    return Mail(
        sender=message.from_email or settings.DEFAULT_FROM_EMAIL,
        recipients=message.recipients(),
        subject=" ".join(str(message.subject).split())[:500],
        text=str(message.body),
        html=html,
        headers=dict(message.extra_headers),
        state=state,
    )
