"""The console's pages of price books: the list, a book, its words, who gets it, what it cost on two days."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from openprm.kernel import audiences, web
from openprm.kernel.errors import Invalid, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui import builder
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners import policies as partners
from openprm.partners.models import Partner
from openprm.pricing import forms, policies, queries, services, when
from openprm.pricing.models import Assignment, Edition, PriceBook
from openprm.pricing.services.books import free_priority
from openprm.pricing.views.common import POST, READ_WRITE, attempt, differences, download, find, prices, standing

SHOWN_HOLDERS = 24

listing = Table(
    id="books",
    columns=[
        Column("name", lazy("Price book"), cell="pricing/cells/name.html", sort="name", csv="name"),
        Column("state", lazy("Status"), cell="pricing/cells/state.html", csv="get_state_display"),
        Column("priority", lazy("Priority"), sort="priority", align="end"),
        Column("reach", lazy("Who gets it"), cell=lambda book: who(book), from_width="desktop"),
        Column("holders", lazy("Partners"), align="end", sort="holders"),
        Column("ends", lazy("Last day"), cell=lambda book: when.last_day(book.ends_at), from_width="tablet"),
        Column("updated", lazy("Changed"), cell="updated_at", sort="updated_at", from_width="tablet"),
    ],
    filters=[Filter("state", lazy("Status"), choices=PriceBook.State.choices, multiple=True)],
    search=["name__icontains", "code__icontains"],
    default_sort="-priority",
    row_url=lambda book: book.get_absolute_url(),
    empty=Empty(
        "tag", lazy("No price books yet"), lazy("A price book says which partners get which margin, from when on."),
        lazy("New price book"), "console:price_book_new", permission=policies.MANAGE,
    ),
    live="price_book",
    export_name="price-books",
    caption=lazy("Price books"),
)  # fmt: skip


def who(book: PriceBook) -> str:
    """Return who gets a book, as a sentence."""
    if book.reach == PriceBook.Reach.NAMED:
        return _("Only partners it is assigned to")
    try:
        return audiences.describe(book.audience, subject="partner")
    except (Invalid, KeyError) as problem:
        return str(problem)


@page(policies.VIEW, side="console")
def index(request: Request) -> HttpResponse:
    """List the price books, those that count first on top."""
    now = timezone.now()
    current = Q(assignments__period__contains=now)
    found = policies.visible_to(request.actor).annotate(
        holders=Count("assignments__partner", filter=current, distinct=True)
    )
    return listing.response(request, found, "pricing/console/list.html", {"may_manage": _may(request)})


@page(policies.VIEW, side="console")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show a book: its prices, what is written and planned, who has it, and what was."""
    return render(request, "pricing/console/book.html", _context(request, find(request, pk)))


@page(policies.MANAGE, side="console", methods=READ_WRITE)
def new(request: Request) -> HttpResponse:
    """Create a book."""
    return _form(request, None)


@page(policies.MANAGE, side="console", methods=READ_WRITE)
def change(request: Request, pk: UUID) -> HttpResponse:
    """Change what a book is called, when it holds and who gets it."""
    return _form(request, find(request, pk))


@page(policies.MANAGE, side="console", methods=POST)
def retire(request: Request, pk: UUID) -> HttpResponse:
    """End a book."""
    book = find(request, pk)
    done = _("“%(book)s” is retired. Nobody has it any more.") % {"book": book.name}
    attempt(request, lambda: services.retire(book=book, by=request.actor, at=timezone.now()), done)
    return redirect(book)


@page(policies.MANAGE, side="console", methods=POST)
def restore(request: Request, pk: UUID) -> HttpResponse:
    """Bring a retired book back as a draft."""
    book = find(request, pk)

    def act() -> None:
        services.restore(book=book, by=request.actor, at=timezone.now())
        services.start_draft(book=book, by=request.actor, at=timezone.now())

    attempt(request, act, _("The book is a draft again. Publish it to give it to its partners."))
    return redirect(book)


