"""Who is told of facts over the web, and what became of each message."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from openprm.kernel.entity import Entity
from openprm.kernel.events.models import Event


def new_salt() -> str:
    """Return the random part of a new signing secret."""
    return secrets.token_hex(16)


class Endpoint(Entity):
    """An address that is told of events. ``partner_id`` is empty for the vendor's own.

    The signing secret is not stored: it is made of the server's secret key, the row's id and ``salt``, so a copy of the
    database signs nothing. ``previous_salt`` signs too until ``previous_until``, so that a receiver can change secrets
    without losing a message.
    """

    partner_id = models.UUIDField(null=True)
    url = models.URLField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    event_types = ArrayField(models.CharField(max_length=80))
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    previous_salt = models.CharField(max_length=32, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.CharField(max_length=200, blank=True)
    created_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="endpoint_time"),
            models.Index(fields=["partner_id"], name="endpoint_of_partner"),  # every fact asks who hears of it
        ]

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def secret(self) -> str:
        """Return the secret in the form that receivers are given."""
        return "whsec_" + base64.b64encode(self._key(self.salt, settings.SECRET_KEY)).decode()

    def keys(self, *, at: datetime) -> Iterator[bytes]:
        """Yield every key that a message of this moment is signed with."""
        salts = [self.salt]
        if self.previous_salt and self.previous_until and self.previous_until > at:
            salts.append(self.previous_salt)
        for salt in salts:
            for secret_key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
                yield self._key(salt, str(secret_key))

    def _key(self, salt: str, secret_key: str) -> bytes:
        return hmac.new(secret_key.encode(), f"openprm.webhook:{self.pk}:{salt}".encode(), hashlib.sha256).digest()


class Message(Entity):
    """One event on its way to one endpoint. ``log`` holds the latest attempts, newest last."""

    class State(models.TextChoices):
        """Where a message stands."""

        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="messages")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="webhook_messages")
    partner_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)
    next_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    response_status = models.PositiveSmallIntegerField(null=True)
    log = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "event"], name="message_once_per_endpoint")]
        indexes = [
            models.Index(fields=["endpoint", "-created_at", "-id"], name="message_list"),
            models.Index(fields=["-created_at", "-id"], name="message_time"),
        ]
