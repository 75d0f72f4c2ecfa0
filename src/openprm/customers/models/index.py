"""The company index: which names hold a word, and which share a key. Written by ``index.py`` alone.

Integers instead of UUIDs and no foreign keys: a million accounts make seven million rows, and a query walks thousands.
``CompanyName.words`` and ``.keys`` hold what was written for the name, so it can be taken out exactly.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class CompanyName(models.Model):
    """A name of an account, ready for scoring: ``dump`` is what ``matching.normalise.load`` turns back.

    ``signs`` is empty, or phone, register number and family, "" where there is none.
    """

    id = models.AutoField(primary_key=True)
    account_id = models.UUIDField(db_index=True)
    name = models.TextField()
    dump = models.TextField()
    domain = models.TextField(blank=True)
    country = models.TextField(blank=True)
    signs = ArrayField(models.TextField(), default=list)
    words = ArrayField(models.IntegerField())
    keys = ArrayField(models.IntegerField())


class CompanyWord(models.Model):
    """A word of the vocabulary; ``names`` is about how many names hold it."""

    id = models.AutoField(primary_key=True)
    word = models.TextField(unique=True, db_collation="C")
    names = models.IntegerField(default=0)


class WordKey(models.Model):
    """A key under which a word is found: its spelling, with a letter left out, its beginning."""

    pk = models.CompositePrimaryKey("key", "word_id")
    key = models.IntegerField()
    word_id = models.IntegerField()


class Posting(models.Model):
    """A name that holds a word."""

    pk = models.CompositePrimaryKey("word_id", "name_id")
    word_id = models.IntegerField()
    name_id = models.IntegerField()


class NameKey(models.Model):
    """A key of a whole name: its words as one, their beginning, its initials, its web domain."""

    pk = models.CompositePrimaryKey("key", "name_id")
    key = models.IntegerField()
    name_id = models.IntegerField()
