"""The tables of automations: what is defined, what ran, what would have run, and templates of e-mail."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openprm.kernel.entity import Entity
from openprm.kernel.events.models import Event
from openprm.partners.models import Partner


class EmailTemplate(Entity):
    """An e-mail with merge fields. ``button`` and ``button_url`` lead to a page of the portal."""

    code = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    button = models.CharField(max_length=60, blank=True)
    button_url = models.CharField(max_length=300, blank=True)
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="email_template_has_names")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page in the console."""
        return reverse("console:email_template", args=[self.pk])


class Automation(Entity):
    """An automation. ``draft`` is what is being edited (None: it says the same as the current version).

    ``trigger_kind`` and ``trigger_event`` are those of the current version: live automations are found by them.
    ``clock_at`` is up to when its schedule has been looked after.
    """

    class State(models.TextChoices):
        """Whether it runs."""

        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        PAUSED = "paused", _("Paused")
        ARCHIVED = "archived", _("Archived")

    code = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    draft = models.JSONField(null=True)
    current = models.ForeignKey("AutomationVersion", on_delete=models.PROTECT, null=True, related_name="+")
    trigger_kind = models.CharField(max_length=8, blank=True)
    trigger_event = models.CharField(max_length=80, blank=True)
    clock_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["trigger_event"], name="automation_of_event", condition=Q(state="live")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="automation_has_names"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "archived"]) | Q(current__isnull=False),
                name="automation_live_has_version",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page in the console."""
        return reverse("console:automation", args=[self.pk])

    @property
    def runs_url(self) -> str:
        """Return the list of its runs."""
        return f"{reverse('console:automation_runs')}?automation={self.pk}"

    @property
    def edited(self) -> dict[str, Any]:
        """Return the definition as it is being edited."""
        found: dict[str, Any] = self.draft or (self.current.definition if self.current else {})
        return found


class AutomationVersion(Entity):
    """A version of an automation. It is written once."""

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    note = models.CharField(max_length=400, blank=True)
    published_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["automation", "number"], name="automation_version_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class Run(Entity):
    """One partner going through the steps of an automation.

    ``occasion`` is what it runs for (an event, a moment of a schedule, a date): once per automation. ``chain`` are the
    automations it followed from, with itself last. ``trial`` is the definition of a run that somebody asked for before
    it was published. ``cursor`` is the step that comes next, ``due_at`` when.
    """

    class State(models.TextChoices):
        """Where a run stands."""

        NOT_MET = "not_met", _("Condition not met")
        STOPPED = "stopped", _("Stopped as a loop")
        GOING = "going", _("Under way")
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="runs")
    of_version = models.ForeignKey(AutomationVersion, on_delete=models.PROTECT, null=True, related_name="runs")
    trial = models.JSONField(null=True)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="automation_runs")
    event = models.ForeignKey(Event, on_delete=models.SET_NULL, null=True, related_name="+")
    occasion = models.CharField(max_length=120)
    chain = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State, default=State.GOING)
    stopped_because = models.CharField(max_length=12, blank=True)
    condition = models.JSONField(null=True)
    cursor = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["automation", "occasion"], name="run_once_per_occasion")]
        indexes = [
            models.Index(fields=["automation", "-created_at", "-id"], name="run_of_automation"),
            models.Index(fields=["automation", "partner", "-created_at"], name="run_of_partner"),
            models.Index(fields=["-created_at", "-id"], name="run_newest"),
            models.Index(fields=["-updated_at"], name="run_failed", condition=Q(state="failed")),
            models.Index(fields=["due_at"], name="run_waiting", condition=Q(state__in=["going", "waiting"])),
        ]

    def __str__(self) -> str:
        return f"{self.automation} · {self.partner}"

    def get_absolute_url(self) -> str:
        """Return the page of its trace in the console."""
        return reverse("console:automation_run", args=[self.pk])

    @property
    def definition(self) -> dict[str, Any]:
        """Return what it goes by."""
        if self.trial is not None:
            found: dict[str, Any] = self.trial
            return found
        assert self.of_version is not None
        return dict(self.of_version.definition)


class StepRun(models.Model):
    """What became of one step of a run; ``trace`` are the comparisons of a branch with the values they met."""

    class State(models.TextChoices):
        """Where a step stands."""

        DONE = "done", _("Done")
        WAITING = "waiting", _("Waiting")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=20)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State)
    told = models.TextField(blank=True)
    way = models.CharField(max_length=4, blank=True)
    trace = models.JSONField(null=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    error = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="step_once_per_run")]

    def __str__(self) -> str:
        return self.key


class Rehearsal(Entity):
    """What a definition would have done with the events of the last days. Nothing of it happened."""

    class State(models.TextChoices):
        """Where a rehearsal stands."""

        GOING = "going", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="rehearsals")
    definition = models.JSONField()
    days = models.PositiveSmallIntegerField()
    until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.GOING)
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    partners = models.PositiveIntegerField(default=0)
    actions = models.JSONField(default=dict)
    after = models.JSONField(null=True)
    error = models.TextField(blank=True)
    asked_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.automation}: {self.days}"

    def get_absolute_url(self) -> str:
        """Return its page in the console."""
        return reverse("console:automation_rehearsal", args=[self.pk])


class RehearsedRun(Entity):
    """What would have happened to one partner for one event; ``lines`` are sentences."""

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="runs")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    event_at = models.DateTimeField()
    lines = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["rehearsal", "-event_at", "-id"], name="rehearsed_newest")]

    def __str__(self) -> str:
        return f"{self.partner}"
