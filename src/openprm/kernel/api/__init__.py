'''What every part of the API shares. A feature's ``api.py`` looks like this::

    """Deals, for programs."""

    from openprm.kernel.api import Page, PageQuery, Router, Schema, operation, paginate, require_match, tagged

    router = Router(tags=["Deals"])

    class DealOut(Schema):
        """A deal as its reader may see it."""
        id: UUID
        customer: str = Field(examples=["Contoso GmbH"])      # an example for every field that people would ask about
        status: str

    class DealIn(Schema):
        customer: str = Field(min_length=1, max_length=200, examples=["Contoso GmbH"])   # always a max_length

    class DealFilter(PageQuery):                               # limit and cursor come along
        status: Literal["submitted", "approved"] | None = None

    @router.get("/deals", response=Page[DealOut], operation_id="list_deals")
    @operation("deals.view")                                   # below the router's decorator, always
    def list_deals(request: HttpRequest, wanted: Query[DealFilter]) -> Any:
        """List the deals you may see, newest first."""        # the description in the documentation
        rows = policies.visible_to(request.actor)              # whoever sees nothing gets nothing: no 403 on rows
        rows = narrow(rows, wanted, "status")                  # the filters that were given
        return paginate(rows, wanted)                          # order=("name", "id") for another order

    @router.post("/deals", response={201: DealOut}, operation_id="register_deal")
    @operation("deals.register")
    def register_deal(request: HttpRequest, payload: DealIn, response: HttpResponse) -> Any:
        """Register a deal."""
        deal = services.register(by=request.actor, at=timezone.now(), **payload.dict())
        return Status(201, tagged(response, deal))

    @router.patch("/deals/{uuid:deal_id}", response=DealOut, operation_id="change_deal")
    @operation("deals.register")
    def change_deal(request: HttpRequest, deal_id: UUID, payload: DealChange, response: HttpResponse) -> Any:
        """Change a deal."""
        deal = get_object_or_404(policies.visible_to(request.actor), pk=deal_id)   # 404 for what is somebody else's
        require_match(request, deal)                           # 428 without If-Match, 412 if it is another version
        services.change(deal, by=request.actor, at=timezone.now(), **payload.dict(exclude_unset=True))
        return tagged(response, deal)

Done for you: token (never a cookie), permission, read-only views, rate limit, ``Idempotency-Key`` on every POST, one
transaction that a refusal undoes, ``application/problem+json`` for every ``Problem`` a service raises, for validation
and for an outage, unstorable characters, the refusals in the schema. Write no ``try`` and no status code but 201/204.
'''

from ninja import Field, File, Query, Router, Schema, Status, UploadedFile

from openprm.kernel.api.instance import Api, create_api
from openprm.kernel.api.operation import MAY_MATCH, operation
from openprm.kernel.api.pages import Page, PageQuery, narrow, paginate
from openprm.kernel.api.problems import ProblemDocument
from openprm.kernel.api.versions import etag, require_match, seen_by, tagged

__all__ = [
    "MAY_MATCH",
    "Api",
    "Field",
    "File",
    "Page",
    "PageQuery",
    "ProblemDocument",
    "Query",
    "Router",
    "Schema",
    "Status",
    "UploadedFile",
    "create_api",
    "etag",
    "narrow",
    "operation",
    "paginate",
    "require_match",
    "seen_by",
    "tagged",
]
