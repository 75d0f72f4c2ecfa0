"""Checks of companies, for programs: what is left of today's, and the blind check."""

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone

from openprm.checks import services as checks
from openprm.customers.blind import digests, shelf
from openprm.customers.models import ProductLine
from openprm.deals import policies, services
from openprm.deals.services import blind
from openprm.kernel.access import as_system
from openprm.kernel.api import Field, Router, Schema, operation
from openprm.kernel.http import Request

router = Router(tags=["Deals"])
HEX = "^([0-9a-f]{32}|[0-9a-f]{64})$"


class ChecksOut(Schema):
    """How many companies you can still ask about today, and the key for asking blind."""

    limit: int
    used: int
    left: int
    renews_at: datetime
    blind_key: str = Field(description="Key of HMAC-SHA-256 for blind checks, in hexadecimal digits.")
    blind_key_name: str = Field(description="Send it as made_with: the key changes with the programme's secret.")


class BlindIn(Schema):
    """A company as digests: HMAC-SHA-256 of ``name:…``, ``beginning:…``, ``domain:…``; see docs/checks.md."""

    name: str = Field(pattern=HEX)
    beginning: str = Field("", pattern=f"^$|{HEX}")
    domains: list[str] = Field([], max_length=blind.MOST_DOMAINS)
    made_with: str = Field("", max_length=16, description="Name of the key used; empty for the one handed out now.")
    product_lines: list[str] = Field([], max_length=50, description="Keys of product lines.")
    country: str = Field("", max_length=2, examples=["DE"], description="Where the customer is, for territories.")


class BlindOut(Schema):
    """Clear; or not clear: something stands against it, or it cannot be told blind."""

    answer: Literal["clear", "not_clear"]
    not_considered: list[Literal["spelling", "country", "product_lines"]]


@router.get("/checks", response=ChecksOut, operation_id="get_checks_left")
@operation(policies.REGISTER)
def checks_left(request: Request) -> Any:
    """Read how many checks are left today."""
    left = checks.left(by=request.actor, at=timezone.now())
    with as_system():
        key = shelf.key_to_use()
    return {
        "limit": left.limit,
        "used": left.used,
        "left": left.left,
        "renews_at": left.renews_at,
        "blind_key": key.hex(),
        "blind_key_name": digests.name_of(key),
    }


@router.post("/checks/blind", response=BlindOut, operation_id="check_company_blind")
@operation(policies.REGISTER)
def check_blind(request: Request, payload: BlindIn) -> Any:
    """Ask whether a company is free without naming it."""
    asked = blind.read(
        name=payload.name, beginning=payload.beginning, domains=payload.domains, made_with=payload.made_with
    )
    lines = ProductLine.objects.filter(key__in=payload.product_lines).values_list("pk", flat=True)
    said = services.check_blind(
        blind=asked, product_lines=lines, country=payload.country, by=request.actor, at=timezone.now()
    )
    return {"answer": "clear" if said.clear else "not_clear", "not_considered": said.left_out}
