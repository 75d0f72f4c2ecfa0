"""The tables of journeys: templates as they are drawn, journeys as they run, and their tasks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse

from openprm.journeys import content, rules, words
from openprm.journeys.lifecycle import DONE, TO_DO, State
from openprm.journeys.lifecycle import Journey as JourneyState
from openprm.kernel.files.models import StoredFile
from openprm.kernel.models import Entity
from openprm.kernel.ui.tones import Status
from openprm.partners.models import Partner


class JourneyTemplate(Entity):
    """A journey as it is drawn. ``stages`` are being edited; ``published`` are what a journey that starts is made of.

    ``number`` counts the publications.
    """

    class State(models.TextChoices):
        """Whether it can be started."""

        DRAFT = "draft"
        PUBLISHED = "published"
        ARCHIVED = "archived"

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    stages = models.JSONField(default=list)
    published = models.JSONField(default=list)
    number = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="journey_template_has_a_name"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__gte=1) | Q(state="archived"),
                name="journey_template_published_counts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def drawn(self) -> list[content.StageDoc]:
        """Return the stages as they are being edited."""
        return content.read(self.stages)

    @property
    def in_force(self) -> list[content.StageDoc]:
        """Return the stages that a journey is started with."""
        return content.read(self.published)

    @property
    def has_edits(self) -> bool:
        """Say whether something was changed since it was published."""
        return self.number > 0 and self.stages != self.published

    @property
    def status(self) -> Status:
        """Return its state as a badge says it."""
        return Status(words.TEMPLATES[self.state], words.TEMPLATE_TONES[self.state])

    @property
    def url(self) -> str:
        """Return the address of its editor."""
        return reverse("console:journey_template", args=[self.pk])


def _code_while(state: str) -> Any:
    """Return a column that holds the template's code while a journey is in a state."""
    code = Case(When(state=state, then="code"), default=Value(""))
    return models.GeneratedField(expression=code, output_field=models.CharField(max_length=80), db_persist=True)


class Journey(Entity):
    """A journey of a partner: a copy of a template's stages, and where the partner is on it.

    ``origin`` is told by what started it, so that the same occasion starts nothing twice.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="journeys")
    template = models.ForeignKey(JourneyTemplate, on_delete=models.PROTECT, related_name="journeys")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    description = models.TextField(max_length=1000, blank=True)
    stages = models.JSONField(default=list)
    state = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in JourneyState], default=JourneyState.RUNNING
    )
    stage = models.CharField(max_length=40, blank=True)
    stage_since = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=200)
    progressed_at = models.DateTimeField()
    stuck_told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_text = models.CharField(max_length=500, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    origin = models.CharField(max_length=200, blank=True)
    running_code = _code_while(JourneyState.RUNNING)  # audiences ask for these
    completed_code = _code_while(JourneyState.COMPLETED)

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="journey_newest"),
            models.Index(fields=["state", "progressed_at"], name="journey_stuck"),
            models.Index(fields=["template", "state", "stage"], name="journey_board"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "template"], condition=Q(state="running"), name="journey_runs_once"
            ),
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="journey_once_per_origin"),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="journey_done_of_total"),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None) | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="journey_ended_or_runs",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        """Say whether it runs."""
        return self.state == JourneyState.RUNNING

    @property
    def stage_names(self) -> dict[str, str]:
        """Return the stages' names by key, in order."""
        return {stage["key"]: stage["name"] for stage in self.stages}

    @property
    def stage_name(self) -> str:
        """Return the name of the stage it is at."""
        return self.stage_names.get(self.stage, "")

    @property
    def state_label(self) -> Any:
        """Return its state in words."""
        return words.JOURNEYS[self.state]

    @property
    def status(self) -> Status:
        """Return its state as a badge says it."""
        return Status(self.state_label, words.JOURNEY_TONES[self.state])

    @property
    def console_url(self) -> str:
        """Return its page in the console."""
        return reverse("console:journey", args=[self.pk])

    @property
    def portal_url(self) -> str:
        """Return its page in the portal."""
        return reverse("portal:journey", args=[self.pk])


class Task(Entity):
    """Something to be done, by the partner or by somebody of its account team; of a journey, or by itself.

    ``detail`` is the task as it was drawn. ``opened_at`` is when it could first be begun; None while it waits for
    others. ``answers`` hold what was typed, also before it is handed in.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tasks")
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, null=True, related_name="tasks")
    stage = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    owner = models.CharField(max_length=40)
    optional = models.BooleanField(default=False)
    approval = models.BooleanField(default=False)
    depends_on = ArrayField(models.CharField(max_length=40), default=list)
    detail = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in State], default=State.PENDING)
    state_since = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    answers = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)
    said = models.TextField(max_length=2000, blank=True)  # why it was sent back or skipped
    given_by = models.CharField(max_length=200, blank=True)
    reminded_on = models.DateField(null=True)
    overdue_told_on = models.DateField(null=True)
    origin = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="task_newest"),
            models.Index(fields=["state", "due_on"], name="task_due"),
            models.Index(fields=["partner", "state"], name="task_of_partner"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["journey", "key"], name="task_key_in_journey"),
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="task_once_per_origin"),
            models.CheckConstraint(condition=~Q(title=""), name="task_has_a_title"),
            models.CheckConstraint(condition=~Q(state="action_required") | ~Q(said=""), name="task_returned_with_why"),
            models.CheckConstraint(
                condition=Q(state__in=["completed", "skipped"], ended_at__isnull=False)
                | (~Q(state__in=["completed", "skipped"]) & Q(ended_at=None)),
                name="task_ended_or_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def drawn(self) -> content.TaskDoc:
        """Return the task as it was drawn."""
        return content.TaskDoc.model_validate(self.detail)

    @property
    def is_done(self) -> bool:
        """Say whether nothing is left to do."""
        return self.state in DONE

    @property
    def is_open(self) -> bool:
        """Say whether it can be done now: it waits for no other task and is not done."""
        return self.opened_at is not None and not self.is_done

    @property
    def to_do(self) -> bool:
        """Say whether somebody has to do something now."""
        return self.opened_at is not None and self.state in TO_DO

    @property
    def turn(self) -> str:
        """Return who is next: "partner" or a role of the account team."""
        return rules.turn(state=State(self.state), kind=self.kind, owner=self.owner) if self.opened_at else ""

    @property
    def state_label(self) -> Any:
        """Return its state in words."""
        return words.STATES[self.state]

    @property
    def status(self) -> Status:
        """Return its state as a badge says it."""
        return Status(self.state_label, words.TONES[self.state], words.STATE_ICONS[self.state])

    @property
    def kind_label(self) -> Any:
        """Return its kind in words."""
        return words.kind(self.kind)

    @property
    def icon(self) -> str:
        """Return the icon of its kind."""
        return words.kind_icon(self.kind)

    @property
    def owner_label(self) -> Any:
        """Return in words whose task it is."""
        return words.OWNERS.get(self.owner, self.owner)

    @property
    def files(self) -> Sequence[StoredFile]:
        """Return what was uploaded, oldest first."""
        return list(StoredFile.objects.filter(owner_type=self._meta.label, owner_id=self.pk).order_by("pk"))

    @property
    def due(self) -> date | None:
        """Return the day it is due, while that still matters."""
        return None if self.is_done else self.due_on

    @property
    def console_url(self) -> str:
        """Return its page in the console."""
        return reverse("console:journey_task", args=[self.pk])

    @property
    def portal_url(self) -> str:
        """Return its page in the portal."""
        return reverse("portal:task", args=[self.pk])
