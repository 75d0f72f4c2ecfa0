"""Imports: the uploaded file, how it is read, how far it is, and what became of each row."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openprm.customers.lifecycle import ImportState
from openprm.kernel.models import Entity


class Import(Entity):
    """A file of accounts, opportunities or other rows on its way in. The states are in ``lifecycle.py``."""

    class Kind(models.TextChoices):
        """What the rows of the file are."""

        ACCOUNTS = "accounts", _("Accounts")
        OPPORTUNITIES = "opportunities", _("Opportunities")

    class SameCompany(models.TextChoices):
        """What to do with a row without a known external id whose company is known already."""

        UPDATE = "update", _("Update the account that is there")
        SKIP = "skip", _("Skip the row")
        CREATE = "create", _("Create a second account")

    kind = models.CharField(max_length=16)  # of those that importing.py knows
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    same_company = models.CharField(max_length=8, choices=SameCompany, default=SameCompany.UPDATE)
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=500)
    format = models.CharField(max_length=4)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    headers = ArrayField(models.TextField(), default=list)
    mapping = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)  # the last row of the file that was dealt with
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    progress_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="import_by_time")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """Return the address of its page in the console."""
        return reverse("console:import", args=[self.pk])

    def get_kind_display(self) -> str:
        """Return what its rows are, in words."""
        from openprm.customers import importing  # which speaks of this model

        return str(importing.kind_of(self).label)

    @property
    def percent(self) -> int:
        """Return how much of the file has been read."""
        return min(100, 100 * self.rows_done // self.rows_total) if self.rows_total else 0


class ImportRow(models.Model):
    """What became of one row. ``before`` and ``version_after`` make it possible to take it back."""

    class Outcome(models.TextChoices):
        """What was done with a row."""

        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        UNCHANGED = "unchanged", _("Unchanged")
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")

    id = models.BigAutoField(primary_key=True)
    parent = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    object_id = models.UUIDField(null=True)
    version_after = models.PositiveIntegerField(null=True)
    before = models.JSONField(null=True)
    problem = models.TextField(blank=True)
    values = models.JSONField(null=True)
    undone_at = models.DateTimeField(null=True)
    kept_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "number"], name="import_row_once"),
            models.UniqueConstraint(
                fields=["parent", "object_id"], condition=Q(object_id__isnull=False), name="import_object_once"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="failed") | (Q(object_id__isnull=True) & ~Q(problem="")),
                name="import_failed_row_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "number"], name="import_row_problems", condition=Q(outcome="failed")),
        ]
