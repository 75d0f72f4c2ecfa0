"""The tables of news: the posts, and what became of each with whom."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from openprm.accounts.models import Person
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.models import Entity
from openprm.kernel.ui.tones import Status
from openprm.news import words
from openprm.news.rules import State, excerpt, state
from openprm.partners.models import Partner
from openprm.pricing import when


def everybody() -> dict[str, Any]:
    """Return the audience of a post that says nothing else."""
    return dict(EVERYBODY)


class Post(Entity):
    """Something the vendor tells. ``announced_at`` is when its being live was announced, so that it happens once."""

    title = models.CharField(max_length=200)
    text = models.TextField(max_length=20_000)
    audience = models.JSONField(default=everybody)
    pinned = models.BooleanField(default=False)
    to_confirm = models.BooleanField(default=False)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="news_newest"),
            models.Index(fields=["-pinned", "-starts_at", "-id"], name="news_shown"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="news_says_something"),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="news_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None) | Q(starts_at__isnull=False), name="news_announced_when_live"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def state_at(self, at: datetime) -> State:
        """Return where it stands at a moment."""
        return state(self.starts_at, self.ends_at, at=at)

    @property
    def state(self) -> State:
        """Return where it stands now."""
        return self.state_at(timezone.now())

    @property
    def status(self) -> Status:
        """Return where it stands now, for a badge."""
        return words.STATUSES[self.state]

    @property
    def state_label(self) -> object:
        """Return where it stands now, in words."""
        return self.status.label

    @property
    def was_live(self) -> bool:
        """Say whether partners see it, or have seen it."""
        return self.state in (State.LIVE, State.ENDED)

    @property
    def last_day(self) -> date | None:
        """Return the last day on which it is shown."""
        return when.last_day(self.ends_at)

    @property
    def excerpt(self) -> str:
        """Return how it begins."""
        return excerpt(self.text)

    @property
    def portal_url(self) -> str:
        """Return where a partner reads it."""
        return reverse("portal:news_post", args=[self.pk])

    @property
    def console_url(self) -> str:
        """Return where the vendor works on it."""
        return reverse("console:news_post", args=[self.pk])


class Reading(Entity):
    """What became of a post with a person of a partner: told of it, read it, confirmed it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="readings")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["post", "partner"], name="news_reading_of_partner")]
        constraints = [
            models.UniqueConstraint(fields=["person", "post"], name="news_once_per_person"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(read_at__isnull=False), name="news_confirmed_when_read"
            ),
        ]

    def __str__(self) -> str:
        return str(self.post)
