"""What the figures are counted from: one row for each registration, written by the database from the log of events."""

from django.db import models


class Case(models.Model):
    """What became of a registration, as the log tells it: the moments that the figures compare.

    A trigger on the log counts a deal's events anew whenever one is added (``migrations/0001_initial.py``), so a case
    is what the log says by construction, also where history is brought in. Nothing else writes here.
    """

    deal_id = models.UUIDField(primary_key=True)
    partner_id = models.UUIDField(null=True)
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    by_people = models.BooleanField(default=False)
    turned_down = models.BooleanField(default=False)
    specific = models.BooleanField(default=False)
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    closed_directly_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.deal_id)
