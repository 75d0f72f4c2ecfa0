"""What is known of a stored file; its bytes lie in the store that the settings name."""

from django.db import models
from django.urls import reverse

from openprm.kernel.entity import Entity


class StoredFile(Entity):
    """A file that belongs to a row: ``owner_type`` is the row's model label, ``owner_id`` its id."""

    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, unique=True)
    owner_type = models.CharField(max_length=80)
    owner_id = models.UUIDField()
    partner_id = models.UUIDField(null=True)
    stored_by = models.UUIDField(null=True)
    stored_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="file_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Return the address that lets those who may read it download the file."""
        return reverse("file", args=[self.pk])
