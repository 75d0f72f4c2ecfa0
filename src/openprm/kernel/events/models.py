"""The log of facts, and what became of each delivery."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.kernel.events.registry import EventType, event_type
from openprm.kernel.ids import uuid7


class Event(models.Model):
    """A fact. Append-only: no runtime role of the database may change or delete one.

    ``cause`` is what it followed from, where that was no person but a run of an automation; subscribers pass it on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    subject_label = models.CharField(max_length=200, blank=True)
    partner_id = models.UUIDField(null=True)
    shared = models.BooleanField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200)
    actor_side = models.CharField(max_length=8)
    at = models.DateTimeField()
    payload = models.JSONField()
    cause = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "at"], name="event_subject"),
            models.Index(fields=["name", "-at"], name="event_name"),
            models.Index(fields=["-at", "-id"], name="event_time"),
            models.Index(fields=["partner_id", "-at"], name="event_partner"),
        ]

    @property
    def type(self) -> EventType:
        """Return the declared type of this fact."""
        return event_type(self.name)

    @property
    def fact(self) -> Any:
        """Return the payload as its dataclass."""
        return self.type.adapter.validate_python(self.payload)


class Delivery(models.Model):
    """One fact on its way to one subscriber; there is at most one per pair."""

    class State(models.TextChoices):
        """Where a delivery stands."""

        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once_per_subscriber")]
        indexes = [
            models.Index(fields=["-created_at"], name="delivery_unfinished", condition=~models.Q(state="done")),
        ]
