"""Checks of companies, for programs: what is left of today's, and the blind check."""

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone

from openprm.checks import services as checks
from openprm.customers.blind import digests
from openprm.customers.models import ProductLine
from openprm.deals import policies, services
from openprm.deals.services import blind
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


class BlindIn(Schema):
    """A company as digests: HMAC-SHA-256 of ``name:…``, ``beginning:…``, ``domain:…``; see docs/checks.md."""

    name: str = Field(pattern=HEX)
    beginning: str = Field("", pattern=f"^$|{HEX}")
    domains: list[str] = Field([], max_length=blind.MOST_DOMAINS)
    product_lines: list[str] = Field([], max_length=50, description="Keys of product lines.")


class BlindOut(Schema):
    """Clear; or not clear: something stands against it, or it cannot be told blind."""

    answer: Literal["clear", "not_clear"]


@router.get("/checks", response=ChecksOut, operation_id="get_checks_left")
@operation(policies.REGISTER)
def checks_left(request: Request) -> Any:
    """Read how many checks are left today."""
    left = checks.left(by=request.actor, at=timezone.now())
    return {
        "limit": left.limit,
        "used": left.used,
        "left": left.left,
        "renews_at": left.renews_at,
        "blind_key": digests.key().hex(),
    }


@router.post("/checks/blind", response=BlindOut, operation_id="check_company_blind")
@operation(policies.REGISTER)
def check_blind(request: Request, payload: BlindIn) -> Any:
    """Ask whether a company is free without naming it."""
    asked = blind.read(name=payload.name, beginning=payload.beginning, domains=payload.domains)
    lines = ProductLine.objects.filter(key__in=payload.product_lines).values_list("pk", flat=True)
    clear = services.check_blind(blind=asked, product_lines=lines, by=request.actor, at=timezone.now())
    return {"answer": "clear" if clear else "not_clear"}
