"""What several pages share."""

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.kpis import SourceRow
from openprm.program import figures, words
from openprm.program.models import Membership

POST = ("POST",)
BOTH = ("GET", "POST")
ROWS_A_PAGE = 50


def blame(form: forms.Form, problem: Problem) -> None:
    """Put a refusal beside the fields it is about."""
    for name, said in (problem.fields or {"": str(problem)}).items():
        last = name.rpartition(".")[2]
        form.add_error(name if name in form.fields else last if last in form.fields else None, said)


def drawn(request: Request, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """Draw a page with a form; one that is not valid answers 422."""
    return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)


def back_to(request: Request, otherwise: str) -> str:
    """Return where the form says to go next, if it is one of our pages."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else otherwise


def figure(request: Request, member: Membership, kpi: str, at: Any) -> dict[str, Any]:
    """Return the rows a figure of a member is made of, page by page; ``months`` in the address is its window."""
    given = request.GET.get("months", "")
    months = int(given) if given.isdecimal() and 1 <= int(given) <= 120 else None
    rows = figures.rows(kpi, months, member.partner_id, at)
    say = words.Speaker()
    listed: Page[SourceRow] = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    values = figures.of(member.partner_id, [(kpi, months)], at)
    return {
        "member": member,
        "label": say.label(kpi),
        "window": say.window(kpi, months),
        "months": months or "",
        "value": say.amount(kpi, values.get((kpi, months), figures.ZERO)),
        "rows": [(row, say.amount(kpi, row.value)) for row in listed],
        "listed": listed,
        "known": kpi in say.kpis,
    }
