"""The page that says who of the vendor covers which regions."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openprm.kernel import web
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.partners import forms, policies, services
from openprm.partners.lists import Region
from openprm.partners.models import Territory
from openprm.partners.views.sending import send


@web.page(policies.TERRITORIES, side="console", methods=("GET", "POST"))
def territories(request: Request) -> HttpResponse:
    """Show who covers what, and change it; ``?person=&duty=`` opens one to change."""
    rows = list(Territory.objects.select_related("person").order_by("duty", "person__name")[:500])
    opened = next((row for row in rows if str(row.pk) == request.GET.get("open")), None)
    initial = {"person": opened.person_id, "duty": opened.duty, "regions": opened.regions} if opened else {}
    form = forms.Territory(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        send(request, form, services.set_territory)
        if not form.errors:
            person = form.cleaned_data["person"]
            toast(request, _("Saved: the territory of %(person)s.") % {"person": person.name})
            return redirect("console:territories")
    covered = {region for row in rows for region in row.regions}
    context = {
        "form": form,
        "rows": rows,
        "opened": opened,
        "uncovered": [label for value, label in Region.choices if value not in covered] if rows else [],
    }
    return render(request, "partners/territories.html", context, status=422 if form.errors else 200)
