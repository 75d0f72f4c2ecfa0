"""The verbs of the outbox."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from openprm.kernel.errors import Refusal
from openprm.kernel.mail.jobs import send
from openprm.kernel.mail.models import Mail


def send_again(mail: Mail, *, at: datetime) -> None:
    """Try to send an e-mail that failed, or was kept before there was a server."""
    if mail.state not in (Mail.State.FAILED, Mail.State.KEPT):
        raise Refusal(_("Only e-mail that was not sent can be sent again."), code="mail_not_failed")
    if not settings.MAIL_GOES_OUT:
        raise Refusal(_("There is no mail server. Set OPENPRM_EMAIL_URL and restart."), code="no_mail_server")
    mail.state, mail.attempts = Mail.State.WAITING, 0
    mail.write("state", "attempts", at=at)
    send.defer(mail=str(mail.pk))
