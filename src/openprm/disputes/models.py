"""The tables of disputes; what must not be, they refuse."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from openprm.deals.models import DealRegistration
from openprm.disputes import words
from openprm.disputes.lifecycle import ENDED, OPEN, WITH_VENDOR, State
from openprm.disputes.rules import APPEAL, FIRST, KNOWN_CODES, Outcome, Remedy, Subject
from openprm.kernel.ids import reference
from openprm.kernel.models import Entity
from openprm.partners.models import Partner

CLOCK_RUNS = Q(state__in=sorted(WITH_VENDOR))


def new_reference() -> str:
    """Return a random reference of a dispute."""
    return reference("DP")


def new_review_reference() -> str:
    """Return a random reference of a review."""
    return reference("RV")


class Dispute(Entity):
    """A partner's case against a verdict or a decision about its deal.

    ``contested_since`` is when that was told: the same decision is contested once. ``contested_id`` is the row of
    another feature that holds it (``kernel/contests.py``), if one does. ``due_at`` stands still while the partner is
    asked for evidence. ``remedy`` is what the latest decision demands; ``remedy_days`` for how long, where it says so.
    """

    reference = models.CharField(max_length=16, unique=True, default=new_reference, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="disputes")
    deal = models.ForeignKey(DealRegistration, on_delete=models.PROTECT, related_name="disputes")
    subject = models.CharField(max_length=16, choices=[(s.value, s.value) for s in Subject])
    contested_since = models.DateTimeField()
    contested_id = models.UUIDField(null=True)
    opened_by = models.UUIDField(null=True)
    opened_by_name = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State], default=State.OPENED)
    state_since = models.DateTimeField()
    level = models.PositiveSmallIntegerField(default=FIRST)
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_text = models.TextField(max_length=4000, blank=True)
    first_decider = models.UUIDField(null=True)
    appeal_decider = models.UUIDField(null=True)
    appeal_until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=[(o.value, o.value) for o in Outcome], blank=True)
    remedy = models.CharField(max_length=8, choices=[(r.value, r.value) for r in Remedy], default=Remedy.NONE)
    remedy_days = models.PositiveSmallIntegerField(null=True)
    remedy_done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["partner", "-created_at"], name="dispute_partner"),
            models.Index(fields=["-created_at", "-id"], name="dispute_newest"),
            models.Index(fields=["due_at"], name="dispute_clock", condition=CLOCK_RUNS),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="dispute_state_is_known"),
            models.CheckConstraint(condition=Q(level__in=[FIRST, APPEAL]), name="dispute_has_two_levels"),
            models.UniqueConstraint(
                fields=["deal", "subject"], condition=Q(state__in=sorted(OPEN)), name="dispute_one_open"
            ),
            models.UniqueConstraint(
                fields=["deal", "subject", "contested_since"],
                condition=~Q(state=State.WITHDRAWN),
                name="dispute_contested_once",
            ),
            models.CheckConstraint(
                condition=Q(first_decider__isnull=True)
                | Q(appeal_decider__isnull=True)
                | ~Q(appeal_decider=F("first_decider")),
                name="dispute_appeal_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "appealed", "decided_on_appeal", "closed"])
                | (Q(first_decider__isnull=False, appeal_until__isnull=False) & ~Q(outcome="")),
                name="dispute_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.EVIDENCE_REQUESTED) | (Q(asked_at__isnull=False) & ~Q(asked_text="")),
                name="dispute_asks_something",
            ),
            models.CheckConstraint(
                condition=~Q(subject=Subject.EXTENSION) | Q(contested_id__isnull=False),
                name="dispute_names_the_extension",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.deal.customer_name}".strip()

    def get_absolute_url(self) -> str:
        """Return the page of this case in the portal."""
        return reverse("portal:dispute", args=[self.pk])

    @property
    def console_url(self) -> str:
        """Return the page of this case in the console."""
        return reverse("console:dispute", args=[self.pk])

    @property
    def state_label(self) -> object:
        """Return the state in words."""
        return words.STATES[State(self.state)]

    @property
    def subject_label(self) -> object:
        """Return what is contested, in words."""
        return words.SUBJECTS[Subject(self.subject)]

    @property
    def level_label(self) -> object:
        """Return the level in words."""
        return words.LEVELS[self.level]

    @property
    def outcome_label(self) -> object:
        """Return the latest outcome in words."""
        return words.OUTCOMES[Outcome(self.outcome)] if self.outcome else ""

    @property
    def remedy_label(self) -> object:
        """Return what the latest decision demands, in words."""
        return words.remedy(Remedy(self.remedy), self.remedy_days)

    @property
    def remedy_is_due(self) -> bool:
        """Say whether a decision demands something that nobody has done yet."""
        return self.remedy != Remedy.NONE and self.remedy_done_at is None

    @property
    def is_ended(self) -> bool:
        """Say whether nothing more can come of it."""
        return self.state in ENDED

    @property
    def clock_runs(self) -> bool:
        """Say whether the vendor is at turn."""
        return self.state in WITH_VENDOR


class Statement(Entity):
    """What partner and vendor say to each other in a case; its files are stored files of this row."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="statements")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)
    author_side = models.CharField(max_length=8)
    text = models.TextField(max_length=4000)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="statement_says_something")]

    def __str__(self) -> str:
        return self.text[:80]


class Note(Entity):
    """What the vendor's people write for each other; no partner's transaction can read this table."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="notes")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)
    text = models.TextField(max_length=4000)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="dispute_note_says_something")]

    def __str__(self) -> str:
        return self.text[:80]


class Decision(Entity):
    """The answer of one level: outcome, coded reason, words, and what it demands. One for each level."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="decisions")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=[(o.value, o.value) for o in Outcome])
    code = models.CharField(max_length=40)
    text = models.TextField(max_length=4000)
    remedy = models.CharField(max_length=8, choices=[(r.value, r.value) for r in Remedy], default=Remedy.NONE)
    remedy_days = models.PositiveSmallIntegerField(null=True)
    decided_by = models.UUIDField()
    decided_by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "level"], name="decision_one_each_level"),
            models.CheckConstraint(condition=Q(level__in=[FIRST, APPEAL]), name="decision_level_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="decision_gives_its_words"),
            models.CheckConstraint(
                condition=Q(code__in=sorted(KNOWN_CODES)),
                name="decision_code_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_label}: {self.code_label}"

    @property
    def outcome_label(self) -> object:
        """Return the outcome in words."""
        return words.OUTCOMES[Outcome(self.outcome)]

    @property
    def code_label(self) -> object:
        """Return the coded reason in words."""
        return words.code(self.code)

    @property
    def level_label(self) -> object:
        """Return the level in words."""
        return words.LEVELS[self.level]

    @property
    def remedy_label(self) -> object:
        """Return what it demands, in words."""
        return words.remedy(Remedy(self.remedy), self.remedy_days)


class Review(Entity):
    """A look at a registration, as its holder is told: add evidence if you like. It says nothing about why."""

    reference = models.CharField(max_length=16, unique=True, default=new_review_reference, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="registration_reviews")
    deal = models.ForeignKey(DealRegistration, on_delete=models.PROTECT, related_name="reviews")
    text = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_name = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal"], condition=Q(closed_at__isnull=True), name="review_one_open")
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Return the page of this review in its holder's portal."""
        return reverse("portal:registration_review", args=[self.pk])


class Hearing(Entity):
    """Which review a dispute has asked for. The vendor's alone: it would tell two partners of each other."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="hearings")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="hearings")
    asked_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispute", "review"], name="hearing_once")]

    def __str__(self) -> str:
        return f"{self.dispute_id} / {self.review_id}"
