"""The weights of matching that this deployment learnt from its own decisions."""

from django.db import models
from django.db.models import Q

from openprm.kernel.models import Entity


class LearntWeights(Entity):
    """Weights as ``matching`` reads them, with the report they were judged by. At most one is in force."""

    weights = models.JSONField()
    report = models.JSONField(default=dict)
    decisions = models.PositiveIntegerField(default=0)
    in_force = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["in_force"], condition=Q(in_force=True), name="learnt_weights_one_in_force")
        ]
