"""The ledger: whether everything recorded is as it was recorded."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel.http import Request
from openprm.kernel.ledger import jobs
from openprm.kernel.ledger.anchoring import waiting
from openprm.kernel.ledger.models import Anchor, Verification
from openprm.kernel.ledger.words import sentence
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

READ, OPERATE = "kernel.read_log", "kernel.operate"
SHOWN = 10


@page(READ, side="console")
def show(request: Request) -> HttpResponse:
    """Show what the last verification found, and the newest anchors."""
    runs = list(Verification.objects.all()[:SHOWN])
    last = runs[0] if runs else None
    context = {
        "last": last,
        "runs": runs,
        "findings": [sentence(finding) for finding in last.findings] if last else [],
        "anchors": Anchor.objects.order_by("-sequence").defer("heads")[:SHOWN],
        "waiting": waiting(),
        "may_verify": request.actor.may(OPERATE),
    }
    return render(request, "kernel/console/ledger.html", context)


@page(OPERATE, side="console", methods=("POST",))
def verify(request: Request) -> HttpResponse:
    """Have everything walked by a worker."""
    jobs.verify_all.defer(timestamp=int(timezone.now().timestamp()), by=request.actor.name)
    toast(request, _("A worker walks all chains now. Reload this page in a moment."), tone="info")
    return redirect("console:ledger")
