"""Partner companies, their account teams, and saved audiences."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Coalesce, Lower, NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.kernel.codes import Coded
from openprm.kernel.entity import Entity
from openprm.partners import tiers
from openprm.partners.lists import Duty, PartnerType, Region, TeamRole, Tier


def _words() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=40), default=list, blank=True)


class Partner(Entity):
    """A company that does business with the vendor's customers."""

    class Status(models.TextChoices):
        """Where a partner stands."""

        PROSPECT = "prospect", _("Prospect")
        APPLICANT = "applicant", _("Applicant")
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        TERMINATED = "terminated", _("Terminated")

    legal_name = models.CharField(max_length=200)
    trading_name = models.CharField(max_length=200, blank=True)
    name = models.GeneratedField(
        expression=Coalesce(NullIf("trading_name", models.Value("")), "legal_name"),
        output_field=models.CharField(max_length=200),
        db_persist=True,
    )
    website = models.URLField(max_length=300, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    logo = models.ForeignKey("kernel.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=20, blank=True)
    partner_types = _words()
    business_models = _words()
    verticals = _words()
    tier = models.CharField(max_length=40, default=Tier.REGISTERED)
    status = models.CharField(max_length=12, choices=Status, default=Status.PROSPECT)
    status_since = models.DateTimeField(default=timezone.now)
    status_reason = models.CharField(max_length=40, blank=True)
    status_note = models.CharField(max_length=500, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="resellers")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(legal_name=""), name="partner_has_a_legal_name"),
            models.CheckConstraint(condition=models.Q(country__regex="^[A-Z]{2}$"), name="partner_country_is_iso"),
            models.CheckConstraint(
                condition=models.Q(status__in=["prospect", "applicant", "active", "suspended", "terminated"]),
                name="partner_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")), name="partner_not_its_own_parent"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="partner_name"),
            models.Index(fields=["status", "name"], name="partner_status"),
            models.Index(fields=["country"], name="partner_country"),
            models.Index(fields=["domain"], name="partner_domain"),
            GinIndex(fields=["partner_types"], name="partner_types"),
            GinIndex(fields=["business_models"], name="partner_models"),
            GinIndex(fields=["verticals"], name="partner_verticals"),
        ]

    def __str__(self) -> str:
        return self.trading_name or self.legal_name

    def get_tier_display(self) -> str:
        """Return the tier's name: tiers are rows of the programmes, not a fixed list."""
        return tiers.label(self.tier)

    @property
    def logo_url(self) -> str:
        """Return the address of the logo, if there is one."""
        return reverse("file", args=[self.logo_id]) if self.logo_id else ""

    @property
    def website_words(self) -> str:
        """Return the web address as people write it."""
        return self.website.partition("://")[2].removeprefix("www.").rstrip("/")

    @property
    def known_as(self) -> str:
        """Return the legal name where the trading name is another one, not just its beginning."""
        return "" if self.legal_name.lower().startswith(self.name.lower()) else self.legal_name

    @property
    def is_distributor(self) -> bool:
        """Say whether this partner can have resellers below it."""
        return PartnerType.DISTRIBUTOR in self.partner_types


class ExternalId(Entity):
    """What another system (a CRM, an ERP) calls a partner; each name means one partner only."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="external_ids")
    system = models.CharField(max_length=40)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "value"], name="external_id_means_one_partner"),
            models.UniqueConstraint(fields=["partner", "system"], name="one_external_id_per_system"),
            models.CheckConstraint(condition=~models.Q(value="") & ~models.Q(system=""), name="external_id_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.value}"


class TeamMember(Entity):
    """One of the vendor's people who looks after a partner; there is one for each role."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="team")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="team_memberships")
    role = models.CharField(max_length=40, choices=TeamRole)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "role"], name="one_person_per_team_role")]

    def __str__(self) -> str:
        return self.get_role_display()


class Territory(Entity):
    """The regions in which one of the vendor's people has a duty."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="territories")
    duty = models.CharField(max_length=40, choices=Duty)
    regions = _words()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "duty"], name="one_territory_per_duty"),
            models.CheckConstraint(condition=~models.Q(regions=[]), name="territory_has_regions"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_duty_display()}"

    @property
    def regions_in_words(self) -> str:
        """Return the regions as people read them."""
        words = dict(Region.choices)
        return ", ".join(str(words.get(region, region)) for region in self.regions)


class Audience(Coded):
    """A predicate over partners or people that somebody gave a name, to be used again."""

    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=40)
    predicate = models.JSONField()
    description = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="audience_name_is_unique"),
            models.CheckConstraint(condition=~models.Q(name=""), name="audience_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
