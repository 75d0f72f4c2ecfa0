"""Writing the prices of a book: in place, from a file, and putting them into force."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers.models import ProductLine
from openprm.kernel.errors import Invalid, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.pricing import forms, policies, queries, rules, services
from openprm.pricing.models import Edition, PriceBook, PriceImport
from openprm.pricing.rules import Term
from openprm.pricing.services import importing
from openprm.pricing.views import books
from openprm.pricing.views.common import POST, READ_WRITE, attempt, find, shown

EDITED_AT_ONCE = 200
EMPTY_ROWS = 3
FIELDS = ("product_line", "sku", "name", "list_price", "points", "net_price")


@page(policies.MANAGE, side="console", methods=READ_WRITE)
def entries(request: Request, pk: UUID) -> HttpResponse:
    """Edit the entries of the draft in place; without a draft, a copy of the newest prices."""
    book = find(request, pk)
    if book.state == PriceBook.State.RETIRED:
        return redirect(book)
    source = queries.draft_of(book) or queries.newest(book)
    terms = queries.terms_of(source)
    if request.method != "POST":
        return _table(request, book, source, [_texts(term) for term in terms[:EDITED_AT_ONCE]], {})
    kept = [term for term in terms if not _is_shown(term, terms)]
    typed = _typed(request)
    read, wrong, places = _read(typed)
    if not wrong:
        draft = source if source and source.is_draft else None
        if request.POST.get("version", _seen(source)) != _seen(source):
            wrong = {"": _("Somebody else changed these prices in the meantime. Look at them again.")}
        else:
            try:
                services.write_draft(book=book, terms=[*read, *kept], draft=draft, by=request.actor, at=timezone.now())
            except Invalid as problem:
                wrong = _placed(problem, places)
    if wrong:
        return _table(request, book, source, typed, wrong)
    if request.POST.get("then") == "more":
        toast(request, _("Saved in the draft."))
        return redirect("console:price_book_entries", book.pk)
    toast(request, _("Saved in the draft. Partners notice nothing until you publish it."))
    return redirect(book)


@page(policies.MANAGE, side="console", methods=POST)
def terms(request: Request, pk: UUID) -> HttpResponse:
    """Say in the draft whether the tier's points come on top."""
    book, form = find(request, pk), forms.Terms(request.POST)
    form.is_valid()
    adds = form.cleaned_data["adds_tier_points"]
    attempt(
        request,
        lambda: services.set_terms(book=book, adds_tier_points=adds, by=request.actor, at=timezone.now()),
        _("Saved in the draft."),
    )
    return redirect(book)


