"""Receipts, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.deals import policies as deals
from openprm.kernel.api import Field, Router, Schema, operation
from openprm.kernel.http import Request
from openprm.receipts import pdf, policies, queries, services

router = Router(tags=["Receipts"])


class ReceiptOut(Schema):
    """A receipt that can be had."""

    event_id: UUID
    event: str = Field(examples=["deal.approved"])
    kind: str = Field(examples=["decision"])
    title: str
    at: datetime

    @staticmethod
    def resolve_title(row: Any) -> str:
        """Return the title in words."""
        return str(row.title)


@router.get("/deals/{uuid:deal_id}/receipts", response=list[ReceiptOut], operation_id="list_receipts")
@operation(policies.VIEW)
def list_receipts(request: Request, deal_id: UUID) -> Any:
    """List the receipts that you can have of a deal, the oldest first."""
    deal = get_object_or_404(deals.visible_to(request.actor), pk=deal_id)
    return queries.available(request.actor, deal)


@router.get("/receipts/{uuid:event_id}", response=dict[str, Any], operation_id="show_receipt")
@operation(policies.VIEW)
def show_receipt(request: Request, event_id: UUID) -> Any:
    """Return the signed receipt: the same bytes every time."""
    return HttpResponse(_document(request, event_id), content_type="application/json")


@router.get("/receipts/{uuid:event_id}/pdf", operation_id="show_receipt_pdf", response={200: None})
@operation(policies.VIEW)
def show_receipt_pdf(request: Request, event_id: UUID) -> Any:
    """Return the receipt as a PDF, with the signed JSON inside."""
    return HttpResponse(pdf.draw(_document(request, event_id)), content_type="application/pdf")


def _document(request: Request, event_id: UUID) -> bytes:
    event = get_object_or_404(policies.receiptable(request.actor), pk=event_id)
    return services.issue(event=event, by=request.actor, at=timezone.now()).document.encode()
