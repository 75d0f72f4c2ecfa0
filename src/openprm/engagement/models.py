"""The tables of rules of engagement."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from openprm.customers.models import Account
from openprm.kernel.models import Entity


class RuleSet(Entity):
    """A version of the rules, written once: the database refuses every change.

    The newest is in force, since ``created_at``.
    """

    number = models.PositiveIntegerField(unique=True)
    rules = models.JSONField()
    note = models.CharField(max_length=400, blank=True)
    published_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="rule_set_counts_from_one")]

    def __str__(self) -> str:
        return f"{self.number}"

    def get_absolute_url(self) -> str:
        """Return the page of this version in the console."""
        return reverse("console:engagement_version", args=[self.pk])


class Draft(Entity):
    """The one draft of the next version, and the version it began with."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    base = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="draft_is_the_only_one")]

    def __str__(self) -> str:
        return f"draft after {self.base.number}"


class Hold(Entity):
    """An account that no partner may sell to for now; ``why`` stays with the vendor."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="hold")
    why = models.CharField(max_length=400)
    held_by = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="hold_says_why")]

    def __str__(self) -> str:
        return f"{self.account}"
