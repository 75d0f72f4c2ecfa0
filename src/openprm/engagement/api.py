"""Rules of engagement, for programs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.engagement import plain, policies, services, versions
from openprm.engagement.models import RuleSet
from openprm.engagement.rules import Rules
from openprm.kernel import drafts
from openprm.kernel.api import (
    MAY_MATCH,
    Field,
    Page,
    PageQuery,
    Query,
    Router,
    Schema,
    Status,
    operation,
    paginate,
    require_match,
    seen_by,
    tagged,
)
from openprm.kernel.api.problems import response_of
from openprm.kernel.errors import Missing
from openprm.kernel.http import Request

router = Router(tags=["Rules of engagement"])

KindName = Literal[
    "held", "own", "protected", "pending", "direct", "customer", "named", "lost", "anything", "country", "speciality"
]
LikenessName = Literal["same", "family", "possible"]
StepName = Literal["review", "collaborate", "other_line", "open_own", "submit", "name_entity", "say_new", "ask"]


class RuleOfEngagement(Schema):
    """What stands against a claim, for whom it counts, and what follows."""

    key: str = Field(max_length=40, examples=["direct_opportunity"])
    kind: KindName
    verdict: Literal["clear", "possible", "blocked"]
    likeness: list[LikenessName] = Field(["same"], min_length=1, max_length=3)
    lines: Literal["shared", "other", "any"] = "shared"
    stages: list[str] = Field([], max_length=40)
    least_days: int | None = Field(None, ge=0, le=3650)
    most_days: int | None = Field(None, ge=0, le=3650)
    countries: list[str] = Field([], max_length=250)
    not_in_countries: bool = False
    claimed_lines: list[UUID] = Field([], max_length=200)
    audience: dict[str, Any] = Field(default_factory=dict, description="A predicate over partners; empty: all.")
    outside: bool = Field(False, description="It counts for the partners outside of the audience.")
    told: str = Field("", max_length=200, description="What the partner reads; empty: the product's own words.")
    advice: str = Field("", max_length=400)
    told_vendor: str = Field("", max_length=400)
    steps: list[StepName] = Field([], max_length=8)
    enabled: bool = True


class RulesIn(Schema):
    """All rules of a draft, in their order."""

    rules: list[RuleOfEngagement] = Field(max_length=60)


class RulesDraftOut(RulesIn):
    """The draft of the next version."""

    id: UUID
    version: int
    changed_by: str
    updated_at: datetime


class RulesNote(Schema):
    """Why the rules change."""

    note: str = Field("", max_length=400)
    draft_version: int | None = Field(
        None, ge=1, description="The version of the draft that you looked at. Refused, if it is another by now."
    )


class RulesVersionOut(RulesIn):
    """A version of the rules."""

    id: UUID
    number: int
    note: str
    published_by: str
    created_at: datetime


@router.get("/rules-of-engagement", response=RulesVersionOut, operation_id="get_rules_of_engagement")
@operation(policies.MANAGE)
def get_rules(request: Request) -> Any:
    """Read the version in force."""
    return versions.newest()


@router.get("/rules-of-engagement/versions", response=Page[RulesVersionOut], operation_id="list_rules_of_engagement")
@operation(policies.MANAGE)
def list_versions(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the versions, newest first."""
    return paginate(RuleSet.objects.all(), wanted)


@router.get(
    "/rules-of-engagement/draft",
    response=RulesDraftOut,
    operation_id="get_draft_of_engagement",
    openapi_extra={"responses": {404: response_of(404)}},
)
@operation(policies.MANAGE)
def get_draft(request: Request, response: HttpResponse) -> Any:
    """Read the draft of the next version."""
    found = services.draft()
    if found is None:
        raise Missing(_("There is no draft. Put one."))
    return tagged(response, found)


@router.put("/rules-of-engagement/draft", response=RulesDraftOut, operation_id="put_draft_of_engagement")
@operation(policies.MANAGE)
def put_draft(request: Request, payload: RulesIn, response: HttpResponse) -> Any:
    """Make these rules the draft of the next version. Where there is one already, say with If-Match which you read."""
    found = services.draft()
    if found is not None:
        require_match(request, found)
    rules, seen = rules_of(payload), drafts.stamp(found)
    draft = services.edit(rules=rules, by=request.actor, at=timezone.now(), seen=seen)
    return tagged(response, draft)


@router.delete(
    "/rules-of-engagement/draft",
    response={204: None},
    operation_id="discard_draft_of_engagement",
    openapi_extra=MAY_MATCH,
)
@operation(policies.MANAGE)
def discard_draft(request: Request) -> Any:
    """Throw the draft away. With If-Match: only the one that you read."""
    seen = seen_by(request, services.draft())
    services.discard(by=request.actor, at=timezone.now(), seen=seen)
    return Status(204, None)


@router.post(
    "/rules-of-engagement/publish", response={201: RulesVersionOut}, operation_id="publish_rules_of_engagement"
)
@operation(policies.MANAGE)
def publish(request: Request, payload: RulesNote) -> Any:
    """Put the draft into force as the next version."""
    seen = drafts.stamp_of(services.draft(), payload.draft_version)
    return Status(201, services.publish(note=payload.note, by=request.actor, at=timezone.now(), seen=seen))


def rules_of(payload: RulesIn) -> Rules:
    """Return the rules that a program sent."""
    return plain.load_all([rule.dict() for rule in payload.rules])