@page(policies.MANAGE, side="console", methods=POST)
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Forget a book that was never published."""
    book = find(request, pk)
    done = _("The draft “%(book)s” is deleted.") % {"book": book.name}
    gone = attempt(request, lambda: services.delete_book(book=book, by=request.actor, at=timezone.now()), done)
    return redirect("console:price_books") if gone else redirect(book)


@page(policies.VIEW, side="console")
def compare(request: Request, pk: UUID) -> HttpResponse:
    """Show what differs between the prices of two days."""
    book, today = find(request, pk), when.today(timezone.now())
    planned = book.editions.filter(state="published", period__startswith__gt=timezone.now()).order_by("period").first()
    usual = {"before": today, "after": when.first_day(planned.period.lower) if planned else today}
    form = forms.Comparing(request.GET or None, initial=usual)
    days = form.cleaned_data if form.is_bound and form.is_valid() else usual if not form.is_bound else None
    context: dict[str, Any] = {"book": book, "form": form, "compared": days is not None}
    if days is not None:
        before, after = (queries.edition_at(book, when.evening(days[name])) for name in ("before", "after"))
        context |= {**days, "old": before, "new": after, "changes": differences(before, after, queries.line_names())}
    return render(request, "pricing/console/compare.html", context, status=200 if days is not None else 422)


@page(policies.VIEW, side="console")
def export(request: Request, pk: UUID) -> HttpResponse:
    """Download the prices of a book: those in force, or those of one edition (``edition=2``)."""
    book, now = find(request, pk), timezone.now()
    number = request.GET.get("edition", "")
    edition: Edition | None
    if number.isdecimal():
        edition = get_object_or_404(book.editions, number=int(number[:9]))
    else:
        edition = queries.edition_at(book, now) or queries.newest(book) or queries.draft_of(book)
    table = queries.table_of(queries.terms_of(edition))
    return download(book.name, table, request.GET.get("format", "csv"), when.today(now))


@page(policies.ASSIGN, side="console", methods=POST)
def assign(request: Request, pk: UUID) -> HttpResponse:
    """Give the book to a partner by name."""
    book, at = find(request, pk), timezone.now()
    form = forms.Assigning(partners.reached_by(request.actor, policies.ASSIGN), request.POST)
    if form.is_valid():
        try:
            services.assign(book=book, by=request.actor, at=at, **form.cleaned_data)
        except Invalid as wrong:
            form.blame(wrong.fields)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            partner = form.cleaned_data["partner"]
            toast(request, _("%(partner)s has “%(book)s” now.") % {"partner": partner, "book": book.name})
            return redirect(_back(request, partner, book))
    context = {**_context(request, book), "assigning": form}
    return render(request, "pricing/console/book.html", context, status=422)


@page(policies.ASSIGN, side="console", methods=POST)
def unassign(request: Request, pk: UUID, partner_pk: UUID) -> HttpResponse:
    """Take a book that was given by name away from a partner."""
    book = find(request, pk)
    partner = get_object_or_404(partners.visible_to(request.actor), pk=partner_pk)
    done = _("%(partner)s no longer has “%(book)s” by name.") % {"partner": partner, "book": book.name}
    attempt(request, lambda: services.unassign(partner=partner, book=book, by=request.actor, at=timezone.now()), done)
    return redirect(_back(request, partner, book))


def _back(request: Request, partner: Partner, book: PriceBook) -> str:
    """Return the page from which somebody assigned: the partner's or the book's."""
    if request.POST.get("from") == "partner":
        return reverse("console:partner", args=[partner.pk])
    return book.get_absolute_url()


def _may(request: Request) -> bool:
    return request.actor.may(policies.MANAGE) and not request.actor.read_only


def _context(request: Request, book: PriceBook) -> dict[str, Any]:
    now = timezone.now()
    lines = queries.line_names()
    draft, current, newest = queries.draft_of(book), queries.edition_at(book, now), queries.newest(book)
    planned = list(book.editions.filter(state="published", period__startswith__gt=now).order_by("period"))
    before: list[Edition | None] = [current, *planned]
    holders = queries.holders_of(book, now).filter(partner__in=partners.visible_to(request.actor))
    named = list(holders.filter(source=Assignment.Source.NAMED)[:SHOWN_HOLDERS])
    reach = partners.reached_by(request.actor, policies.ASSIGN)
    may_assign = request.actor.may(policies.ASSIGN) and not request.actor.read_only
    return {
        "book": book,
        "status": standing(book, now),
        "who": who(book),
        "first_day": when.first_day(book.starts_at),
        "last_day": when.last_day(book.ends_at),
        "edition": current,
        "prices": prices(queries.terms_of(current), lines),
        "draft": draft,
        "draft_prices": prices(queries.terms_of(draft), lines) if draft and newest is None else None,
        "draft_changes": differences(current or newest, draft, lines) if draft and newest else [],
        "planned": [
            {"edition": one, "day": when.first_day(one.period.lower), "changes": differences(then, one, lines)}
            for one, then in zip(planned, before, strict=False)
        ],
        "editions": [
            {"edition": one, "first": when.first_day(one.period.lower), "last": when.last_day(one.ends_at)}
            for one in book.editions.filter(state="published").order_by("-period")[:30]
        ],
        "holders": list(holders[:SHOWN_HOLDERS]),
        "named": named,
        "count": holders.count(),
        "more": max(0, holders.count() - SHOWN_HOLDERS),
        "publishing": forms.Publishing(auto_id="id_publish_%s"),
        "terms": forms.Terms(initial={"adds_tier_points": draft.adds_tier_points}) if draft else None,
        "assigning": forms.Assigning(reach) if may_assign else None,
        "in_use": book.state == PriceBook.State.PUBLISHED,
        "may_manage": _may(request),
        "may_assign": may_assign,
        "ever_published": newest is not None,
    }


def _form(request: Request, book: PriceBook | None) -> HttpResponse:
    unsent = web.unsent(request) if request.method == "GET" else request.POST
    form = forms.Book(unsent, initial=_initial(book), book=book)
    audience: Any = book.audience if book else audiences.EVERYBODY
    if unsent is not None:
        audience = unsent.get("audience", "")
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, form, book, audience)
        except Invalid as wrong:
            form.blame(wrong.fields)
        except (Refusal, Stale) as problem:
            form.blame(problem.fields or {"": str(problem)})
        else:
            toast(request, _("Saved.") if book else _("The book is there. Write its prices next."))
            return redirect(saved) if book else redirect("console:price_book_entries", saved.pk)
    context = {"form": form, "book": book, "audience": audience}
    return render(request, "pricing/console/form.html", context, status=422 if request.method == "POST" else 200)


def _save(request: Request, form: forms.Book, book: PriceBook | None, audience: str) -> PriceBook:
    values = {**form.cleaned_data, "audience": builder.read(audience, subject="partner")}
    if book is None:
        return services.create_book(by=request.actor, at=timezone.now(), **values)
    return services.change_book(book=book, by=request.actor, at=timezone.now(), **values)


def _initial(book: PriceBook | None) -> dict[str, Any]:
    if book is None:
        return {"currency": "EUR", "priority": free_priority(), "reach": PriceBook.Reach.AUDIENCE}
    plain = {name: getattr(book, name) for name in ("name", "description", "currency", "priority", "reach")}
    begun = book.state == PriceBook.State.DRAFT and book.starts_at <= timezone.now()
    return plain | {
        "starts_on": None if begun else when.first_day(book.starts_at),
        "ends_on": when.last_day(book.ends_at),
    }
