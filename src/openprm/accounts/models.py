"""People, roles, invitations and tokens."""

from datetime import datetime
from typing import ClassVar, Literal
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openprm.kernel.entity import Entity

ADMIN = "admin"

# A company in one of these states has no access; the words are those of partners.Partner.status.
SHUT_OUT = ("suspended", "terminated")


class Side(models.TextChoices):
    """Whom somebody works for."""

    VENDOR = "vendor", _("Vendor")
    PARTNER = "partner", _("Partner")


class Role(Entity):
    """A bundle of permissions of one side: ``grants`` maps a verb to its scope.

    ``offered`` are the verbs this role was given by default at some time, so that one taken away stays away.
    """

    side = models.CharField(max_length=8, choices=Side)
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    grants = models.JSONField(default=dict)
    offered = models.JSONField(default=list, editable=False)
    built_in = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["-side", "order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["side", "key"], name="role_once_per_side"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="role_side_known"),
        ]

    def __str__(self) -> str:
        return gettext(self.name) if self.built_in else self.name


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their e-mail address, however it is written."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person with this e-mail address."""
        return self.get(email=normalised(username or ""))

    def able(self) -> models.QuerySet["Person"]:
        """Return the people who can sign in: active, and of a company that has access."""
        return self.filter(is_active=True).exclude(partner__status__in=SHUT_OUT)


class Person(Entity, AbstractBaseUser):
    """Somebody who can sign in. ``partner`` is null for the vendor's own people.

    ``epoch`` is part of what a session is bound to: raising it ends all of this person's sessions.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    manager = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    roles = models.ManyToManyField(Role, related_name="people")
    is_active = models.BooleanField(default=True)
    locale = models.CharField(_("language"), max_length=12, blank=True)
    timezone = models.CharField(_("time zone"), max_length=60, blank=True)
    last_seen_at = models.DateTimeField(null=True, editable=False)
    epoch = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        ordering = ["name", "email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["partner", "name"], name="person_of_partner")]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="person_email_lower_case"),
            models.CheckConstraint(condition=~Q(manager=models.F("id")), name="person_not_own_manager"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def side(self) -> Literal["vendor", "partner"]:
        """Say whom this person works for."""
        return "partner" if self.partner_id else "vendor"

    def get_full_name(self) -> str:
        """Return the name, as Django's parts ask for it."""
        return self.name

    def get_session_auth_hash(self) -> str:
        """Return what a session is bound to: the password and the epoch."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> list[str]:
        """Return the same under secrets that were in use before."""
        from django.conf import settings

        return [self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS]

    def _session_hash(self, secret: str | bytes | None) -> str:
        bound = f"{self.password}|{self.epoch}"
        return salted_hmac("openprm.accounts.session", bound, secret=secret, algorithm="sha256").hexdigest()


class Invitation(Entity):
    """A letter that lets somebody join. The secret in its link is kept as a hash, and works once."""

    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    roles = models.ManyToManyField(Role, related_name="+")
    invited_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    inviter_name = models.CharField(max_length=200)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="invitations")
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["secret_hash"], name="invitation_secret")]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "partner"],
                condition=Q(accepted_at=None, revoked_at=None),
                nulls_distinct=False,
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.email

    def is_open(self, at: datetime) -> bool:
        """Say whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at


class ApiToken(Entity):
    """Lets a program act; its secret is kept as a hash and shown once.

    With a ``person`` it is personal: it may do what the person may, narrowed to ``verbs`` (``*``: everything). Without
    one it is a client of its own, of the vendor or of ``partner``, with the ``grants`` it was given.
    """

    name = models.CharField(max_length=80)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="tokens")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, null=True, related_name="api_tokens")
    verbs = ArrayField(models.CharField(max_length=80), default=list)
    grants = models.JSONField(default=dict)
    prefix = models.CharField(max_length=16)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["partner", "-created_at"], name="token_of_partner")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_personal(self) -> bool:
        """Say whether it acts as a person."""
        return self.person_id is not None

    def is_live(self, at: datetime) -> bool:
        """Say whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


def normalised(email: str) -> str:
    """Return an e-mail address as it is kept and compared."""
    return email.strip().lower()


def time_zones() -> list[str]:
    """Return the time zones a person can choose."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]
