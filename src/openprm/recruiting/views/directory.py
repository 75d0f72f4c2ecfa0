"""The public directory of partners who wish to be listed, and a partner's own entry in it."""

from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from openprm.kernel import settings_store, web
from openprm.kernel.files.kinds import IMAGES
from openprm.kernel.http import Request
from openprm.kernel.ui import countries
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners.lists import PartnerType, Vertical
from openprm.partners.models import Partner
from openprm.partners.views.sending import send
from openprm.recruiting import policies, services
from openprm.recruiting.listing_form import ListingForm
from openprm.recruiting.models import ApplicationForm, Listing
from openprm.recruiting.views.public import public

PER_PAGE, LONGEST = 24, 100


@public("GET", "HEAD")
def listing(request: Request) -> HttpResponse:
    """List who may be listed, by name, country, type and vertical."""
    rows = listed()
    query = {name: request.GET.get(name, "")[:LONGEST] for name in ("q", "country", "type", "vertical")}
    there = set(rows.order_by().values_list("country", flat=True).distinct())
    if query["q"].replace("\x00", "").strip():
        rows = rows.filter(name__icontains=query["q"].replace("\x00", "").strip())
    if query["country"] in countries.NAMES:
        rows = rows.filter(country=query["country"])
    if query["type"] in PartnerType.values:
        rows = rows.filter(partner_types__contains=[query["type"]])
    if query["vertical"] in Vertical.values:
        rows = rows.filter(verticals__contains=[query["vertical"]])
    paged = Paginator(rows.order_by("name", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": [_told(row) for row in paged],
        "paged": paged,
        "query": query,
        "countries": [pair for pair in countries.choices() if pair[0] in there],
        "types": PartnerType.choices,
        "verticals": Vertical.choices,
        "may_apply": ApplicationForm.objects.filter(state="published").exists(),
        "searched": any(query.values()) or paged.number > 1,
    }
    return render(request, "recruiting/public/directory.html", context)


@public("GET", "HEAD")
def entry(request: Request, pk: UUID) -> HttpResponse:
    """Show one listed partner."""
    row = get_object_or_404(listed(), pk=pk)
    return render(request, "recruiting/public/entry.html", {"one": _told(row)})


@public("GET", "HEAD")
def logo(request: Request, pk: UUID) -> HttpResponseBase:
    """Send the picture of a listed partner."""
    row = get_object_or_404(listed().exclude(logo=None), pk=pk)
    if row.logo is None or row.logo.media_type not in IMAGES:
        raise Http404
    try:
        content = default_storage.open(row.logo.path)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type=row.logo.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@page(policies.LISTING, side="portal", methods=("GET", "POST"))
def edit(request: Request) -> HttpResponse:
    """Say what the directory tells of one's own company."""
    partner = get_object_or_404(Partner, pk=request.actor.partner_id)
    known = Listing.objects.filter(partner=partner).first()
    initial = {name: getattr(known, name) for name in ListingForm.base_fields} if known else None
    form = ListingForm(request.POST or web.unsent(request) or None, initial=initial)
    if send(request, form, services.change_listing, partner=partner):
        words = _("Your company is listed.") if form.cleaned_data["listed"] else _("Your company is not listed.")
        toast(request, words)
        return redirect("portal:company")
    context: dict[str, Any] = {
        "form": form,
        "partner": partner,
        "is_on": settings_store.get("recruiting.directory"),
        "one": _told(partner, known) if known else None,
    }
    return render(request, "recruiting/listing.html", context, status=422 if form.errors else 200)


def listed() -> QuerySet[Partner]:
    """Return the partners that the public may see; nothing while the directory is switched off."""
    if not settings_store.get("recruiting.directory"):
        raise Http404
    rows = Partner.objects.filter(status=Partner.Status.ACTIVE, listing__listed=True)
    return rows.select_related("listing", "logo")


def _told(partner: Partner, known: Listing | None = None) -> dict[str, Any]:
    """Return what the public is told of a partner, and nothing else."""
    row = known or partner.listing
    return {
        "id": partner.pk,
        "name": partner.name,
        "country": partner.country,
        "description": row.description,
        "website": partner.website if row.show_website else "",
        "website_words": partner.website_words if row.show_website else "",
        "types": [str(PartnerType(one).label) for one in partner.partner_types],
        "verticals": [str(Vertical(one).label) for one in partner.verticals],
        "has_logo": partner.logo_id is not None,
    }
