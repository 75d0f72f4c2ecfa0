"""Accounts, opportunities, product lines and imports, for programs."""

import json
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Form

from openprm.customers import importing, policies, queries, services
from openprm.customers.api.merging import MovedRowsOut, account_of, named_account
from openprm.customers.api.merging import router as merging
from openprm.customers.api.schemas import (
    AccountBatch,
    AccountFields,
    AccountFilter,
    AccountIn,
    AccountOut,
    BatchOut,
    CompanyDecisionIn,
    CompanyDecisionOut,
    ImportFilter,
    ImportIn,
    ImportOut,
    OpportunityBatch,
    OpportunityChange,
    OpportunityFilter,
    OpportunityIn,
    OpportunityOut,
    ProblemRowOut,
    ProductLineChange,
    ProductLineIn,
    ProductLineOut,
)
from openprm.customers.models import Account, Import, ImportRow, Opportunity
from openprm.customers.services.upsert import Planned
from openprm.kernel.api import (
    File,
    Page,
    PageQuery,
    Query,
    Router,
    Status,
    UploadedFile,
    narrow,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request
from openprm.matching import Query as CompanyQuery

router = Router(tags=["Customers"])
router.add_router("", merging)

NEWEST = ("-id",)  # ids sort by time, and have an index


@router.get("/product-lines", response=Page[ProductLineOut], operation_id="list_product_lines")
@operation()
def list_product_lines(request: Request, wanted: Query[PageQuery]) -> Any:
    """List what deals can be registered for."""
    return paginate(policies.visible_product_lines(request.actor), wanted, order=("name", "id"))


@router.get("/product-lines/{uuid:line_id}", response=ProductLineOut, operation_id="get_product_line")
@operation()
def get_product_line(request: Request, line_id: UUID, response: HttpResponse) -> Any:
    """Read a product line."""
    return tagged(response, get_object_or_404(policies.visible_product_lines(request.actor), pk=line_id))


@router.post("/product-lines", response={201: ProductLineOut}, operation_id="create_product_line")
@operation(policies.PRODUCT_LINES)
def create_product_line(request: Request, payload: ProductLineIn, response: HttpResponse) -> Any:
    """Add a product line."""
    line = services.create_product_line(by=request.actor, at=timezone.now(), **payload.dict())
    return Status(201, tagged(response, line))


@router.patch("/product-lines/{uuid:line_id}", response=ProductLineOut, operation_id="change_product_line")
@operation(policies.PRODUCT_LINES)
def change_product_line(request: Request, line_id: UUID, payload: ProductLineChange, response: HttpResponse) -> Any:
    """Rename a product line, or take it out of use."""
    line = get_object_or_404(policies.visible_product_lines(request.actor), pk=line_id)
    require_match(request, line)
    details = payload.dict(exclude_unset=True)
    return tagged(response, services.edit_product_line(line=line, by=request.actor, at=timezone.now(), **details))


@router.get("/accounts", response=Page[AccountOut], operation_id="list_accounts")
@operation(policies.VIEW)
def list_accounts(request: Request, wanted: Query[AccountFilter]) -> Any:
    """List accounts, newest first."""
    rows = policies.visible_accounts(request.actor)
    if wanted.q:
        rows = queries.search_accounts(rows, wanted.q)
    if wanted.external_id:
        found = services.by_external_id(wanted.external_id)
        rows = rows.filter(pk=found.pk) if found else rows.none()
    wanted.country = wanted.country.upper()
    return paginate(narrow(rows, wanted, "country"), wanted, order=NEWEST)


@router.get("/accounts/{uuid:account_id}", response={200: AccountOut, 301: MovedRowsOut}, operation_id="get_account")
@operation(policies.VIEW)
def get_account(request: Request, account_id: UUID, response: HttpResponse) -> Any:
    """Read an account. One that was merged answers 301 with the one that stayed."""
    rows = policies.visible_accounts(request.actor)
    row = rows.filter(pk=account_id).first()
    if row is not None:
        return tagged(response, row)
    stayed = get_object_or_404(rows, pk=services.stayed(account_id))
    response["Location"] = request.path.replace(str(account_id), str(stayed.pk))
    return Status(301, {"id": account_id, "merged_into": stayed.pk})


@router.post("/accounts", response={201: AccountOut}, operation_id="create_account")
@operation(policies.EDIT)
def create_account(request: Request, payload: AccountIn, response: HttpResponse) -> Any:
    """Add an account."""
    details = payload.dict(exclude_unset=True)
    account = services.create_account(by=request.actor, at=timezone.now(), origin=Account.Origin.API, **details)
    return Status(201, tagged(response, account))


@router.patch("/accounts/{uuid:account_id}", response=AccountOut, operation_id="change_account")
@operation(policies.EDIT)
def change_account(request: Request, account_id: UUID, payload: AccountFields, response: HttpResponse) -> Any:
    """Change an account."""
    account = account_of(request, account_id)
    require_match(request, account)
    details = payload.dict(exclude_unset=True)
    return tagged(response, services.edit_account(account=account, by=request.actor, at=timezone.now(), **details))


@router.delete("/accounts/{uuid:account_id}", response={204: None}, operation_id="remove_account")
@operation(policies.EDIT)
def remove_account(request: Request, account_id: UUID) -> Any:
    """Take an account away that no opportunity or deal speaks of."""
    services.remove_account(account=account_of(request, account_id), by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/accounts/batch", response=BatchOut, operation_id="upsert_accounts")
@operation(policies.EDIT)
def upsert_accounts(request: Request, payload: AccountBatch) -> Any:
    """Make or change up to 1,000 accounts by their external ids. Doing it twice is doing it once.

    Rows that cannot be used are told in the answer; the others are written.
    """
    rows = [row.dict(exclude_unset=True) for row in payload.rows]
    return _told(services.upsert_accounts(rows=rows, by=request.actor, at=timezone.now()))


@router.get(
    "/accounts/{uuid:account_id}/decisions", response=Page[CompanyDecisionOut], operation_id="list_company_decisions"
)
@operation(policies.VIEW)
def list_decisions(request: Request, account_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the decisions in force about an account, newest first."""
    return paginate(queries.decisions_about(account_of(request, account_id)), wanted, order=NEWEST)


@router.post("/accounts/{uuid:account_id}/decisions", response={201: CompanyDecisionOut}, operation_id="decide_company")
@operation(policies.DECIDE)
def decide_company(request: Request, account_id: UUID, payload: CompanyDecisionIn) -> Any:
    """Say whether two accounts, or an account and a name, are the same company. It counts at once.

    A decision about the same pair replaces the one before.
    """
    accounts = policies.visible_accounts(request.actor)
    other = get_object_or_404(accounts, pk=payload.other_id) if payload.other_id else None
    row = services.decide(
        account=account_of(request, account_id),
        other=other,
        query=None if other or not payload.name.strip() else CompanyQuery(payload.name, payload.domain or None),
        verdict=payload.verdict,
        why=payload.why,
        by=request.actor,
        at=timezone.now(),
    )
    return Status(201, row)


@router.delete(
    "/accounts/{uuid:account_id}/decisions/{uuid:decision_id}",
    response={204: None},
    operation_id="undo_company_decision",
)
@operation(policies.DECIDE)
def undo_decision(request: Request, account_id: UUID, decision_id: UUID) -> Any:
    """Take a decision back: likeness counts again."""
    row = get_object_or_404(queries.decisions_about(account_of(request, account_id)), pk=decision_id)
    services.undo_decision(decision=row, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.get("/opportunities", response=Page[OpportunityOut], operation_id="list_opportunities")
@operation(policies.VIEW)
def list_opportunities(request: Request, wanted: Query[OpportunityFilter]) -> Any:
    """List opportunities, newest first."""
    rows = policies.visible_opportunities(request.actor).prefetch_related("product_lines")
    if wanted.q:
        rows = queries.search_opportunities(rows, wanted.q)
    return paginate(narrow(rows, wanted, "account_id", "is_open"), wanted, order=NEWEST)


@router.get("/opportunities/{uuid:opportunity_id}", response=OpportunityOut, operation_id="get_opportunity")
@operation(policies.VIEW)
def get_opportunity(request: Request, opportunity_id: UUID, response: HttpResponse) -> Any:
    """Read an opportunity."""
    return tagged(response, _opportunity(request, opportunity_id))


@router.post("/opportunities", response={201: OpportunityOut}, operation_id="create_opportunity")
@operation(policies.EDIT)
def create_opportunity(request: Request, payload: OpportunityIn, response: HttpResponse) -> Any:
    """Add an opportunity at an account."""
    details = payload.dict(exclude_unset=True)
    account = named_account(request, details.pop("account_id"))
    made = services.create_opportunity(account=account, by=request.actor, at=timezone.now(), **details)
    return Status(201, tagged(response, made))


@router.patch("/opportunities/{uuid:opportunity_id}", response=OpportunityOut, operation_id="change_opportunity")
@operation(policies.EDIT)
def change_opportunity(
    request: Request, opportunity_id: UUID, payload: OpportunityChange, response: HttpResponse
) -> Any:
    """Change an opportunity."""
    row = _opportunity(request, opportunity_id)
    require_match(request, row)
    details = payload.dict(exclude_unset=True)
    account_id = details.pop("account_id", None)
    if account_id is not None:
        details["account"] = named_account(request, account_id)
    changed = services.edit_opportunity(opportunity=row, by=request.actor, at=timezone.now(), **details)
    changed._prefetched_objects_cache = {}  # type: ignore[attr-defined]  # the product lines may be others now
    return tagged(response, changed)


@router.post("/opportunities/batch", response=BatchOut, operation_id="upsert_opportunities")
@operation(policies.EDIT)
def upsert_opportunities(request: Request, payload: OpportunityBatch) -> Any:
    """Make or change up to 1,000 opportunities by their external ids. Doing it twice is doing it once.

    Rows that cannot be used are told in the answer; the others are written.
    """
    rows = [row.dict(exclude_unset=True) for row in payload.rows]
    return _told(services.upsert_opportunities(rows=rows, by=request.actor, at=timezone.now()))


@router.get("/imports", response=Page[ImportOut], operation_id="list_imports")
@operation(*importing.permissions())
def list_imports(request: Request, wanted: Query[ImportFilter]) -> Any:
    """List imports, newest first."""
    return paginate(narrow(policies.visible_imports(request.actor), wanted, "state"), wanted, order=NEWEST)


@router.get("/imports/{uuid:import_id}", response=ImportOut, operation_id="get_import")
@operation(*importing.permissions())
def get_import(request: Request, import_id: UUID) -> Any:
    """Read how far an import is."""
    return _import(request, import_id)


@router.get("/imports/{uuid:import_id}/problems", response=Page[ProblemRowOut], operation_id="list_import_problems")
@operation(*importing.permissions())
def list_import_problems(request: Request, import_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the rows of a file that could not be used."""
    rows = ImportRow.objects.filter(parent=_import(request, import_id), outcome=ImportRow.Outcome.FAILED)
    return paginate(rows, wanted, order=("number",))


@router.post("/imports", response={201: ImportOut}, operation_id="start_import")
@operation(*importing.permissions())
def start_import(request: Request, payload: Form[ImportIn], file: File[UploadedFile]) -> Any:
    """Send a CSV or Excel file of accounts, opportunities or recorded figures; a worker brings it in.

    Follow it with get_import.
    """
    by, at = request.actor, timezone.now()
    item = services.upload_import(kind=payload.kind, file=file, name=file.name or "file", by=by, at=at)
    mapping = _mapping(payload.mapping) if payload.mapping else item.mapping
    services.choose_columns(item=item, mapping=mapping, same_company=payload.same_company, by=by, at=at)
    return Status(201, services.start_import(item=item, by=by, at=at))


@router.post("/imports/{uuid:import_id}/resume", response=ImportOut, operation_id="resume_import")
@operation(*importing.permissions())
def resume_import(request: Request, import_id: UUID) -> Any:
    """Go on with an import that stopped."""
    return services.resume_import(item=_import(request, import_id), by=request.actor, at=timezone.now())


@router.post("/imports/{uuid:import_id}/undo", response=ImportOut, operation_id="undo_import")
@operation(*importing.permissions())
def undo_import(request: Request, import_id: UUID) -> Any:
    """Take an import back; a worker does it."""
    return services.undo_import(item=_import(request, import_id), by=request.actor, at=timezone.now())


def _opportunity(request: Request, pk: UUID) -> Opportunity:
    rows: QuerySet[Opportunity] = policies.visible_opportunities(request.actor)
    return get_object_or_404(rows.prefetch_related("product_lines"), pk=pk)


def _import(request: Request, pk: UUID) -> Import:
    return get_object_or_404(policies.visible_imports(request.actor), pk=pk)


def _told(planned: list[Planned[Any]]) -> dict[str, Any]:
    return {
        "rows": [
            {
                "position": one.position,
                "outcome": str(one.outcome),
                "id": one.instance.pk if one.instance else None,
                "problems": one.problems,
            }
            for one in planned
        ]
    }


def _mapping(text: str) -> dict[str, Any]:
    try:
        mapping = json.loads(text)
    except ValueError:
        mapping = None
    if not isinstance(mapping, dict):
        message = _('Write the mapping as JSON such as {"name": 0}.')
        raise Invalid(message, fields={"mapping": message})
    return mapping
