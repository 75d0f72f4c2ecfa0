"""Downloading receipts, verifying them without signing in, and the keys."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openprm.kernel import throttle
from openprm.kernel.access import as_system
from openprm.kernel.errors import TooMany
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.receipts import pdf, policies, queries, services, signing
from openprm.receipts.models import Receipt, SigningKey

MOST_BYTES = 2_000_000
MOST_A_MINUTE = 300  # files read by the public page, from everybody together


def as_json(request: Request, pk: UUID) -> HttpResponse:
    """Send the signed receipt of an event; each side's address is guarded in urls.py."""
    receipt = _receipt(request, pk)
    return _file(receipt.document.encode(), "application/json", _name(receipt, "json"))


def as_pdf(request: Request, pk: UUID) -> HttpResponse:
    """Send the same on paper."""
    receipt = _receipt(request, pk)
    return _file(pdf.draw(receipt.document.encode()), "application/pdf", _name(receipt, "pdf"))


def _receipt(request: Request, pk: UUID) -> Receipt:
    event = get_object_or_404(policies.receiptable(request.actor), pk=pk)
    return services.issue(event=event, by=request.actor, at=timezone.now())


def _name(receipt: Receipt, ending: str) -> str:
    with as_system():
        return f"receipt-{receipt.deal.reference}-{str(receipt.event_id)[-6:]}.{ending}"


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=media_type, headers=headers)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Publish the keys that receipts are signed with."""
    headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    return JsonResponse(queries.key_set(), headers=headers, content_type="application/jwk-set+json")


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say of a pasted or uploaded receipt whether it is valid, and what it says. Open to everybody."""
    if request.method != "POST":
        return render(request, "receipts/verify.html", {})
    hits = throttle.hit("receipts.verify", limit=MOST_A_MINUTE, per=timedelta(minutes=1))
    if not hits.allowed:
        raise TooMany(_("Many receipts are being verified. Try again in a minute."), retry_after=hits.retry_after)
    context = _verdict(_given(request)) | {"pasted": request.POST.get("text", "")}
    return render(request, "receipts/verify.html", context, status=200 if context.get("receipt") else 422)


def _given(request: HttpRequest) -> bytes:
    upload = request.FILES.get("file")
    if upload is not None:
        beginning: bytes = upload.read(MOST_BYTES + 1)
        return beginning
    return request.POST.get("text", "").strip().encode()


def _verdict(content: bytes) -> dict[str, Any]:
    if not content:
        return {"problem": _("Choose a file of up to 2 MB, or paste the text of a receipt."), "nothing": True}
    if len(content) > MOST_BYTES:
        return {"problem": _("It is too large to be a receipt.")}
    try:
        receipt = signing.verify(pdf.document_of(content), queries.published())
    except signing.NotValid as problem:
        return {"problem": _(str(problem))}
    return {"receipt": receipt, "retired": _is_retired(receipt["key"])}


def _is_retired(kid: str) -> bool:
    with as_system():
        return SigningKey.objects.filter(kid=kid, signs=False).exists()


@page(policies.KEYS, side="console")
def key_list(request: Request) -> HttpResponse:
    """List the keys."""
    return render(request, "receipts/keys.html", {"keys": SigningKey.objects.order_by("-signs", "-created_at")})


@page(policies.KEYS, side="console", methods=("POST",))
def rotate(request: Request) -> HttpResponse:
    """Let a new key sign from now on."""
    services.rotate(by=request.actor, at=timezone.now())
    toast(request, _("A new key signs from now on. Receipts given before stay valid."))
    return redirect("console:receipt_keys")
