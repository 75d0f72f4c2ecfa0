"""Letters to applicants, by a worker. A secret is made where its letter is written, so no queue ever holds one."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from openprm.kernel.jobs import job
from openprm.recruiting import letters
from openprm.recruiting.models import Application
from openprm.recruiting.services import links

LOOKS_BACK = timedelta(days=365)
MOST_AGAIN = 3  # applications of an address that get a new link at once


def write(application: Application, letter: str) -> None:
    """Have a letter written to the applicant; the link in it is their key."""
    _write.defer(application=str(application.pk), letter=letter)


def write_again(email: str) -> None:
    """Have new links sent to what an address has applied for, if there is anything."""
    _write_again.defer(email=email)


@job("recruiting.write", queue="mail")
def _write(application: str, letter: str) -> None:
    row = Application.objects.select_related("form").filter(pk=UUID(application)).exclude(email="").first()
    if row is not None:
        letters.write(row, letter, links.address(links.issue(row, by_mail=True, at=timezone.now())))


@job("recruiting.write_again", queue="mail")
def _write_again(email: str) -> None:
    rows = Application.objects.filter(email=email, created_at__gte=timezone.now() - LOOKS_BACK)
    rows = rows.exclude(state="forgotten").order_by("-created_at")
    for pk in rows.values_list("pk", flat=True)[:MOST_AGAIN]:
        _write.run(application=str(pk), letter="again")
