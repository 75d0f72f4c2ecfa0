"""The tables of the ledger. Links and anchors are append-only, like events."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from openprm.kernel.ledger.hashing import GENESIS


class Chain(models.Model):
    """A subject's chain: how long it is, its newest hash, and up to where which anchor holds it.

    This row is what announcing locks; everything in it follows from links and anchors.
    """

    subject_id = models.UUIDField(primary_key=True)
    subject_type = models.CharField(max_length=80)
    length = models.PositiveIntegerField()
    head = models.CharField(max_length=64, default=GENESIS)
    anchored = models.PositiveIntegerField(default=0)
    anchor = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id"], name="chain_to_anchor", condition=Q(length__gt=F("anchored"))),
            models.Index(fields=["anchor"], name="chain_anchor"),
        ]


class Link(models.Model):
    """An event's place in its subject's chain. No foreign keys: what an owner deletes is to be missed."""

    event_id = models.UUIDField(primary_key=True)
    subject_id = models.UUIDField()
    position = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_id", "position"], name="link_one_order")]


class Anchor(models.Model):
    """Heads of chains at a moment; ``heads`` maps each subject's id to its position and hash."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    heads = models.JSONField()
    hash = models.CharField(max_length=64)


class Verification(models.Model):
    """A walk over all chains, and what it found first."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    links = models.BigIntegerField()
    chains = models.BigIntegerField()
    anchors = models.BigIntegerField()
    problems = models.BigIntegerField()
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]

    @property
    def sound(self) -> bool:
        """Say whether nothing was found."""
        return self.problems == 0

    @property
    def first(self) -> Any:
        """Return the first finding, or None."""
        return self.findings[0] if self.findings else None
