"""Sending what is in the outbox."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from openprm.kernel.access import as_system
from openprm.kernel.jobs import job
from openprm.kernel.mail.models import Mail

SMTP = "django.core.mail.backends.smtp.EmailBackend"
ATTEMPTS = 9  # the last about an hour and a half after the first
KEPT_FOR = timedelta(days=90)


@job("mail.send", queue="mail", attempts=ATTEMPTS, scoped=False)
def send(mail: str) -> None:
    """Send one e-mail by SMTP."""
    try:
        _send(UUID(mail))
    except Exception as error:
        if _note_failure(UUID(mail), error):
            raise


@job("mail.sweep", every="40 3 * * *")
def sweep(timestamp: int) -> None:
    """Forget old e-mail."""
    before = datetime.fromtimestamp(timestamp, UTC) - KEPT_FOR
    Mail.objects.filter(created_at__lt=before).exclude(state=Mail.State.WAITING).delete()


def _send(pk: UUID) -> None:
    with as_system():
        mail = Mail.objects.select_for_update().get(pk=pk)
        if mail.state != Mail.State.WAITING:
            return
        message = EmailMultiAlternatives(
            mail.subject,
            mail.text,
            mail.sender,
            mail.recipients,
            headers={"Message-ID": _message_id(mail), **mail.headers},
        )
        if mail.html:
            message.attach_alternative(mail.html, "text/html")
        get_connection(SMTP).send_messages([message])
        mail.state, mail.sent_at, mail.error = Mail.State.SENT, timezone.now(), ""
        mail.text = mail.html = ""  # it may hold a link that signs somebody in
        mail.attempts += 1
        mail.save(update_fields=["state", "sent_at", "error", "text", "html", "attempts"])


def _message_id(mail: Mail) -> str:
    """Return the same id for every attempt, so that receivers recognise a message sent twice."""
    domain = mail.sender.rpartition("@")[2].strip("> ") or "openprm.invalid"
    return f"<{mail.pk.hex}@{domain}>"


def _note_failure(pk: UUID, error: Exception) -> bool:
    """Note what went wrong and say whether to try again."""
    with as_system():
        mail = Mail.objects.select_for_update().get(pk=pk)
        mail.attempts += 1
        mail.error = f"{type(error).__name__}: {error}"[:2000]
        over = mail.attempts >= ATTEMPTS or _for_good(error)
        if over:
            mail.state = Mail.State.FAILED
        mail.save(update_fields=["attempts", "error", "state"])
        return not over


def _for_good(error: Exception) -> bool:
    """Say whether the server refused every recipient for good."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _text in error.recipients.values())
