"""The tables of price books; what would be ambiguous, they refuse."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openprm.customers.models import ProductLine
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.models import Entity
from openprm.partners.models import Partner
from openprm.pricing.rules import Term


def everybody() -> dict[str, object]:
    """Return the audience of all partners."""
    return dict(EVERYBODY)


class PriceBook(Entity):
    """A list of prices for some partners.

    ``period`` is when it holds, without an end until further notice. Of two books for one partner the one with the
    higher ``priority`` counts; two that hold at the same time can never have the same.
    """

    class State(models.TextChoices):
        """Where a book stands."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    class Reach(models.TextChoices):
        """Who gets it."""

        AUDIENCE = "audience", _("Everybody in an audience")
        NAMED = "named", _("Only partners it is assigned to")

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    currency = models.CharField(max_length=3)
    reach = models.CharField(max_length=8, choices=Reach, default=Reach.AUDIENCE)
    audience = models.JSONField(default=everybody)
    priority = models.PositiveSmallIntegerField()
    period = DateTimeRangeField()
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    spread_done = models.PositiveIntegerField(default=0)
    spread_total = models.PositiveIntegerField(default=0)  # partners that a worker is giving it to; 0: none

    class Meta:
        ordering = ["-priority", "name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="price_book_has_a_name"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="price_book_currency_is_iso"),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=999), name="price_book_priority"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False), name="price_book_begins"
            ),
            ExclusionConstraint(
                name="price_book_priority_is_not_shared",
                expressions=[(F("priority"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
                condition=Q(state="published"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page in the console."""
        return reverse("console:price_book", args=[self.pk])

    @property
    def starts_at(self) -> datetime:
        """Return from when on it holds."""
        return self.period.lower  # type: ignore[no-any-return]

    @property
    def ends_at(self) -> datetime | None:
        """Return until when it holds, None for until further notice."""
        return self.period.upper  # type: ignore[no-any-return]


class Edition(Entity):
    """The prices of a book from one moment on, until the next edition begins. A published one is never changed.

    ``adds_tier_points`` says that what the partner's tier gives comes on top.
    """

    class State(models.TextChoices):
        """Where an edition stands."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    book = models.ForeignKey(PriceBook, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    period = DateTimeRangeField(null=True)
    adds_tier_points = models.BooleanField(default=True)
    note = models.CharField(max_length=400, blank=True)
    changed_by = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="edition_number_once"),
            models.UniqueConstraint(fields=["book"], condition=Q(state="draft"), name="edition_one_draft"),
            models.CheckConstraint(
                condition=Q(state="draft", period__isnull=True)
                | Q(state="published", period__isempty=False, published_at__isnull=False),
                name="edition_published_has_a_time",
            ),
            ExclusionConstraint(
                name="edition_never_overlaps",
                expressions=[(F("book"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
                condition=Q(state="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.number}"

    @property
    def starts_at(self) -> datetime | None:
        """Return from when on it holds, None for a draft."""
        return self.period.lower if self.period else None

    @property
    def ends_at(self) -> datetime | None:
        """Return when the next edition begins, if one is published."""
        return self.period.upper if self.period else None

    @property
    def is_draft(self) -> bool:
        """Say whether it is still being written."""
        return self.state == self.State.DRAFT


class Entry(Entity):
    """What one product line or SKU costs a partner; neither of both means everything else."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="entries")
    product_line = models.ForeignKey(ProductLine, on_delete=models.PROTECT, null=True, related_name="+")
    sku = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=200, blank=True)
    list_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    net_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        ordering = ["product_line__name", "sku"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "product_line"], condition=Q(sku=""), nulls_distinct=False, name="entry_line_once"
            ),
            models.UniqueConstraint("edition", Lower("sku"), condition=~Q(sku=""), name="entry_sku_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=False, net_price__isnull=True)
                | Q(points__isnull=True, net_price__isnull=False),
                name="entry_points_or_net_price",
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0, points__lte=100), name="entry_points_of_a_hundred"
            ),
            models.CheckConstraint(
                condition=Q(list_price__isnull=True) | Q(list_price__gt=0), name="entry_list_price_positive"
            ),
            models.CheckConstraint(
                condition=Q(net_price__isnull=True) | Q(net_price__gte=0, sku__gt=""), name="entry_net_price_of_a_sku"
            ),
        ]

    def __str__(self) -> str:
        return self.sku or str(self.product_line or _("Everything else"))

    @property
    def term(self) -> Term:
        """Return the entry as a plain value."""
        return Term(self.product_line_id, self.sku, self.name, self.list_price, self.points, self.net_price)


class Assignment(Entity):
    """A book counts for a partner, from when to when. ``priority`` is the book's in this time.

    ``source`` says whether by the book's audience or by name; ``key`` names the step of an automation, so that it
    assigns once. ``in_force`` is the book's code while the assignment counts, for audiences to find; else empty.
    """

    class Source(models.TextChoices):
        """Why a partner has a book."""

        AUDIENCE = "audience", _("By its audience")
        NAMED = "named", _("Assigned by name")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="price_books")
    book = models.ForeignKey(PriceBook, on_delete=models.CASCADE, related_name="assignments")
    priority = models.PositiveSmallIntegerField()
    period = DateTimeRangeField()
    source = models.CharField(max_length=8, choices=Source)
    reason = models.CharField(max_length=300, blank=True)
    assigned_by = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, blank=True)
    in_force = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["book", "partner"], name="assignment_of_book"),
            models.Index(fields=["in_force", "partner"], name="assignment_in_force", condition=~Q(in_force="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(period__isempty=False), name="assignment_lasts"),
            ExclusionConstraint(
                name="assignment_once_a_priority",
                expressions=[
                    (F("partner"), RangeOperators.EQUAL),
                    (F("priority"), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="assignment_once_a_book",
                expressions=[
                    (F("partner"), RangeOperators.EQUAL),
                    (F("book"), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.book}"

    @property
    def ends_at(self) -> datetime | None:
        """Return until when it counts, None for until further notice."""
        return self.period.upper  # type: ignore[no-any-return]


class PriceImport(Entity):
    """A file of prices that was read and waits for a yes: its rows, and what is wrong with the others."""

    class Mode(models.TextChoices):
        """What becomes of entries that the file does not name."""

        REPLACE = "replace", _("The file is the whole list: take out what it does not name")
        ADD = "add", _("Add and change only: keep what the file does not name")

    book = models.ForeignKey(PriceBook, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=255)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.REPLACE)
    terms = models.JSONField()
    problems = models.JSONField()
    read_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.file_name
