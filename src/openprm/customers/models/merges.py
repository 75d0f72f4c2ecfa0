"""Two accounts made one: what was there before, what moved, so that it can be taken back."""

from django.db import models
from django.db.models import Q

from openprm.customers.models.accounts import Account
from openprm.kernel.models import Entity


class Merge(Entity):
    """An account that went into another. Its id and its external id keep answering, for ``into``.

    ``values`` is the account as it was, ``changes`` what the one that stays got from it (field: before, after),
    ``moved`` which rows moved, by the name of their mover, and ``decisions`` those about it as they were.
    """

    merged_id = models.UUIDField()
    name = models.CharField(max_length=300)
    external_id = models.CharField(max_length=100, null=True)  # noqa: DJ001 - looked up where known
    into = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="merges")
    values = models.JSONField()
    changes = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    decisions = models.JSONField(default=list)
    why = models.TextField(max_length=2000, blank=True)
    merged_at = models.DateTimeField()
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged_id"], name="merge_of_an_account_once", condition=Q(undone_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(
                fields=["external_id"],
                name="merge_by_external_id",
                condition=Q(external_id__isnull=False, undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.into}"
