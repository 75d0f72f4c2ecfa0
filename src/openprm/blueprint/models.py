"""The tables of the programme as code: folders that wait to be applied, and what was applied."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from openprm.kernel.models import Entity


class Upload(Entity):
    """A folder that somebody uploaded, to be looked at and applied; forgotten after a day."""

    name = models.CharField(max_length=200)
    files = models.JSONField()
    keep = models.BooleanField(default=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page with the plan."""
        return reverse("console:blueprint_plan", args=[self.pk])


class Application(Entity):
    """A folder that was applied: by whom, from where, and what it changed in words."""

    source = models.CharField(max_length=300)
    who = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    sentences = models.JSONField()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="blueprint_applied_newest")]

    def __str__(self) -> str:
        return self.source
