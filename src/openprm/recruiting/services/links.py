"""The secret addresses of applications. A secret is kept as a hash; whoever has it is the applicant."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from openprm.accounts.secrets import hashed, new_secret
from openprm.kernel.errors import Missing
from openprm.recruiting.models import Application, ApplicationLink

VALID_FOR = timedelta(days=120)


def issue(application: Application, *, by_mail: bool, at: datetime) -> str:
    """Return a fresh secret of an application; this is the one time it can be read."""
    secret = new_secret()
    ApplicationLink(
        application=application,
        secret_hash=hashed(secret),
        by_mail=by_mail,
        expires_at=at + VALID_FOR,
        created_at=at,
        updated_at=at,
    ).save(force_insert=True)
    return secret


def address(secret: str) -> str:
    """Return the whole address that goes into a letter."""
    return f"{settings.BASE_URL}{reverse('applicant', args=[secret])}"


def open_link(secret: str, *, at: datetime, lock: bool = False) -> ApplicationLink:
    """Return the link with its application, or raise Missing. Runs as the system."""
    rows = ApplicationLink.objects.select_related("application__form")
    if lock:
        rows = rows.select_for_update(of=("self", "application"))
    link = rows.filter(secret_hash=hashed(secret), expires_at__gt=at).first()
    if link is None or link.application.state == "forgotten":
        raise Missing(_("This link is not valid (any more). Ask for a new one with your e-mail address."))
    return link
