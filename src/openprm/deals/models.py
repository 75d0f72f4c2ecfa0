"""The tables of deal registration; what must not be, they refuse."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openprm.customers.models import Account, ProductLine
from openprm.deals import words
from openprm.deals.lifecycle import CLOSED, OPEN, UNDECIDED, State
from openprm.deals.rules import Level, Reason
from openprm.engagement import versions
from openprm.engagement.models import RuleSet
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.codes import Coded
from openprm.kernel.ids import reference
from openprm.kernel.models import Entity
from openprm.partners import tiers
from openprm.partners.models import Partner


def new_reference() -> str:
    """Return a random reference for people."""
    return reference("DR")


def everybody() -> dict[str, object]:
    """Return the audience of all partners."""
    return dict(EVERYBODY)


class DealRegistration(Entity):
    """A partner's claim on a sale.

    ``account`` is who the customer turned out to be, known from submission on. ``verdict`` and ``verdict_reasons`` are
    what the partner was told at submission, or anew when it answered a question, at ``verdict_at``, by the version
    ``rules`` of the rules of engagement. ``asked_fields`` are open for the partner while action is required. No reader
    is shown ``account`` or ``notices``, those given (``rules.notice_mark``); they change without raising the version.
    """

    UNSEEN = ("account_id",)

    reference = models.CharField(max_length=16, unique=True, default=new_reference, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="deals")
    owner = models.ForeignKey("accounts.Person", on_delete=models.SET_NULL, null=True, related_name="deals")
    owner_name = models.CharField(max_length=200, blank=True)

    customer_name = models.CharField(max_length=300, blank=True)
    website = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)
    product_lines = models.ManyToManyField(ProductLine, through="DealLine", related_name="deals")
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    close_date = models.DateField(null=True)
    contact = models.CharField(max_length=200, blank=True)
    description = models.TextField(max_length=4000, blank=True)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="deals")
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in State], default=State.DRAFT)
    state_since = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=8, choices=[(v.value, v.value) for v in Level], blank=True)
    verdict_reasons = models.JSONField(default=list)
    verdict_at = models.DateTimeField(null=True)
    rules = models.ForeignKey(RuleSet, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.TextField(max_length=4000, blank=True)
    asked_fields = ArrayField(models.CharField(max_length=40), default=list)
    asked_text = models.TextField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    automatic = models.BooleanField(default=False)
    protected_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_code = models.CharField(max_length=40, blank=True)
    closing_text = models.TextField(max_length=2000, blank=True)
    notices = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["partner", "-created_at"], name="deal_partner"),
            models.Index(fields=["partner", "state"], name="deal_partner_state"),
            models.Index(fields=["state", "submitted_at"], name="deal_queue"),
            models.Index(fields=["account", "state"], name="deal_account"),
            models.Index(fields=["-created_at", "-id"], name="deal_newest"),
            models.Index(fields=["protected_until"], name="deal_ending", condition=Q(state=State.APPROVED)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="deal_state_is_known"),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="deal_value_not_negative"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | Q(account__isnull=False, submitted_at__isnull=False, value__isnull=False)
                & ~Q(customer_name="")
                & ~Q(verdict=""),
                name="deal_complete_once_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "duplicate", "withdrawn", "lost", "expired"]) | ~Q(closing_code=""),
                name="deal_closed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.APPROVED) | Q(protected_until__isnull=False, decided_at__isnull=False),
                name="deal_approved_is_protected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.customer_name}".strip()

    def get_absolute_url(self) -> str:
        """Return the page of this deal in the portal."""
        return reverse("portal:deal", args=[self.pk])

    @property
    def console_url(self) -> str:
        """Return the page of this deal in the console."""
        return reverse("console:deal", args=[self.pk])

    @property
    def state_label(self) -> object:
        """Return the state in words."""
        return words.STATES[State(self.state)]

    @property
    def verdict_label(self) -> object:
        """Return the verdict in words."""
        return words.LEVELS[Level(self.verdict)] if self.verdict else ""

    @property
    def closing_label(self) -> object:
        """Return the closing reason in words."""
        return words.code(self.closing_code) if self.closing_code else ""

    @property
    def reasons(self) -> list[words.Said]:
        """Return the reasons given with the verdict, in words."""
        return [words.said(Reason(**reason), self.rules_id) for reason in self.verdict_reasons]

    @property
    def rules_version(self) -> versions.Version | None:
        """Return the version of the rules of engagement that gave the verdict, where one was kept."""
        return versions.version(self.rules_id) if self.rules_id else None

    @property
    def is_undecided(self) -> bool:
        """Say whether a decision is still to come."""
        return self.state in UNDECIDED

    @property
    def is_open(self) -> bool:
        """Say whether it is with the vendor or protected."""
        return self.state in OPEN

    @property
    def is_closed(self) -> bool:
        """Say whether nothing more can come of it."""
        return self.state in CLOSED


class DealLine(Entity):
    """A product line that a deal is about."""

    deal = models.ForeignKey(DealRegistration, on_delete=models.CASCADE, related_name="lines")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    product_line = models.ForeignKey(ProductLine, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "product_line"], name="deal_line_once")]

    def __str__(self) -> str:
        return str(self.product_line)


class Protection(Entity):
    """A customer and product line that is one partner's for a time. Two can never overlap: the table refuses.

    ``identity`` is the account that stands for all that count as one customer; the database sets it with the account.
    None is for protections that had ended before their customer's identity changed.
    """

    deal = models.ForeignKey(DealRegistration, on_delete=models.CASCADE, related_name="protections")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="protections")
    product_line = models.ForeignKey(ProductLine, on_delete=models.PROTECT, related_name="+")
    period = DateTimeRangeField()
    identity = models.UUIDField(null=True, editable=False)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="protection_never_overlaps",
                expressions=[
                    (F("identity"), RangeOperators.EQUAL),
                    (F("product_line"), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} / {self.product_line}"


class ProtectionWindow(Entity):
    """How many days deals are protected: for a tier ("" for all), a product line (None for all), or both."""

    tier = models.CharField(max_length=40, blank=True)
    product_line = models.ForeignKey(ProductLine, on_delete=models.CASCADE, null=True, related_name="+")
    days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["product_line__name", "tier"]
        constraints = [
            models.UniqueConstraint(fields=["tier", "product_line"], nulls_distinct=False, name="window_once"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=730), name="window_is_one_to_730_days"),
            models.CheckConstraint(condition=~Q(tier="", product_line__isnull=True), name="window_says_for_what"),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.product_line, self.tier and self.get_tier_display()) if part)

    def get_tier_display(self) -> str:
        """Return the tier's name."""
        return tiers.label(self.tier)


