"""Messages to people, and how each person wants them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from openprm.kernel.entity import Entity


class Mode(models.TextChoices):
    """When a message goes out by a channel."""

    INSTANT = "instant", _("At once")
    DAILY = "daily", _("Once a day")
    OFF = "off", _("Not at all")


class Notification(Entity):
    """One message to one person; ``partner_id`` is their company, empty for the vendor's own people.

    ``by_email`` says what the e-mail channel does with it; ``emailed_at`` when it did.
    """

    person_id = models.UUIDField()
    partner_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    event_id = models.UUIDField(null=True)
    in_app = models.BooleanField(default=True)
    by_email = models.CharField(max_length=8, choices=Mode, default=Mode.OFF)
    read_at = models.DateTimeField(null=True)
    emailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person_id", "-created_at", "-id"], name="notification_list", condition=models.Q(in_app=True)
            ),
            models.Index(
                fields=["person_id"], name="notification_unread", condition=models.Q(in_app=True, read_at__isnull=True)
            ),
            models.Index(
                fields=["person_id", "created_at"],
                name="notification_digest",
                condition=models.Q(by_email="daily", emailed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Preference(Entity):
    """How one person wants one kind of message by one channel; without a row, the kind's default holds."""

    person_id = models.UUIDField()
    partner_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=80)
    channel = models.CharField(max_length=8, choices=[("app", _("In the app")), ("email", _("E-mail"))])
    mode = models.CharField(max_length=8, choices=Mode)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "kind", "channel"], name="preference_once_per_channel")
        ]