@page(policies.MANAGE, side="console", methods=POST)
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Put the draft into force."""
    book, form = find(request, pk), forms.Publishing(request.POST, auto_id="id_publish_%s")
    if form.is_valid():
        try:
            services.publish(book=book, by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Invalid as wrong:
            form.blame(wrong.fields or {"": str(wrong)})
        except (Refusal, Stale) as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("Published. Everybody whose book it is sees the prices from their day on."))
            return redirect(book)
    context = {**books._context(request, find(request, pk)), "publishing": form}
    return render(request, "pricing/console/book.html", context, status=422)


@page(policies.MANAGE, side="console", methods=POST)
def discard(request: Request, pk: UUID) -> HttpResponse:
    """Throw the draft away."""
    book = find(request, pk)
    attempt(
        request,
        lambda: services.discard_draft(book=book, by=request.actor, at=timezone.now()),
        _("The draft is discarded."),
    )
    return redirect(book)


@page(policies.MANAGE, side="console", methods=POST)
def take_back(request: Request, pk: UUID) -> HttpResponse:
    """Take a planned price change back."""
    edition = get_object_or_404(Edition.objects.select_related("book"), pk=pk)
    attempt(
        request,
        lambda: services.take_back(edition=edition, by=request.actor, at=timezone.now()),
        _("The change is taken back; it is the draft now."),
    )
    return redirect(edition.book)


@page(policies.MANAGE, side="console", methods=READ_WRITE)
def import_file(request: Request, pk: UUID) -> HttpResponse:
    """Choose a file of prices."""
    book = find(request, pk)
    sent = request.method == "POST"
    form = forms.Importing(request.POST, request.FILES) if sent else forms.Importing()
    if sent and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            read = services.read_file(
                book=book, stream=upload, name=upload.name, size=upload.size, mode=form.cleaned_data["mode"],
                by=request.actor, at=timezone.now(),
            )  # fmt: skip
        except Invalid as wrong:
            form.blame(wrong.fields)
        else:
            return redirect("console:price_import", read.pk)
    return render(request, "pricing/console/import.html", {"book": book, "form": form}, status=422 if sent else 200)


@page(policies.MANAGE, side="console")
def preview(request: Request, pk: UUID) -> HttpResponse:
    """Show what a file would change, and which rows cannot be used and why."""
    read = get_object_or_404(PriceImport.objects.select_related("book"), pk=pk)
    lines = queries.line_names()
    found = rules.compare(importing.base(read.book), importing.outcome(read))
    context = {
        "read": read,
        "book": read.book,
        "changes": shown(found, lines, read.book.currency),
        "count": len(found),
        "sound": len(read.terms),
        "problems": [{"number": number, "text": text} for number, text in read.problems[:200]],
        "problem_count": len(read.problems),
    }
    return render(request, "pricing/console/preview.html", context)


@page(policies.MANAGE, side="console", methods=POST)
def apply(request: Request, pk: UUID) -> HttpResponse:
    """Take the file into the draft."""
    read = get_object_or_404(PriceImport.objects.select_related("book"), pk=pk)
    book = read.book
    done = attempt(
        request,
        lambda: services.apply_import(read=read, by=request.actor, at=timezone.now()),
        _("The file is in the draft. Partners notice nothing until you publish it."),
    )
    return redirect(book) if done else redirect("console:price_import", pk)


def _table(
    request: Request, book: PriceBook, source: Edition | None, typed: list[dict[str, str]], wrong: dict[str, str]
) -> HttpResponse:
    filled = [row for row in typed if any(row.values())]
    empty = [dict.fromkeys(FIELDS, "") for _number in range(EMPTY_ROWS)]
    shown_rows = [
        {"number": number, **row, "wrong": {field: wrong.get(f"{number}.{field}", "") for field in FIELDS}}
        for number, row in enumerate([*filled, *empty])
    ]
    context = {
        "book": book,
        "draft": source if source and source.is_draft else None,
        "seen": _seen(source),
        "rows": shown_rows,
        "lines": list(ProductLine.objects.values("pk", "name", "active").order_by("name")),
        "problem": wrong.get("", ""),
        "wrong": bool(wrong),
        "hidden": max(0, len(queries.terms_of(source)) - EDITED_AT_ONCE),
        "most": EDITED_AT_ONCE,
    }
    return render(request, "pricing/console/entries.html", context, status=422 if wrong else 200)


def _seen(source: Edition | None) -> str:
    """Return what tells the prices that are being edited from what somebody else makes of them meanwhile."""
    return f"{source.number}.{source.version}" if source else ""


def _texts(term: Term) -> dict[str, str]:
    line = str(term.product_line) if term.product_line else "" if term.sku else "*"
    numbers = {name: forms.number_text(getattr(term, name)) for name in ("list_price", "points", "net_price")}
    return {"product_line": line, "sku": term.sku, "name": term.name, **numbers}


def _is_shown(term: Term, terms: list[Term]) -> bool:
    return term in terms[:EDITED_AT_ONCE]


def _typed(request: Request) -> list[dict[str, str]]:
    """Return the rows as they were typed, without those that are ticked to be taken out."""
    columns = {name: request.POST.getlist(name)[: EDITED_AT_ONCE + 50] for name in FIELDS}
    length = min(len(column) for column in columns.values())
    out = set(request.POST.getlist("remove"))
    typed = [{name: columns[name][number].strip()[:400] for name in FIELDS} for number in range(length)]
    return [row for number, row in enumerate(typed) if str(number) not in out and any(row.values())]


def _read(typed: list[dict[str, str]]) -> tuple[list[Term], dict[str, str], list[int]]:
    """Return the entries, what cannot be read (``row.field``), and in which row each entry stands."""
    wrong: dict[str, str] = {}
    read: list[Term] = []
    places: list[int] = []
    for number, row in enumerate(typed):
        numbers: dict[str, Any] = {}
        for name in ("list_price", "points", "net_price"):
            value = rules.read_number(row[name]) if row[name] else None
            if row[name] and value is None:
                wrong[f"{number}.{name}"] = _("Give a number, such as 12.5.")
            numbers[name] = value
        line = _line(row["product_line"])
        if line is None and row["product_line"] not in ("", "*"):
            wrong[f"{number}.product_line"] = _("There is no such product line.")
        if not row["product_line"] and not row["sku"]:
            wrong[f"{number}.product_line"] = _("Choose a product line, or give a SKU.")
        read.append(Term(line, row["sku"], row["name"], **numbers))
        places.append(number)
    return read, wrong, places


def _placed(problem: Invalid, places: list[int]) -> dict[str, str]:
    """Return what a service found wrong by the row on the page."""
    wrong: dict[str, str] = {}
    for name, text in problem.fields.items():
        row, _dot, field = name.partition(".")
        inside = row.isdecimal() and int(row) < len(places)
        wrong[f"{places[int(row)]}.{field}" if inside else ""] = text
    return wrong


def _line(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
