"""What the console's pages of programmes share: finding one, and its tiers as they are shown."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from openprm.kernel.http import Request
from openprm.program import policies, words
from openprm.program.definition import Definition
from openprm.program.models import Membership, Programme


def find(request: Request, pk: UUID) -> Programme:
    """Return a programme that the vendor's person may see, or say that there is none."""
    return get_object_or_404(policies.programmes(request.actor), pk=pk)


def may_manage(request: Request) -> bool:
    """Say whether they may set programmes up."""
    return request.actor.may(policies.MANAGE)


def counts(programme: Programme, says: Definition) -> list[tuple[str, str, int]]:
    """Return code, name and number of members of each tier, highest first."""
    members = Membership.objects.filter(programme=programme)
    many = dict.fromkeys(says.codes, 0)
    for code in members.values_list("tier", flat=True).iterator():
        many[code] = many.get(code, 0) + 1
    return [(tier.code, words.tier_name(says, tier.code), many[tier.code]) for tier in reversed(says.tiers)]


def ladder(programme: Programme, says: Definition) -> list[dict[str, Any]]:
    """Return the tiers as pages show them, highest first."""
    say = words.Speaker()
    members = {code: many for code, _name, many in counts(programme, says)}
    return [
        {
            "tier": tier,
            "name": words.tier_name(says, tier.code),
            "rank": rank,
            "lowest": rank == 0,
            "members": members.get(tier.code, 0),
            "groups": [
                {"place": place, "need": group.need, "criteria": [say.criterion(one) for one in group.criteria]}
                for place, group in enumerate(tier.requirements)
            ],
            "score": say.score(tier.score) if tier.score else "",
            "benefits": [(one, say.benefit(one), words.ICONS[one.kind]) for one in tier.benefits],
        }
        for rank, tier in reversed(list(enumerate(says.tiers)))
    ]
