"""What recruiting does later: letters, the first look at an application, imports, and forgetting.

A secret is made where its letter is written, so no queue ever holds one.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from openprm.kernel.jobs import job
from openprm.recruiting.models import Application


@job("recruiting.write", queue="mail")
def write(application: str, letter: str) -> None:
    """Write to the applicant; the link in the letter is their key."""
    from openprm.recruiting import letters
    from openprm.recruiting.services import links

    row = Application.objects.select_related("form").filter(pk=UUID(application)).exclude(email="").first()
    if row is not None:
        letters.write(row, letter, links.address(links.issue(row, by_mail=True, at=timezone.now())))


@job("recruiting.write_again", queue="mail")
def write_again(email: str) -> None:
    """Send new links to what an address has applied for, if there is anything."""
    since = timezone.now() - timedelta(days=365)
    rows = Application.objects.filter(email=email, created_at__gte=since).exclude(state="forgotten")
    for pk in rows.order_by("-created_at").values_list("pk", flat=True)[:3]:
        write.run(application=str(pk), letter="again")


@job("recruiting.assess")
def assess(application: str) -> None:
    """Look an application over."""
    from openprm.recruiting.services.assessing import assess as look_over

    row = Application.objects.filter(pk=UUID(application)).first()
    if row is not None:
        look_over(application=row, at=timezone.now())


@job("recruiting.import", scoped=False)
def run_import(item: str) -> None:
    """Bring a file of partners in."""
    from openprm.recruiting.services.imports import run

    run(UUID(item))


@job("recruiting.forget", every="20 3 * * *")
def forget(timestamp: int) -> None:
    """Delete what was never sent."""
    from openprm.recruiting.services.applying import forget_due
    from openprm.recruiting.services.imports import forget_files

    at = datetime.fromtimestamp(timestamp, UTC)
    forget_due(at=at)
    forget_files(at=at)
