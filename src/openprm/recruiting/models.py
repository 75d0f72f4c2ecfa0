"""Application forms, applications with what is said about them, origins of partners, and the public directory."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openprm.kernel.entity import Entity
from openprm.kernel.ids import reference
from openprm.partners.models import Partner
from openprm.recruiting import words
from openprm.recruiting.fields import full
from openprm.recruiting.lifecycle import EDITABLE, ENDED, OPEN, WITH_VENDOR, State
from openprm.recruiting.rules import ALWAYS
from openprm.recruiting.shapes import FormDefinition, FormQuestion


def new_reference() -> str:
    """Return a random reference of an application."""
    return reference("AP")


class ApplicationForm(Entity):
    """A form that companies fill in to become partners in a programme.

    ``definition`` is a ``shapes.Definition``. ``programme`` is the programme's code; ``target_hours`` is by when a
    submitted application should be decided; ``approve_as`` is where the new partner stands.
    """

    class State(models.TextChoices):
        """Whether the public can apply."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CLOSED = "closed", _("Closed")

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    programme = models.CharField(max_length=80, blank=True)
    intro = models.TextField(blank=True, max_length=4000)
    closed_text = models.TextField(blank=True, max_length=1000)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    target_hours = models.PositiveIntegerField(default=72)
    approve_as = models.CharField(max_length=12, default=Partner.Status.ACTIVE)
    definition = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["order", "title"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="application_form_has_a_title"),
            models.CheckConstraint(
                condition=Q(approve_as__in=["applicant", "active"]), name="application_form_approves_as_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def asks(self) -> FormDefinition:
        """Return the definition as its shape."""
        return FormDefinition.model_validate(self.definition)

    @property
    def questions(self) -> list[FormQuestion]:
        """Return every question with its words, those of the first step first."""
        return [full(one) for one in (*ALWAYS, *self.asks.questions)]

    @property
    def steps(self) -> list[tuple[str, list[FormQuestion]]]:
        """Return the steps after the first one; nameless when the form names none."""
        return [(name, [full(one) for one in questions]) for name, questions in self.asks.steps]

    def get_absolute_url(self) -> str:
        """Return the form's page in the console."""
        return reverse("console:application_form", args=[self.pk])

    @property
    def public_url(self) -> str:
        """Return where the public applies."""
        return reverse("apply", args=[self.code])


class Application(Entity):
    """One company's application. ``partner`` is there once it is approved.

    ``step`` is the furthest step that was saved; ``stopped_at`` the question that waits there. ``origin`` keeps the
    words of the first visit's address (campaign, medium, reference), ``findings`` what was found out without asking.
    """

    reference = models.CharField(max_length=16, unique=True, default=new_reference, editable=False)
    form = models.ForeignKey(ApplicationForm, on_delete=models.PROTECT, related_name="applications")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, related_name="applications")
    state = models.CharField(max_length=10, choices=list(words.STATES.items()), default=State.STARTED)
    state_since = models.DateTimeField()
    email = models.EmailField(blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_title = models.CharField(max_length=120, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    locale = models.CharField(max_length=12, blank=True)
    company = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)
    answers = models.JSONField(default=dict)
    asked = models.JSONField(default=list)
    consents = models.JSONField(default=list)
    source = models.CharField(max_length=12, choices=list(words.SOURCES.items()), default="direct")
    campaign = models.CharField(max_length=120, blank=True)
    origin = models.JSONField(default=dict)
    step = models.PositiveSmallIntegerField(default=0)
    stopped_at = models.CharField(max_length=40, blank=True)
    verified_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    assessed_at = models.DateTimeField(null=True)
    score = models.IntegerField(default=0)
    score_lines = models.JSONField(default=list)
    duplicates = models.JSONField(default=list)
    duplicate_count = models.PositiveSmallIntegerField(default=0)
    findings = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    automatic = models.BooleanField(default=False)
    decision_why = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="application_queue"),
            models.Index(fields=["form", "created_at"], name="application_of_form"),
            models.Index(fields=["-created_at", "-id"], name="application_newest"),
            models.Index(Lower("email"), name="application_email"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(partner__isnull=False), name="application_approved_made_a_partner"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["started", "unverified", "withdrawn", "forgotten"])
                | (Q(submitted_at__isnull=False) & Q(verified_at__isnull=False)),
                name="application_counts_once_verified",
            ),
        ]

    def __str__(self) -> str:
        return self.company or self.email or self.reference

    def get_absolute_url(self) -> str:
        """Return the application's page in the console."""
        return reverse("console:application", args=[self.pk])

    @property
    def source_label(self) -> str:
        """Return by which way it came, in words."""
        return str(words.SOURCES.get(self.source, self.source))

    @property
    def state_label(self) -> str:
        """Return the state in words."""
        return str(words.STATES[self.state])

    @property
    def is_editable(self) -> bool:
        """Say whether the applicant still writes."""
        return self.state in EDITABLE

    @property
    def is_open(self) -> bool:
        """Say whether it waits for a decision."""
        return self.state in OPEN

    @property
    def is_ended(self) -> bool:
        """Say whether nothing more happens."""
        return self.state in ENDED

    def is_late(self, at: datetime) -> bool:
        """Say whether it should have been decided by now."""
        return self.state in WITH_VENDOR and self.due_at is not None and self.due_at <= at

    @property
    def reason_label(self) -> str:
        """Return the coded reason in words."""
        return str(words.REASONS.get(self.reason, ""))

    @property
    def shown(self) -> list[dict[str, Any]]:
        """Return the questions as they were asked, each with the answer in words."""
        return list(self.asked)


