"""What partners read. A partner's own transaction sees no post at all: what is for it is chosen here, as the system."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Value, When

from openprm.accounts import queries as people
from openprm.accounts.models import Person
from openprm.kernel import audiences
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid
from openprm.news import policies
from openprm.news.models import Post, Reading

AT_ONCE = 50  # audiences that one query decides


@contextmanager
def readable_by(actor: Actor, at: datetime) -> Iterator[QuerySet[Post]]:
    """Give the posts that this reader may read now, each with ``is_read``; none of them outlives the block unread.

    A partner's people read what is published for their company; the vendor's people everything that is published.
    Two queries find what is for a company, and one more for every fifty different audiences.
    """
    with as_system():
        if actor.is_partner:
            found = for_partner(actor.company_id, at) if actor.may(policies.VIEW) else Post.objects.none()
        else:
            found = policies.shown(at) if actor.may(policies.VIEW) else Post.objects.none()
        mine = Reading.objects.filter(post=OuterRef("pk"), person_id=actor.id)
        yield found.annotate(is_read=Exists(mine))


def for_partner(partner_id: UUID, at: datetime) -> QuerySet[Post]:
    """Return the published posts whose audience holds for a partner. Call it as the system."""
    shown = policies.shown(at)
    different = list(shown.order_by().values_list("audience", flat=True).distinct())
    return shown.filter(audience__in=_holding(different, partner_id))


def told_of(post: Post) -> QuerySet[Person]:
    """Return the people who may read a post: active, of a partner in its audience, with a role that reads news."""
    try:
        partners = audiences.members(post.audience, subject="partner")
    except Invalid:
        return Person.objects.none()
    return people.holders_at(policies.VIEW, partners)


def _holding(predicates: list[Any], partner_id: UUID) -> list[Any]:
    """Return those predicates that hold for a partner; one that means nothing any more holds for nobody."""
    conditions: dict[str, Any] = {}
    for number, predicate in enumerate(predicates):
        try:
            conditions[f"holds_{number}"] = audiences.compile(predicate, subject="partner")
        except Invalid:
            continue
    names, holding = list(conditions), []
    company = audiences.subjects["partner"].model._default_manager.filter(pk=partner_id)
    for first in range(0, len(names), AT_ONCE):
        some = names[first : first + AT_ONCE]
        decided = {
            name: Case(When(conditions[name], then=Value(True)), default=Value(False), output_field=BooleanField())
            for name in some
        }
        row = company.annotate(**decided).values(*some).first() or {}
        holding += [predicates[int(name.removeprefix("holds_"))] for name in some if row.get(name)]
    return holding