class Comment(Entity):
    """What partner and vendor say to each other about a deal."""

    deal = models.ForeignKey(DealRegistration, on_delete=models.CASCADE, related_name="comments")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)
    author_side = models.CharField(max_length=8)
    text = models.TextField(max_length=4000)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]

    def __str__(self) -> str:
        return self.text[:80]


class InternalNote(Entity):
    """What the vendor's people write for each other; no partner's transaction can read this table."""

    deal = models.ForeignKey(DealRegistration, on_delete=models.CASCADE, related_name="internal_notes")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)
    text = models.TextField(max_length=4000)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="internal_note_says_something")]

    def __str__(self) -> str:
        return self.text[:80]


class ApprovalRule(Coded):
    """Which deals need nobody to decide: for whom (an audience of partners), up to what value, at which verdicts."""

    name = models.CharField(max_length=120)
    enabled = models.BooleanField(default=True)
    audience = models.JSONField(default=everybody)
    most = models.DecimalField(_("maximum value"), max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    levels = ArrayField(models.CharField(max_length=8))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(most__gte=0), name="approval_rule_limit_not_negative"),
            models.CheckConstraint(
                condition=Q(levels__contained_by=[Level.CLEAR, Level.POSSIBLE]), name="approval_rule_never_blocked"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RulesPreview(Entity):
    """How the registrations of a range would have fared under other rules of engagement; kept for a while.

    ``moves`` counts them by their verdict before and after: ``[["blocked", "possible", 12], …]``.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    since = models.DateField()
    until = models.DateField()
    base = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    moves = models.JSONField(default=list)
    asked_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.since} – {self.until}"

    def get_absolute_url(self) -> str:
        """Return the page of this preview in the console."""
        return reverse("console:engagement_preview_result", args=[self.pk])

    @property
    def moved(self) -> int:
        """Return how many would have been answered differently."""
        return sum(count for before, after, count in self.moves if before != after)


class PreviewRow(models.Model):
    """A registration that a preview answers differently."""

    id = models.BigAutoField(primary_key=True)
    preview = models.ForeignKey(RulesPreview, on_delete=models.CASCADE, related_name="rows")
    deal = models.ForeignKey(DealRegistration, on_delete=models.CASCADE, related_name="+")
    before = models.CharField(max_length=8)
    after = models.CharField(max_length=8)

    class Meta:
        indexes = [models.Index(fields=["preview", "id"], name="preview_row_order")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
