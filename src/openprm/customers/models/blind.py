"""The digests under which accounts are found blind. Written by ``blind/shelf.py`` alone."""

from django.db import models


class BlindName(models.Model):
    """A digest of an account's name, of its beginning, or of its domain; which of these is not told."""

    pk = models.CompositePrimaryKey("digest", "account_id")
    digest = models.BinaryField()
    account_id = models.UUIDField(db_index=True)
