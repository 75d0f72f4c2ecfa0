"""Product lines, accounts and opportunities."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openprm.kernel.models import Entity


class ProductLine(Entity):
    """What the vendor sells, as coarse as partners register deals for it."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="product_line_has_a_name")]

    def __str__(self) -> str:
        return self.name


class NameSource(models.TextChoices):
    """Where another name of an account came from."""

    CRM = "crm", _("CRM")
    IMPORT = "import", _("File import")
    API = "api", _("API")
    REGISTRATION = "registration", _("Deal registration")
    DECISION = "decision", _("Decision")
    HAND = "manual", _("Entered by hand")


class Account(Entity):
    """A company that the vendor sells to, or hopes to.

    ``external_id`` is its id in the vendor's CRM; ``domain`` is derived from ``website``; ``named`` accounts are kept
    for the vendor's own sales team; ``owner_name`` is the vendor's person who looks after it. ``aliases`` are trading
    names and whatever else it is called; ``name_sources`` says of other names where they came from, where that is not
    the account's own origin. ``registration_ids`` are written ``scheme:value``. ``parent`` is the company that owns
    it; the database refuses a circle.
    """

    class Origin(models.TextChoices):
        """Where an account came from."""

        CRM = "crm", _("CRM")
        IMPORT = "import", _("File import")
        API = "api", _("API")
        MANUAL = "manual", _("Entered by hand")
        REGISTRATION = "registration", _("Deal registration")

    external_id = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001 - unique where known
    name = models.CharField(max_length=300)
    aliases = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    former_names = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    acronyms = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    foreign_names = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    name_sources = models.JSONField(default=dict, blank=True)
    website = models.CharField(max_length=300, blank=True)
    domain = models.CharField(max_length=253, blank=True, editable=False)
    further_domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    registration_ids = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="subsidiaries")
    country = models.CharField(max_length=2, blank=True)
    industry = models.CharField(max_length=120, blank=True)
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.MANUAL)
    is_customer = models.BooleanField(default=False)
    named = models.BooleanField(default=False)
    owner_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="account_has_a_name"),
            models.CheckConstraint(condition=~Q(external_id=""), name="account_external_id_not_empty"),
            models.CheckConstraint(condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"), name="account_country"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="account_is_not_its_own_parent"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="account_by_name"),
            models.Index(fields=["country", "name"], name="account_by_country"),
            models.Index(fields=["origin", "name"], name="account_by_origin"),
            models.Index(fields=["-updated_at", "-id"], name="account_by_change"),
            models.Index(fields=["domain"], name="account_by_domain", condition=~Q(domain="")),
            models.Index(fields=["name"], name="account_customers", condition=Q(is_customer=True)),
            models.Index(fields=["name"], name="account_named", condition=Q(named=True)),
            GinIndex(fields=["registration_ids"], name="account_by_registration"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page in the console."""
        return reverse("console:account", args=[self.pk])

    @property
    def other_names(self) -> list[str]:
        """Return every name but the first, each once."""
        names = [*self.aliases, *self.former_names, *self.acronyms, *self.foreign_names]
        return [name for name in dict.fromkeys(names) if name != self.name]

    @property
    def domains(self) -> list[str]:
        """Return the web domains, the main one first."""
        return list(dict.fromkeys(domain for domain in [self.domain, *self.further_domains] if domain))


class Opportunity(Entity):
    """A sale that the vendor works on at an account; ``partner`` is who helps, if anybody.

    ``close_date`` is the day expected while it is open, and the day it was closed once it is; ``closed_on`` is the day
    of closing as far as it is known (``customers/closing.py``). None of a closed one: nobody knows.
    """

    external_id = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001 - unique where known
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="opportunities")
    name = models.CharField(max_length=300)
    stage = models.CharField(max_length=60, blank=True)
    is_open = models.BooleanField(default=True)
    is_won = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    close_date = models.DateField(null=True)
    closed_on = models.DateField(null=True, editable=False)
    owner_name = models.CharField(max_length=200, blank=True)
    product_lines = models.ManyToManyField(ProductLine, related_name="opportunities", blank=True)
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, null=True, related_name="opportunities")

    class Meta:
        verbose_name_plural = "opportunities"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="opportunity_has_a_name"),
            models.CheckConstraint(condition=~Q(external_id=""), name="opportunity_external_id_not_empty"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="opportunity_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(currency__regex=r"^[A-Z]{3}$"),
                name="opportunity_amount_has_currency",
            ),
            models.CheckConstraint(condition=Q(is_open=False) | Q(is_won=False), name="opportunity_won_is_closed"),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(closed_on__isnull=True), name="opportunity_open_is_not_closed_yet"
            ),
        ]
        indexes = [
            models.Index(fields=["-close_date", "-id"], name="opportunity_by_close"),
            models.Index(fields=["name", "id"], name="opportunity_by_name"),
            models.Index(OpClass(Upper("name"), name="text_pattern_ops"), name="opportunity_by_beginning"),
            models.Index(fields=["-amount", "-id"], name="opportunity_by_amount"),
            models.Index(fields=["account"], name="opportunity_open", condition=Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page in the console."""
        return reverse("console:opportunity", args=[self.pk])

    @property
    def outcome(self) -> str:
        """Return ``open``, ``won`` or ``lost``."""
        return "open" if self.is_open else "won" if self.is_won else "lost"