class ApplicationLink(Entity):
    """A secret address at which an application is opened; only its hash is kept.

    One that was sent by e-mail proves the mailbox to be the applicant's; the one that a browser got when it began
    does not.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="links")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    by_mail = models.BooleanField(default=False)
    expires_at = models.DateTimeField()


class ApplicationMessage(Entity):
    """Something said about an application: a question or answer, which the applicant reads, or an internal note."""

    class Kind(models.TextChoices):
        """Who says it to whom."""

        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")
        NOTE = "note", _("Note")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField(max_length=5000)
    author_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["created_at", "id"]


class PartnerOrigin(Entity):
    """By which way a partner came."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="origin")
    source = models.CharField(max_length=12, choices=list(words.SOURCES.items()))
    campaign = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return str(words.SOURCES.get(self.source, self.source))


class Listing(Entity):
    """What the public directory tells of a partner who wishes to be listed."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="listing")
    listed = models.BooleanField(default=False)
    description = models.TextField(blank=True, max_length=1500)
    show_website = models.BooleanField(default=True)
    agreed_by_name = models.CharField(max_length=200, blank=True)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(listed=False) | Q(agreed_at__isnull=False), name="listing_was_agreed_to"
            ),
        ]


class PartnerImport(Entity):
    """A file of partners and people. ``mapping`` says which column (from 0) is which field."""

    class State(models.TextChoices):
        """Where an import stands."""

        UPLOADED = "uploaded", _("To be checked")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Stopped")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=State, default=State.UPLOADED)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    invite = models.BooleanField(default=False)
    status = models.CharField(max_length=12, default=Partner.Status.ACTIVE)
    position = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """Return the import's page."""
        return reverse("console:partner_import", args=[self.pk])

    @property
    def done(self) -> int:
        """Return how many rows were looked at."""
        return self.created + self.updated + self.unchanged + self.failed

    @property
    def may_be_undone(self) -> bool:
        """Tell whether it can be taken back now, also where that was begun and has stopped."""
        stopped = self.state == self.State.UNDOING and bool(self.problem)
        return stopped or self.state in (self.State.FINISHED, self.State.FAILED)

    def rows_to_undo(self) -> "models.QuerySet[PartnerImportRow]":
        """Return the rows that did something and were not looked at since to be taken back."""
        done = self.rows.filter(outcome__in=["created", "updated", "unchanged"])
        return done.filter(undone_at=None, kept_because="")


class PartnerImportRow(models.Model):
    """What became of a row; ``before`` is what undoing restores."""

    id = models.BigAutoField(primary_key=True)
    parent = models.ForeignKey(PartnerImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=9)
    partner = models.ForeignKey(Partner, on_delete=models.SET_NULL, null=True, related_name="+")
    version_after = models.PositiveIntegerField(null=True)
    before = models.JSONField(null=True)
    person_id = models.UUIDField(null=True)
    invitation_id = models.UUIDField(null=True)
    problem = models.TextField(blank=True)
    values = models.JSONField(null=True)
    kept_because = models.CharField(max_length=300, blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parent", "number"], name="partner_import_row_once")]
