"""Price books and margins, for programs: the same verbs, rules and refusals as on the pages."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.customers.models import ProductLine
from openprm.kernel.api import (
    File,
    Page,
    PageQuery,
    Query,
    Router,
    Status,
    UploadedFile,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.http import Request
from openprm.partners import policies as partners
from openprm.pricing import policies, queries, rules, services, when, words
from openprm.pricing.models import Edition, PriceBook, PriceImport
from openprm.pricing.rules import Term
from openprm.pricing.services import importing
from openprm.pricing.shapes import (
    AssignIn,
    BookFilter,
    BookIn,
    BookOut,
    BookPatch,
    CompareQuery,
    DraftIn,
    EditionOut,
    EntryIn,
    EntryOut,
    HoldingOut,
    MarginOut,
    MarginQuery,
    PriceDifferenceOut,
    PriceImportOut,
    PublishIn,
)

router = Router(tags=["Price books"])


@router.get("/price-books", response=Page[BookOut], operation_id="list_price_books")
@operation(policies.VIEW)
def list_books(request: Request, wanted: Query[BookFilter]) -> Any:
    """List the price books. Partners see none here; theirs are under their partner."""
    found = policies.visible_to(request.actor)
    return paginate(found.filter(state=wanted.state) if wanted.state else found, wanted)


@router.post("/price-books", response={201: BookOut}, operation_id="create_price_book")
@operation(policies.MANAGE)
def create_book(request: Request, payload: BookIn, response: HttpResponse) -> Any:
    """Create a price book. Nobody has it before its prices are published."""
    book = services.create_book(by=request.actor, at=timezone.now(), **payload.dict())
    return Status(201, tagged(response, book))


@router.get("/price-books/{uuid:book_id}", response=BookOut, operation_id="get_price_book")
@operation(policies.VIEW)
def get_book(request: Request, book_id: UUID, response: HttpResponse) -> Any:
    """Read a price book."""
    return tagged(response, _book(request, book_id))


@router.patch("/price-books/{uuid:book_id}", response=BookOut, operation_id="change_price_book")
@operation(policies.MANAGE)
def change_book(request: Request, book_id: UUID, payload: BookPatch, response: HttpResponse) -> Any:
    """Change a price book from now on."""
    book = _book(request, book_id)
    require_match(request, book)
    given = payload.dict(exclude_unset=True)
    given = {name: value for name, value in given.items() if value is not None or name == "ends_on"}
    return tagged(response, services.change_book(book=book, by=request.actor, at=timezone.now(), **given))


@router.post("/price-books/{uuid:book_id}/retire", response=BookOut, operation_id="retire_price_book")
@operation(policies.MANAGE)
def retire_book(request: Request, book_id: UUID) -> Any:
    """End a price book now. Deals registered before keep their margin."""
    return services.retire(book=_book(request, book_id), by=request.actor, at=timezone.now())


@router.post("/price-books/{uuid:book_id}/restore", response=BookOut, operation_id="restore_price_book")
@operation(policies.MANAGE)
def restore_book(request: Request, book_id: UUID) -> Any:
    """Bring a retired price book back as a draft."""
    return services.restore(book=_book(request, book_id), by=request.actor, at=timezone.now())


@router.delete("/price-books/{uuid:book_id}", response={204: None}, operation_id="delete_price_book")
@operation(policies.MANAGE)
def delete_book(request: Request, book_id: UUID) -> Any:
    """Forget a price book that was never published."""
    services.delete_book(book=_book(request, book_id), by=request.actor, at=timezone.now())
    return Status(204, None)


@router.get("/price-books/{uuid:book_id}/editions", response=Page[EditionOut], operation_id="list_price_editions")
@operation(policies.VIEW)
def list_editions(request: Request, book_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the editions of a book, the draft among them, newest first."""
    return paginate(Edition.objects.filter(book=_book(request, book_id)), wanted)


