"""What came to deals' addresses, and what became of it."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from openprm.extensions import policies
from openprm.extensions.models import InboundMail
from openprm.kernel import settings_store
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, Table
from openprm.kernel.web import page

OUTCOMES = [("logged", _("Logged")), ("repeated", _("Logged before")), ("refused", _("Refused"))]

inbound = Table(
    id="inbound",
    columns=[
        Column("sender", _("From"), sort="sender"),
        Column("subject", _("Subject")),
        Column(
            "deal",
            _("Deal"),
            cell="extensions/cells/reference.html",
            from_width="tablet",
            csv=lambda row: row.deal.reference if row.deal else "",
        ),
        Column("outcome", _("What became of it"), cell=lambda row: dict(OUTCOMES)[row.outcome]),
        Column("answer", _("Answer"), from_width="tablet"),
        Column("created", _("Received"), cell="created_at", sort="created_at"),
    ],
    filters=[
        Filter("outcome", _("What became of it"), choices=OUTCOMES, multiple=True),
        DateRange("received", _("Received"), field="created_at"),
    ],
    search=("sender__icontains", "subject__icontains"),
    default_sort="-created",
    empty=Empty("mail", _("No mail has come yet"), _("Mail to deals' addresses is listed here, with its answer.")),
    caption=_("Mail to deals"),
    export_name="inbound-mail",
)


@page(policies.DELIVER, side="console")
def show(request: Request) -> HttpResponse:
    """Show what came."""
    context = {"domain": settings_store.get("extensions.mail_domain")}
    return inbound.response(
        request, InboundMail.objects.select_related("deal"), "extensions/console/mail.html", context
    )
