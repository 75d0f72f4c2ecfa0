"""The preview of rules of engagement, for programs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from openprm.deals import policies, previewing
from openprm.deals.api.schemas import LevelName
from openprm.engagement import plain, versions
from openprm.engagement.api import RulesIn, rules_of
from openprm.kernel.api import Router, Schema, operation
from openprm.kernel.http import Request

router = Router(tags=["Rules of engagement"])


class PreviewIn(RulesIn):
    """Rules to try, and the registrations to try them on."""

    since: date
    until: date


class MoveOut(Schema):
    """How many registrations move from one verdict to another."""

    before: LevelName
    after: LevelName
    count: int


class PreviewOut(Schema):
    """How registrations of the past would have fared; the first 1,000 that moved are named."""

    judged: int
    moves: list[MoveOut]
    moved: list[UUID]


@router.post("/rules-of-engagement/preview", response=PreviewOut, operation_id="preview_rules_of_engagement")
@operation(policies.RULES)
def preview_rules(request: Request, payload: PreviewIn) -> Any:
    """Judge the registrations submitted from one day to another by these rules. Nothing is changed."""
    day = timedelta(days=1)
    since, until = (datetime(one.year, one.month, one.day, tzinfo=UTC) for one in (payload.since, payload.until + day))
    rules = plain.load_all(versions.newest().rules)
    found = previewing.preview(old=rules, new=rules_of(payload), since=since, until=until)
    moves = [{"before": old, "after": new, "count": count} for (old, new), count in found.moves.items()]
    return {"judged": found.judged, "moves": moves, "moved": list(found.moved)[:1000]}
