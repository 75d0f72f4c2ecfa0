"""What one query knows of a person: roles, companies below theirs, and the people who report to them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from openprm.kernel.access import Scope

SEE_RESELLERS = "partners.distributors_see_resellers"

# One round trip, because every request pays for it. "union" (not "union all") ends on circles.
_STANDING = """
with recursive
below as (
    select id from partners_partner where parent_id = %(partner)s
    union select lower.id from partners_partner lower join below on lower.parent_id = below.id
),
team as (
    select id from accounts_person where manager_id = %(person)s
    union select report.id from accounts_person report join team on report.manager_id = team.id
)
select
    (select jsonb_agg(jsonb_build_array(role.key, role.grants)) from accounts_role role
        join accounts_person_roles held on held.role_id = role.id where held.person_id = %(person)s),
    case when coalesce((select value from kernel_storedsetting where key = %(setting)s), 'true') <> 'false'
        then (select array_agg(id) from below) end,
    (select array_agg(id) from team)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Roles with their grants, companies seen, and the team: the person and those who report to them."""

    roles: Mapping[str, Mapping[str, str]]
    partner_ids: frozenset[UUID]
    team_ids: frozenset[UUID]

    @property
    def grants(self) -> dict[str, Scope]:
        """Return what the roles give together."""
        return merged(self.roles.values())


def read(*, person_id: UUID | None, partner_id: UUID | None) -> Standing:
    """Ask the database; must run as the system."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"person": person_id, "partner": partner_id, "setting": SEE_RESELLERS})
        roles, below, team = cursor.fetchone()
    return Standing(
        roles=dict(_parsed(roles)),
        partner_ids=frozenset({partner_id, *(below or ())}) if partner_id else frozenset(),
        team_ids=frozenset({person_id, *(team or ())}) if person_id else frozenset(),
    )


def merged(grants: Iterable[Mapping[str, str]]) -> dict[str, Scope]:
    """Return the widest scope of each verb."""
    result: dict[str, Scope] = {}
    for held in grants:
        for verb, word in held.items():
            scope = Scope(word)
            if verb not in result or scope.breadth > result[verb].breadth:
                result[verb] = scope
    return result


def covers(mine: Mapping[str, Scope], wanted: Mapping[str, Scope]) -> bool:
    """Say whether somebody who holds ``mine`` holds all of ``wanted``, at least as widely."""
    return all(verb in mine and mine[verb].breadth >= scope.breadth for verb, scope in wanted.items())


def _parsed(value: Any) -> list[Any]:
    return json.loads(value) if isinstance(value, str) else value or []
