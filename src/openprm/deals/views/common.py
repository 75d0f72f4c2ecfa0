"""What the pages of deals share."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from openprm.customers.models import ProductLine
from openprm.deals import policies
from openprm.deals.models import DealLine, DealRegistration
from openprm.kernel.errors import Problem, Stale
from openprm.kernel.http import Request

Act = Callable[[DealRegistration], Any]


def seen(request: Request, verb: str = policies.VIEW) -> QuerySet[DealRegistration]:
    """Return the deals of this reader, with what lists show of them."""
    return policies.visible_to(request.actor, verb).select_related("partner")


def may_register(request: Request) -> bool:
    """Say whether to offer registering a deal."""
    return request.actor.may(policies.REGISTER) and not request.actor.read_only


def find(request: Request, pk: UUID) -> DealRegistration:
    """Return one deal with its product lines; what is not this reader's does not exist (404)."""
    lines = Prefetch("lines", DealLine.objects.select_related("product_line"))
    return get_object_or_404(seen(request).prefetch_related(lines), pk=pk)


def lines_of(deal: DealRegistration) -> str:
    """Return the product lines in words."""
    return ", ".join(sorted(str(line.product_line) for line in deal.lines.all()))


def line_choices(_request: Request) -> list[tuple[str, str]]:
    """Return the product lines to filter by."""
    return [(str(line.pk), line.name) for line in ProductLine.objects.all()]


def wants(request: Request, element_id: str) -> bool:
    """Say whether htmx asks for one part of the page only."""
    htmx = getattr(request, "htmx", None)
    if not htmx or htmx.history_restore_request or htmx.boosted:
        return False
    target = str(htmx.target or "")
    return target == element_id or target.endswith("#" + element_id)


def told(problem: Problem) -> str:
    """Return a refusal as a page says it, above the fresh content."""
    if isinstance(problem, Stale):
        return _("Somebody else was faster: this deal changed while you were looking. This is how it stands now.")
    details = [text for name, text in problem.fields.items() if name not in ("code", "text")]
    return " ".join([str(problem.message), *details])


def refused(request: Request, problem: Problem | None, name: str) -> QueryDict | None:
    """Return what was sent to the address of this name, if that is what was refused: nothing typed is lost."""
    match = request.resolver_match
    return request.POST if problem is not None and match is not None and match.url_name == name else None


def again(problem: Problem, page: Callable[[Problem], HttpResponse]) -> HttpResponse:
    """Return the page anew with what was refused, and the refusal's status."""
    response = page(problem)
    response.status_code = problem.status
    return response
