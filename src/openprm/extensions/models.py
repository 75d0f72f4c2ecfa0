"""The tables of activities, extension requests and their rules."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from openprm.deals.models import DealRegistration, everybody
from openprm.extensions import words
from openprm.extensions.rules import DECLINED_BECAUSE, Allowed, Kind, Terms, logged_late
from openprm.kernel.codes import Coded
from openprm.kernel.files.models import StoredFile
from openprm.kernel.models import Entity
from openprm.kernel.ui.tones import Status
from openprm.partners.models import Partner


class Activity(Entity):
    """Something that was done about a deal: logged once, never changed.

    ``message_id`` names the e-mail it came with, ``left_out`` the attachments of that which could not be kept.
    """

    class Source(models.TextChoices):
        """By which way it was logged."""

        PAGE = "page"
        API = "api"
        MAIL = "mail"

    deal = models.ForeignKey(DealRegistration, on_delete=models.CASCADE, related_name="activities")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Kind])
    happened_at = models.DateTimeField()
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=20_000, blank=True)
    source = models.CharField(max_length=4, choices=Source.choices)
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)
    author_side = models.CharField(max_length=8)
    message_id = models.CharField(max_length=300, blank=True)
    left_out = models.JSONField(default=list)

    class Meta:
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["deal", "-happened_at"], name="activity_of_deal")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="activity_says_something"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="activity_kind_is_known"),
            models.UniqueConstraint(
                fields=["deal", "message_id"], condition=~Q(message_id=""), name="activity_once_per_message"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> object:
        """Return the kind in words."""
        return words.KINDS[Kind(self.kind)]

    @property
    def icon(self) -> str:
        """Return the icon of the kind."""
        return words.KIND_ICONS[Kind(self.kind)]

    @property
    def is_late(self) -> bool:
        """Say whether it was logged so long after it happened that no rule takes its word."""
        return logged_late(self.happened_at, self.created_at)

    @property
    def files(self) -> models.QuerySet[StoredFile]:
        """Return what was attached."""
        return StoredFile.objects.filter(owner_type=self._meta.label, owner_id=self.pk).order_by("pk")


class ExtensionRequest(Entity):
    """A partner's wish for a longer protection, and what became of it."""

    class State(models.TextChoices):
        """Where it stands."""

        PENDING = "pending"
        GRANTED = "granted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    deal = models.ForeignKey(DealRegistration, on_delete=models.CASCADE, related_name="extensions")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField()
    reason = models.TextField(max_length=2000)
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=200)
    end_before = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    rule = models.CharField(max_length=120, blank=True)
    counted = models.PositiveSmallIntegerField(default=0)
    counted_days = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    automatic = models.BooleanField(default=False)
    code = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=2000, blank=True)
    granted_days = models.PositiveSmallIntegerField(null=True)
    end_after = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "end_before"], name="extension_queue"),
            models.Index(fields=["-created_at", "-id"], name="extension_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["deal"], condition=Q(state="pending"), name="extension_one_pending"),
            models.CheckConstraint(condition=Q(days__gte=1), name="extension_asks_for_days"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(state="declined") | Q(code__in=DECLINED_BECAUSE), name="extension_declined_with_a_code"
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(granted_days__isnull=False, end_after__isnull=False),
                name="extension_granted_until",
            ),
        ]

    def __str__(self) -> str:
        return str(self.deal)

    @property
    def status(self) -> Status:
        """Return where it stands, as a badge says it."""
        return Status(words.STATES[self.state], words.TONES[self.state])

    @property
    def state_label(self) -> object:
        """Return where it stands, in words."""
        return words.STATES[self.state]

    @property
    def code_label(self) -> object:
        """Return why it was declined, in words."""
        return words.CODES.get(self.code, self.code)

    @property
    def is_pending(self) -> bool:
        """Say whether it waits for a decision."""
        return self.state == self.State.PENDING


class ExtensionRule(Coded):
    """Which partners may extend their deals how often, and when nobody has to decide. The first that fits counts."""

    name = models.CharField(max_length=120)
    enabled = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=10)
    audience = models.JSONField(default=everybody)
    allowed = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Allowed])
    most_days = models.PositiveSmallIntegerField(default=30)
    grant_from = models.PositiveSmallIntegerField(default=0)
    grant_days = models.PositiveSmallIntegerField(default=30)
    kinds = ArrayField(models.CharField(max_length=12), default=list)
    quiet_days = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(most_days__gte=1, most_days__lte=730), name="extension_rule_one_to_730_days"
            ),
            models.CheckConstraint(condition=Q(grant_days__gte=1), name="extension_rule_looks_back"),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=[kind.value for kind in Kind]), name="extension_rule_knows_kinds"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def terms(self) -> Terms:
        """Return what it says, as plain values."""
        return Terms(
            allowed=Allowed(self.allowed),
            most_days=self.most_days,
            grant_from=self.grant_from,
            grant_days=self.grant_days,
            kinds=frozenset(self.kinds),
            quiet_days=self.quiet_days,
        )


class InboundMail(Entity):
    """What came to deals' addresses, and what became of it: the vendor's own log, without the text."""

    class Outcome(models.TextChoices):
        """What became of it."""

        LOGGED = "logged"
        REPEATED = "repeated"
        REFUSED = "refused"

    deal = models.ForeignKey(DealRegistration, on_delete=models.SET_NULL, null=True, related_name="+")
    sender = models.CharField(max_length=320, blank=True)
    recipient = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=300, blank=True)
    size = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    code = models.CharField(max_length=40, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="inbound_newest")]

    def __str__(self) -> str:
        return self.subject or self.sender
