"""The ledger, for programs."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, Status, operation, paginate
from openprm.kernel.http import Request
from openprm.kernel.ledger import jobs
from openprm.kernel.ledger.models import Verification
from openprm.kernel.ledger.words import sentence

READ, OPERATE = "kernel.read_log", "kernel.operate"
router = Router(tags=["Audit log"])


class FindingOut(Schema):
    """Something that does not fit, and where."""

    kind: str = Field(examples=["event_altered"])
    event: str
    called: str = ""
    subject: str
    position: int
    anchor: int
    text: str

    @staticmethod
    def resolve_text(finding: dict[str, Any]) -> str:
        """Say it in words."""
        return sentence(finding)


class VerificationOut(Schema):
    """A walk over all chains and anchors; ``findings`` has the first of its problems."""

    id: int
    started_at: datetime
    finished_at: datetime
    by: str
    links: int
    chains: int
    anchors: int
    problems: int
    sound: bool
    findings: list[FindingOut]


@router.get("/ledger/verifications", response=Page[VerificationOut], operation_id="list_verifications")
@operation(READ)
def list_verifications(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the verifications of the event log's hash chains, the latest first."""
    return paginate(Verification.objects.all(), wanted, order=("-id",))


@router.post("/ledger/verifications", response={202: None}, operation_id="verify_ledger")
@operation(OPERATE)
def verify_ledger(request: Request) -> Any:
    """Have all chains walked by a worker."""
    jobs.verify_all.defer(timestamp=int(timezone.now().timestamp()), by=request.actor.name)
    return Status(202, None)
