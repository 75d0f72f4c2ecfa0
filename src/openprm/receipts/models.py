"""The tables of receipts: what was signed, and with which keys."""

from django.db import models
from django.db.models import Q

from openprm.deals.models import DealRegistration
from openprm.kernel.models import Entity
from openprm.partners.models import Partner


class SigningKey(Entity):
    """A key that signs receipts. ``sealed`` is its private half, encrypted; a retired key has none any more."""

    kid = models.CharField(max_length=43, unique=True)
    public = models.CharField(max_length=43)
    sealed = models.TextField(blank=True)
    retired_at = models.DateTimeField(null=True)
    signs = models.BooleanField(default=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["signs"], condition=Q(signs=True), name="one_key_signs"),
            models.CheckConstraint(
                condition=Q(signs=True, retired_at__isnull=True) & ~Q(sealed="")
                | Q(signs=False, retired_at__isnull=False, sealed=""),
                name="retired_key_signs_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class Receipt(Entity):
    """A signed receipt, kept so that it is the same at every download. There is one per event."""

    event_id = models.UUIDField(unique=True)
    deal = models.ForeignKey(DealRegistration, on_delete=models.CASCADE, related_name="receipts")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    document = models.TextField()

    def __str__(self) -> str:
        return str(self.event_id)
