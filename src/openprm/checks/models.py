"""The tables of checks: a partner's day, and what was asked in it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from openprm.checks.rules import Alarm
from openprm.kernel.models import Entity
from openprm.partners.models import Partner


class Day(Entity):
    """How many companies a partner asked about on a day (UTC), and what looked like scanning."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    asked = models.PositiveIntegerField(default=0)
    registered = models.PositiveIntegerField(default=0)
    blocked = models.PositiveIntegerField(default=0)
    limit = models.PositiveIntegerField(default=0, db_column="most")  # "limit" is a word of SQL
    alarms = ArrayField(
        models.CharField(max_length=20, choices=[(alarm.value, alarm.value) for alarm in Alarm]), default=list
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "day"], name="check_day_once")]
        indexes = [models.Index(fields=["-day", "-asked"], name="check_day_newest")]

    def __str__(self) -> str:
        return f"{self.partner}, {self.day.isoformat()}"


class Asked(models.Model):
    """A company, or a web domain, that was asked about: digests alone (see ``digests.py``). Kept for a month."""

    class What(models.TextChoices):
        """What of a company it is."""

        NAME = "name"
        DOMAIN = "domain"

    id = models.UUIDField(primary_key=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    what = models.CharField(max_length=6, choices=What)
    form = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    company = models.BinaryField()
    beginnings = ArrayField(models.BigIntegerField(), default=list)
    corrections = models.PositiveSmallIntegerField(default=0)
    initial = models.CharField(max_length=1, blank=True)
    registered = models.BooleanField(default=False)
    blocked = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "asked"
        constraints = [
            models.CheckConstraint(condition=Q(what__in=["name", "domain"]), name="check_of_name_or_domain"),
        ]
        indexes = [models.Index(fields=["partner", "day", "at"], name="check_by_day")]

    def __str__(self) -> str:
        return f"{self.what}, {self.at.isoformat()}"