@router.get(
    "/price-books/{uuid:book_id}/editions/{uuid:edition_id}/entries",
    response=Page[EntryOut],
    operation_id="list_price_entries",
)
@operation(policies.VIEW)
def list_entries(request: Request, book_id: UUID, edition_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the entries of an edition."""
    edition = get_object_or_404(Edition, pk=edition_id, book=_book(request, book_id))
    return paginate(edition.entries.select_related("product_line"), wanted)


@router.put("/price-books/{uuid:book_id}/draft", response=EditionOut, operation_id="put_price_draft")
@operation(policies.MANAGE)
def put_draft(request: Request, book_id: UUID, payload: DraftIn, response: HttpResponse) -> Any:
    """Make these entries the draft of the next prices. Where there is one, say with If-Match which you read."""
    book, at = _book(request, book_id), timezone.now()
    draft = queries.draft_of(book)
    if draft is not None:
        require_match(request, draft)
    keys = dict(ProductLine.objects.values_list("key", "pk"))
    terms = [_term(entry, keys) for entry in payload.entries]
    services.write_draft(book=book, terms=terms, draft=draft, by=request.actor, at=at)
    adds = payload.adds_tier_points
    return tagged(response, services.set_terms(book=book, adds_tier_points=adds, by=request.actor, at=at))


@router.delete("/price-books/{uuid:book_id}/draft", response={204: None}, operation_id="discard_price_draft")
@operation(policies.MANAGE)
def discard_draft(request: Request, book_id: UUID) -> Any:
    """Throw the draft away."""
    services.discard_draft(book=_book(request, book_id), by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/price-books/{uuid:book_id}/publish", response={201: EditionOut}, operation_id="publish_price_book")
@operation(policies.MANAGE)
def publish(request: Request, book_id: UUID, payload: PublishIn) -> Any:
    """Put the draft into force, now or from a day to come."""
    book = _book(request, book_id)
    return Status(201, services.publish(book=book, by=request.actor, at=timezone.now(), **payload.dict()))


@router.post(
    "/price-books/{uuid:book_id}/editions/{uuid:edition_id}/take-back",
    response=EditionOut,
    operation_id="take_back_price_edition",
)
@operation(policies.MANAGE)
def take_back(request: Request, book_id: UUID, edition_id: UUID) -> Any:
    """Make a planned price change that has not begun the draft again."""
    found = Edition.objects.select_related("book")
    edition = get_object_or_404(found, pk=edition_id, book=_book(request, book_id))
    return services.take_back(edition=edition, by=request.actor, at=timezone.now())


@router.get("/price-books/{uuid:book_id}/compare", response=list[PriceDifferenceOut], operation_id="compare_prices")
@operation(policies.VIEW)
def compare(request: Request, book_id: UUID, wanted: Query[CompareQuery]) -> Any:
    """Tell what differs between the prices of two days."""
    book, lines = _book(request, book_id), queries.line_names()
    today = when.today(timezone.now())
    days = (wanted.before or today, wanted.after or today)
    before, after = (queries.edition_at(book, when.evening(day)) for day in days)
    found = rules.compare(queries.terms_of(before), queries.terms_of(after))
    return [
        {"change": one.change.value, "text": words.difference(one, lines, book.currency), "points": one.step}
        for one in found
    ]


@router.post("/price-books/{uuid:book_id}/imports", response={201: PriceImportOut}, operation_id="import_prices")
@operation(policies.MANAGE)
def import_prices(
    request: Request, book_id: UUID, file: File[UploadedFile], mode: Literal["replace", "add"] = "replace"
) -> Any:
    """Read a CSV or Excel file of prices and tell what it would change. Apply it to take it into the draft."""
    book = _book(request, book_id)
    read = services.read_file(
        book=book, stream=file, name=file.name or "prices", size=file.size or 0, mode=mode, by=request.actor,
        at=timezone.now(),
    )  # fmt: skip
    found = rules.compare(importing.base(book), importing.outcome(read))
    told = words.differences(found[:200], queries.line_names(), book.currency)
    return Status(
        201,
        {"id": read.pk, "file_name": read.file_name, "usable": len(read.terms), "problems": read.problems,
         "changes": told},
    )  # fmt: skip


@router.post("/price-imports/{uuid:import_id}/apply", response=EditionOut, operation_id="apply_price_import")
@operation(policies.MANAGE)
def apply_import(request: Request, import_id: UUID) -> Any:
    """Take a file that was read into the draft of the next prices."""
    read = get_object_or_404(PriceImport.objects.select_related("book"), pk=import_id)
    return services.apply_import(read=read, by=request.actor, at=timezone.now())


@router.get(
    "/partners/{uuid:partner_id}/price-books", response=list[HoldingOut], operation_id="list_price_books_of_partner"
)
@operation(policies.VIEW)
def list_books_of_partner(request: Request, partner_id: UUID) -> Any:
    """List the books that count for a partner now, the one that goes first on top. Partners ask about themselves."""
    partner = get_object_or_404(policies.partners_shown_to(request.actor), pk=partner_id)
    keys = dict(ProductLine.objects.values_list("pk", "key"))
    return [_holding(one, keys) for one in queries.books_of(partner.pk, timezone.now())]


@router.post("/partners/{uuid:partner_id}/price-books", response={204: None}, operation_id="assign_price_book")
@operation(policies.ASSIGN)
def assign(request: Request, partner_id: UUID, payload: AssignIn) -> Any:
    """Give a book to a partner by name."""
    partner = get_object_or_404(partners.visible_to(request.actor), pk=partner_id)
    book = _book(request, payload.book_id)
    services.assign(
        partner=partner, book=book, until=payload.until, reason=payload.reason, by=request.actor, at=timezone.now()
    )
    return Status(204, None)


@router.delete(
    "/partners/{uuid:partner_id}/price-books/{uuid:book_id}", response={204: None}, operation_id="unassign_price_book"
)
@operation(policies.ASSIGN)
def unassign(request: Request, partner_id: UUID, book_id: UUID) -> Any:
    """Take a book that was given by name away from a partner; what its audience gives stays."""
    partner = get_object_or_404(partners.visible_to(request.actor), pk=partner_id)
    services.unassign(partner=partner, book=_book(request, book_id), by=request.actor, at=timezone.now())
    return Status(204, None)


@router.get("/partners/{uuid:partner_id}/margins", response=list[MarginOut], operation_id="list_margins_of_partner")
@operation(policies.VIEW)
def list_margins(request: Request, partner_id: UUID, wanted: Query[MarginQuery]) -> Any:
    """Tell what a partner gets (or got at a moment) on product lines, and why. Partners ask about themselves."""
    partner = get_object_or_404(policies.partners_shown_to(request.actor), pk=partner_id)
    lines: list[UUID | None] = [wanted.product_line_id] if wanted.product_line_id or wanted.sku else []
    if not lines:
        lines = [line for line, _name in sorted(queries.active_lines().items(), key=lambda pair: pair[1])]
    at = wanted.at or timezone.now()
    return queries.margins(partner.pk, lines, timezone.make_aware(at) if timezone.is_naive(at) else at, wanted.sku)


def _book(request: Request, book_id: UUID) -> PriceBook:
    return get_object_or_404(policies.visible_to(request.actor), pk=book_id)


def _term(entry: EntryIn, keys: dict[str, UUID]) -> Term:
    """Return an entry as a plain value; a key that does not exist is refused beside its row."""
    line = keys.get(entry.product_line, UUID(int=0)) if entry.product_line else None
    return Term(line, entry.sku.strip(), entry.name.strip(), entry.list_price, entry.points, entry.net_price)


def _holding(one: queries.Holding, keys: dict[UUID, str]) -> dict[str, Any]:
    return {
        "book_id": one.book.pk,
        "code": one.book.code,
        "name": one.book.name,
        "description": one.book.description,
        "currency": one.book.currency,
        "priority": one.assignment.priority,
        "source": one.assignment.source,
        "since": one.assignment.period.lower,
        "until": one.until,
        "entries": [
            {
                "product_line": keys.get(term.product_line) if term.product_line else None,
                "sku": term.sku, "name": term.name, "list_price": term.list_price, "points": term.points,
                "net_price": term.net_price,
            }
            for term in one.terms
        ],
    }  # fmt: skip
