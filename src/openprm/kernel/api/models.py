"""Answers kept so that the same request sent twice is done once."""

from django.db import models
from django.utils import timezone

from openprm.kernel.ids import uuid7


class KeptAnswer(models.Model):
    """What was answered to an actor's ``Idempotency-Key``; ``status`` is empty while the request is still running."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="answer_once_per_key")]
        indexes = [models.Index(fields=["created_at"], name="answer_age")]
