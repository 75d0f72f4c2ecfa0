"""The e-mail that goes out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from openprm.kernel.entity import Entity


class Mail(Entity):
    """One e-mail to its recipients."""

    class State(models.TextChoices):
        """Where an e-mail stands."""

        KEPT = "kept", _("Kept")
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    sender = models.CharField(max_length=320)
    recipients = models.JSONField()
    subject = models.CharField(max_length=500)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="mail_time")]

    def __str__(self) -> str:
        return self.subject
