"""What partners read, and what became of it.

A partner's own transaction sees no post at all. What is for a company is chosen here, as the system, and leaves this
module as rows that were picked for it: a forgotten filter elsewhere finds nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from openprm.accounts import queries as people
from openprm.accounts.models import Person
from openprm.kernel import audiences
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid
from openprm.news import policies
from openprm.news.models import Post, Reading
from openprm.partners.models import Partner

AT_ONCE = 50  # audiences that one query decides
READ, CONFIRMED = Q(read_at__isnull=False), Q(confirmed_at__isnull=False)


@contextmanager
def readable_by(actor: Actor, at: datetime) -> Iterator[QuerySet[Any]]:
    """Give the posts that this reader may read now, with ``my_read_at`` and ``my_confirmed_at``; use it up inside.

    A partner's people read what is live for their company; the vendor's people everything that is live. Two queries
    find what is for a company, and one more for every fifty different audiences.
    """
    with as_system():
        if not actor.may(policies.VIEW):
            found = Post.objects.none()
        elif actor.is_partner:
            found = for_partner(actor.company_id, at)
        else:
            found = policies.shown(at)
        mine = Reading.objects.filter(post=OuterRef("pk"), person=actor.id)
        yield found.annotate(
            my_read_at=Subquery(mine.values("read_at")), my_confirmed_at=Subquery(mine.values("confirmed_at"))
        )


def for_partner(partner_id: UUID, at: datetime) -> QuerySet[Post]:
    """Return the live posts whose audience holds for a partner. Call it as the system."""
    shown = policies.shown(at)
    different = list(shown.order_by().values_list("audience", flat=True).distinct())
    return shown.filter(audience__in=_holding(different, partner_id))


def partners_in(audience: Any) -> QuerySet[Partner]:
    """Return the partners in an audience; none where its conditions mean nothing any more."""
    try:
        return audiences.members(audience, subject="partner")
    except Invalid:
        return Partner.objects.none()


def readers_of(post: Post) -> QuerySet[Person]:
    """Return the people who may read a post: with access, of a partner in its audience, with a role that reads news."""
    return people.holders_at(policies.VIEW, partners_in(post.audience))


def to_be_told_of(post: Post) -> QuerySet[Person]:
    """Return those of its readers who were not told of it, and have not found it by themselves."""
    known = Reading.objects.filter(post=post, person=OuterRef("pk"))
    return readers_of(post).filter(~Exists(known))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a post reaches: who is in its audience now, and who was told, has read and has confirmed so far.

    Some find it by themselves, without being told; ``told_or_read`` counts everybody it has reached in one way or
    the other.
    """

    partners: int
    people: int
    told_or_read: int
    told: int
    read: int
    confirmed: int


def reach_of(post: Post) -> Reach:
    """Return how far a post reaches, with three queries."""
    done = post.readings.aggregate(
        told_or_read=Count("pk"),
        told=Count("pk", filter=Q(told_at__isnull=False)),
        read=Count("pk", filter=READ),
        confirmed=Count("pk", filter=CONFIRMED),
    )
    return Reach(partners_in(post.audience).count(), readers_of(post).count(), **done)


def with_counts(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Return posts with how many people have read and confirmed each."""
    mine = Reading.objects.filter(post=OuterRef("pk"))
    return posts.annotate(readers=_count(mine.filter(READ), "post"), confirmers=_count(mine.filter(CONFIRMED), "post"))


def partners_of(post: Post) -> QuerySet[Partner]:
    """Return the partners a post concerns, each with how many of their people were told, have read and confirmed it.

    These are the ones in its audience now, and those whose people have read it when it was for them.
    """
    readings = Reading.objects.filter(post=post)
    concerned = Q(pk__in=partners_in(post.audience).values("pk")) | Q(pk__in=readings.filter(READ).values("partner"))
    mine = readings.filter(partner=OuterRef("pk"))
    return Partner.objects.filter(concerned).annotate(
        told=_count(mine.filter(told_at__isnull=False), "partner"),
        readers=_count(mine.filter(READ), "partner"),
        confirmers=_count(mine.filter(CONFIRMED), "partner"),
        last_read_at=Subquery(mine.filter(READ).order_by("-read_at").values("read_at")[:1]),
    )


def readings_of(post: Post) -> QuerySet[Reading]:
    """Return what became of a post with each person, with their names and companies."""
    return post.readings.select_related("person", "partner").annotate(
        person_name=F("person__name"), partner_name=F("partner__name")
    )


def _count(rows: QuerySet[Reading], by: str) -> Any:
    """Return the number of rows as a column of the query around it."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(number=Count("pk")).values("number")), 0)


def _holding(predicates: list[Any], partner_id: UUID) -> list[Any]:
    """Return those predicates that hold for a partner; one that means nothing any more holds for nobody."""
    conditions: dict[str, Any] = {}
    for number, predicate in enumerate(predicates):
        try:
            conditions[f"holds_{number}"] = audiences.compile(predicate, subject="partner")
        except Invalid:
            continue
    names, holding = list(conditions), []
    company = Partner.objects.filter(pk=partner_id)
    for first in range(0, len(names), AT_ONCE):
        some = names[first : first + AT_ONCE]
        decided = {
            name: Case(When(conditions[name], then=Value(True)), default=Value(False), output_field=BooleanField())
            for name in some
        }
        row = company.annotate(**decided).values(*some).first() or {}
        holding += [predicates[int(name.removeprefix("holds_"))] for name in some if row.get(name)]
    return holding
