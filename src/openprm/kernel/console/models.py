"""What a failed job said: the queue keeps only that it failed."""

from django.db import models
from django.utils import timezone


class JobFailure(models.Model):
    """One failure of a job, found again by the job's name and arguments."""

    task = models.CharField(max_length=128)
    args = models.JSONField()
    error = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["task", "-at"], name="jobfailure_task")]
