"""Messages as e-mail: at once, or as a digest in the morning of each person's own time zone."""

from datetime import UTC, datetime
from uuid import UUID

from django.core import signing
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.kernel import people, settings_store
from openprm.kernel.jobs import job
from openprm.kernel.mail import letters
from openprm.kernel.mail.letters import Letter, Part
from openprm.kernel.notifications import rules
from openprm.kernel.notifications.models import Mode, Notification
from openprm.kernel.people import Contact

STOP = "openprm.stop_email"
MOST_IN_DIGEST = 50


@job("notifications.email", queue="mail")
def email(notification: str) -> None:
    """Put one message into the outbox."""
    row = Notification.objects.select_for_update().get(pk=UUID(notification))
    contact = people.contacts([row.person_id]).get(row.person_id)
    if row.emailed_at or contact is None:
        return
    with translation.override(contact.locale or None):
        stop = letters.absolute(reverse("notification_stop", args=[stop_token(row)]))
        letter = Letter(
            subject=row.title,
            parts=[Part(row.title, row.body, row.url)],
            headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
            footer=_why(),
            footer_url=reverse("notification_preferences"),
        )
        letters.send(letter, to=contact.email)
    row.emailed_at = timezone.now()
    row.save(update_fields=["emailed_at"])


@job("notifications.digests", every="5,35 * * * *")
def digests(timestamp: int) -> None:
    """Start the digest of everybody whose hour has come."""
    now = datetime.fromtimestamp(timestamp, UTC)
    hour = settings_store.get("notifications.digest_hour")
    waiting = dict(
        Notification.objects.filter(by_email=Mode.DAILY, emailed_at__isnull=True)
        .values_list("person_id")
        .annotate(oldest=Min("created_at"))
    )
    contacts = people.contacts(waiting)
    for person, oldest in waiting.items():
        contact = contacts.get(person)
        zone = rules.zone_of(contact.timezone if contact else "", UTC)
        if contact and rules.digest_due(oldest=oldest, now=now, zone=zone, hour=hour):
            digest.defer(person=str(person))


@job("notifications.digest", queue="mail")
def digest(person: str) -> None:
    """Put one person's digest into the outbox."""
    waiting = Notification.objects.filter(person_id=UUID(person), by_email=Mode.DAILY, emailed_at__isnull=True)
    rows = list(waiting.select_for_update().order_by("created_at")[:MOST_IN_DIGEST])
    contact = people.contacts([UUID(person)]).get(UUID(person))
    if not rows or contact is None:
        return
    with translation.override(contact.locale or None):
        letters.send(_digest(rows, contact), to=contact.email)
    waiting.filter(pk__in=[row.pk for row in rows]).update(emailed_at=timezone.now())


def stop_token(row: Notification) -> str:
    """Return what the link to turn such e-mail off carries."""
    return signing.dumps([str(row.person_id), row.kind], salt=STOP)


def _digest(rows: list[Notification], contact: Contact) -> Letter:
    count = len(rows)
    subject = ngettext("%(count)s message for you", "%(count)s messages for you", count) % {"count": count}
    return Letter(
        subject=subject,
        intro=_("Good morning %(name)s, this is what happened:") % {"name": contact.name or contact.email},
        parts=[Part(row.title, row.body, row.url) for row in rows],
        footer=_why(),
        footer_url=reverse("notification_preferences"),
    )


def _why() -> str:
    return _("You get this because of your notification settings.")
