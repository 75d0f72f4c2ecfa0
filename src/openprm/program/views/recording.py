"""The console's pages of figures that nothing counts, and of exchange rates."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.program import figures, forms, policies, services
from openprm.program.models import CustomKpi, ExchangeRate
from openprm.program.views.common import BOTH, POST, blame, drawn

values = Table(
    id="kpi-values",
    columns=[
        Column("partner", gettext_lazy("Partner"), cell="partner.name", sort="partner__name"),
        Column("kpi", gettext_lazy("Figure"), cell=lambda row: figures.label(row.kpi), csv="kpi"),
        Column(
            "value",
            gettext_lazy("Value"),
            cell=lambda row: f"{row.value:f}".rstrip("0").rstrip("."),
            align="end",
            csv="value",
        ),
        Column("source", gettext_lazy("Source"), cell="source", from_width="tablet"),
        Column("from", gettext_lazy("Since"), cell="valid_from", sort="valid_from"),
        Column("until", gettext_lazy("Counts until"), cell="valid_until", from_width="desktop"),
        Column("by", gettext_lazy("Recorded by"), cell="recorded_by", from_width="desktop"),
        Column("remove", gettext_lazy("Actions"), cell="program/cells/remove_value.html", csv=False, label_hidden=True),
    ],
    filters=[Filter("kpi", gettext_lazy("Figure"), choices=lambda request: forms.recorded())],
    search=["partner__name__icontains", "source__icontains"],
    default_sort="-pk",
    empty=Empty(
        "clipboard-check",
        gettext_lazy("No figures recorded yet"),
        gettext_lazy("Record what nothing counts by itself, such as the result of a survey, here or by the API."),
    ),
    live="kpi",
    export_name="recorded-figures",
    caption=gettext_lazy("Recorded figures"),
)


@page(policies.RECORD, side="console")
def value_list(request: Request) -> HttpResponse:
    """List the recorded figures."""
    rows = policies.values_visible_to(request.actor)
    context = {"may_manage": request.actor.may(policies.MANAGE)}
    return values.response(request, rows, "program/console/values.html", context)


@page(policies.RECORD, side="console", methods=BOTH)
def record(request: Request) -> HttpResponse:
    """Record a figure about a partner."""
    partners = policies.can_be_recorded_by(request.actor)
    form = forms.Recording(partners, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.record_value(by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            blame(form, problem)
        else:
            toast(request, _("The figure is recorded."))
            return redirect("console:kpi_values")
    return drawn(request, "program/console/form.html", form, title=_("Record a figure"), back=_list(),
                 back_label=_("Recorded figures"), submit=_("Record it"))  # fmt: skip


@page(policies.RECORD, side="console", methods=POST)
def remove(request: Request, pk: UUID) -> HttpResponse:
    """Remove a figure that was recorded by mistake."""
    row = get_object_or_404(policies.values_visible_to(request.actor), pk=pk)
    services.remove_value(value=row, by=request.actor, at=timezone.now())
    toast(request, _("The figure is removed."), tone="info")
    return redirect("console:kpi_values")


@page(policies.MANAGE, side="console", methods=BOTH)
def define(request: Request) -> HttpResponse:
    """Define a figure of one's own, and see those that there are."""
    form = forms.Defining(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.define_kpi(by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            blame(form, problem)
        else:
            toast(request, _("The figure can be recorded and asked for now."))
            return redirect("console:kpi_define")
    every = [(one, str(one.category)) for one in figures.known().values()]
    return drawn(request, "program/console/define.html", form, own=CustomKpi.objects.all(), every=every)


@page(policies.MANAGE, side="console", methods=BOTH)
def rates(request: Request) -> HttpResponse:
    """Set the exchange rates to the reporting currency."""
    form = forms.Rate(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.set_rate(by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            blame(form, problem)
        else:
            toast(request, _("The rate counts now. All partners are assessed anew."))
            return redirect("console:exchange_rates")
    context = {"rates": ExchangeRate.objects.all(), "currency": figures.currency(), "form": form}
    return render(request, "program/console/rates.html", context, status=422 if form.is_bound else 200)


@page(policies.MANAGE, side="console", methods=POST)
def remove_rate(request: Request, pk: UUID) -> HttpResponse:
    """Forget a rate."""
    row = get_object_or_404(ExchangeRate, pk=pk)
    services.remove_rate(rate=row, by=request.actor, at=timezone.now())
    toast(request, _("The rate is removed."), tone="info")
    return redirect("console:exchange_rates")


def _list() -> str:
    return reverse("console:kpi_values")
