"""What partners can register deals for."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers import forms, policies, services
from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast


def listing(request: Request) -> HttpResponse:
    """List the product lines, and add one."""
    form = forms.ProductLineForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            line = services.create_product_line(by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            form.refuse(problem)
        else:
            toast(request, _("“%(name)s” was added.") % {"name": line.name})
            return redirect("console:product_lines")
    lines = policies.visible_product_lines(request.actor).order_by("-active", "name")
    context = {"form": form, "lines": lines}
    return render(request, "customers/product_lines.html", context, status=422 if form.is_bound else 200)


def edit(request: Request, pk: UUID) -> HttpResponse:
    """Rename a product line, or take it out of use."""
    line = get_object_or_404(policies.visible_product_lines(request.actor), pk=pk)
    initial = {"name": line.name, "active": line.active}
    form = forms.ProductLineForm(request.POST) if request.method == "POST" else forms.ProductLineForm(initial=initial)
    if form.is_bound and form.is_valid():
        try:
            services.edit_product_line(line=line, by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            form.refuse(problem)
        else:
            toast(request, _("Saved."))
            return redirect("console:product_lines")
    context = {"form": form, "line": line}
    return render(request, "customers/product_line.html", context, status=422 if form.is_bound else 200)
