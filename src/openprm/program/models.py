"""The tables of programmes. What a programme says is in its versions; who stands where, and every move, has rows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ids import uuid7
from openprm.kernel.models import Entity
from openprm.partners.models import Partner
from openprm.program import definition as plain
from openprm.program.definition import Definition


class Programmes(models.Manager["Programme"]):
    """Programmes, and which of them are at work."""

    def in_force(self) -> models.QuerySet["Programme"]:
        """Return those that have a version in force and are not archived."""
        return self.filter(archived=False, versions__isnull=False).distinct()


class Programme(Entity):
    """A programme by its lasting code. ``name`` and ``place`` follow the version in force."""

    objects: ClassVar[Programmes] = Programmes()

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    place = models.PositiveSmallIntegerField(default=100)
    archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["place", "name"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=plain.CODE), name="programme_code_is_plain")]

    def __str__(self) -> str:
        return gettext(self.name)

    def get_absolute_url(self) -> str:
        """Return the page of this programme in the console."""
        return reverse("console:programme", args=[self.pk])


class ProgrammeVersion(Entity):
    """What a programme says. It is written once; the newest is in force, since ``created_at``."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    note = models.CharField(max_length=400, blank=True)
    changes = models.JSONField(default=list)
    published_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="programme_version_once")]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"

    @cached_property
    def says(self) -> Definition:
        """Return the definition."""
        return plain.load(self.definition)


class ProgrammeDraft(Entity):
    """The one draft of a programme's next version, and the version it began with."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="draft")
    base = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, null=True, related_name="+")
    definition = models.JSONField()
    changed_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"draft of {self.programme}"

    @cached_property
    def says(self) -> Definition:
        """Return the definition."""
        return plain.load(self.definition)


class TrialRun(Entity):
    """What a draft would do if it were published, found out for all members by a worker."""

    class State(models.TextChoices):
        """Where it stands."""

        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="trials")
    definition = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"trial of {self.programme}"


class Membership(Entity):
    """A partner in a programme, at a tier. ``set_aside`` is a tier that was proposed and rejected: not asked again."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="memberships")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="members")
    tier = models.CharField(max_length=40)
    tier_since = models.DateTimeField()
    reason = models.CharField(max_length=400, blank=True)
    grace_since = models.DateTimeField(null=True)
    grace_until = models.DateTimeField(null=True)
    held = models.BooleanField(default=False)
    held_until = models.DateTimeField(null=True)
    held_reason = models.CharField(max_length=400, blank=True)
    held_by = models.CharField(max_length=200, blank=True)
    steps = models.PositiveIntegerField(default=0)
    set_aside = models.CharField(max_length=40, blank=True)
    assessed_at = models.DateTimeField()

    class Meta:
        ordering = ["programme__place", "programme__name"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "programme"], name="member_once"),
            models.CheckConstraint(condition=~Q(held=True) | Q(grace_until__isnull=True), name="held_has_no_grace"),
            models.CheckConstraint(condition=~Q(held=True) | ~Q(held_reason=""), name="held_says_why"),
        ]
        indexes = [
            models.Index(fields=["programme", "tier"], name="member_tier"),
            models.Index(fields=["-created_at", "-id"], name="member_newest"),
            models.Index(fields=["grace_until"], name="member_grace", condition=Q(grace_until__isnull=False)),
            models.Index(fields=["held_until"], name="member_held", condition=Q(held_until__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.partner} · {self.programme}"

    def get_absolute_url(self) -> str:
        """Return the page of this standing in the console."""
        return reverse("console:standing", args=[self.pk])


class TierMove(models.Model):
    """A step in a member's history, as it happened. Rows are only added; ``programme replay`` recomputes them.

    ``step`` counts a partner's steps in a programme: several can happen at one moment.
    """

    class Kind(models.TextChoices):
        """What happened."""

        JOINED = "joined", _("Joined")
        RAISED = "raised", _("Raised")
        LOWERED = "lowered", _("Lowered")
        GRACE = "grace", _("Grace began")
        RECOVERED = "recovered", _("Grace ended well")
        HELD = "held", _("Set by hand")
        RELEASED = "released", _("No longer set by hand")
        LEFT = "left", _("Left")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="tier_moves")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="moves")
    step = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    grace_until = models.DateTimeField(null=True)
    version_number = models.PositiveIntegerField()
    why = models.JSONField(default=list)
    reason = models.CharField(max_length=400, blank=True)
    actor = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-step"]
        constraints = [models.UniqueConstraint(fields=["partner", "programme", "step"], name="move_step_once")]
        indexes = [
            models.Index(fields=["partner", "programme", "-at"], name="move_partner"),
            models.Index(fields=["-at", "-id"], name="move_time"),
            models.Index(fields=["programme", "kind", "-at"], name="move_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.before} → {self.after}"


class Proposal(Entity):
    """A move that a programme under review would make; somebody approves or rejects it."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Open")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        OUTDATED = "outdated", _("No longer due")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="proposals")
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
    why = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["membership"], condition=Q(state="open"), name="one_open_proposal"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.before} → {self.after}"


class BenefitGrant(Entity):
    """A benefit given, or one of the tier's withheld, by hand or by an action, beside what the tier gives.

    ``key`` makes an action idempotent. ``code`` is the benefit's code where one of the tier is withheld. ``over`` says
    that its end was announced.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="benefit_grants")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    withheld = models.BooleanField(default=False)
    benefit = models.JSONField(default=dict)
    reason = models.CharField(max_length=400)
    given_by = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    over = models.BooleanField(default=False)
    key = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        indexes = [
            models.Index(fields=["partner", "programme"], name="grant_partner"),
            models.Index(fields=["until"], condition=Q(over=False, until__isnull=False), name="grant_running_out"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="grant_ends_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="grant_says_why"),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="grant_once_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.code}"


class CustomKpi(Entity):
    """A figure that the vendor made up: its values come by hand, API or import."""

    class Unit(models.TextChoices):
        """What its numbers are."""

        COUNT = "count", _("Count")
        MONEY = "money", _("Money")
        PERCENT = "percent", _("Percent")
        SCORE = "score", _("Score")

    code = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    unit = models.CharField(max_length=8, choices=Unit, default=Unit.COUNT)

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """Return its key among the KPIs."""
        return f"custom.{self.code}"


class KpiValue(Entity):
    """A number about a partner that no feature counts: from whom, since when and until when it holds."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="kpi_values")
    kpi = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=16, decimal_places=2)
    source = models.CharField(max_length=120)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True)
    note = models.CharField(max_length=400, blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-valid_from", "-id"]
        indexes = [
            models.Index(fields=["kpi", "partner", "source", "-valid_from"], name="kpi_value_latest"),
            models.Index(fields=["-created_at", "-id"], name="kpi_value_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")), name="kpi_value_ends_later"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="kpi_value_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi}: {self.value}"


class Figure(models.Model):
    """A KPI of a partner as it is now (rolling ones over twelve months), kept for audiences; none means zero."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="figures")
    kpi = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "kpi"], name="figure_once")]
        indexes = [models.Index(fields=["kpi", "value"], name="figure_value")]

    def __str__(self) -> str:
        return f"{self.kpi}: {self.value}"


class ExchangeRate(Entity):
    """What one unit of a currency is worth in the reporting currency."""

    currency = models.CharField(max_length=3, unique=True)
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        ordering = ["currency"]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="rate_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.currency}: {self.rate}"
