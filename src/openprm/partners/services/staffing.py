"""Choosing who looks after a partner: by name, by turns, by load, by region."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from openprm.accounts.models import Person
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.partners.choosing import BY_REGION, Candidate, Way, choose
from openprm.partners.lists import TeamRole
from openprm.partners.models import Partner, TeamMember, Territory
from openprm.partners.services.team import assign_team


class NobodyFits(Refusal):
    """There is nobody whom the rule could choose."""

    code = "nobody_fits"


def staff(
    *,
    partner: Partner,
    role: str,
    way: str,
    people: Sequence[str] = (),
    keep: bool = True,
    by: Actor,
    at: datetime,
) -> TeamMember:
    """Give a partner somebody for a role of its account team.

    ``people`` are the e-mail addresses to choose from; without them, whoever has the role's duty in a region. With
    ``keep`` whoever has the role already keeps it.
    """
    with as_system():
        _one_at_a_time(role)  # two partners at once must not both count the same load
        there = TeamMember.objects.filter(partner=partner, role=role, person__is_active=True).first()
        if there and keep:
            return there
        chosen = chosen_for(partner, role=role, way=way, people=people)
    return assign_team(partner=partner, person=chosen, role=role, by=by, at=at)


def chosen_for(partner: Partner, *, role: str, way: str, people: Sequence[str] = ()) -> Person:
    """Return whom the rule chooses now; refuses where nobody fits. To be called as the system."""
    if way == Way.FIXED and len(people) != 1:
        message = _("Choose exactly one person.")
        raise Invalid(message, fields={"people": message})
    pool = list(_pool(role, people).select_related(None))
    chosen = choose(way, _candidates(pool, role), region=partner.region)
    if chosen is None:
        raise NobodyFits(_why_nobody(partner, role, way))
    return next(person for person in pool if person.email == chosen.key)


def _pool(role: str, people: Sequence[str]) -> QuerySet[Person]:
    ours = Person.objects.filter(partner=None, is_active=True)
    if people:
        return ours.filter(email__in=people)
    return ours.filter(pk__in=Territory.objects.filter(duty=role).values("person_id"))


def _candidates(pool: Sequence[Person], role: str) -> list[Candidate]:
    load: dict[Any, Mapping[str, Any]] = {
        row["person_id"]: row
        for row in TeamMember.objects.filter(role=role, person__in=pool)
        .values("person_id")
        .annotate(many=Count("pk", filter=~Q(partner__status="terminated")), last=Max("updated_at"))
    }
    regions = dict(Territory.objects.filter(duty=role, person__in=pool).values_list("person_id", "regions"))
    return [
        Candidate(
            person.email,
            load.get(person.pk, {}).get("many", 0),
            load.get(person.pk, {}).get("last"),
            frozenset(regions.get(person.pk, ())),
        )
        for person in pool
    ]


def _why_nobody(partner: Partner, role: str, way: str) -> str:
    words = {"role": TeamRole(role).label, "region": partner.region or partner.country}
    if way in BY_REGION:
        return _("Nobody covers %(region)s as %(role)s. Say under Territories who does.") % words
    return _("There is nobody to choose from as %(role)s. Choose people, or say under Territories who does.") % words


def _one_at_a_time(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"partners.staff.{role}"])
