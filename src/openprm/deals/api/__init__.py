"""Deals, for programs: the same verbs, rules and refusals as on the pages."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers.models import ProductLine
from openprm.customers.policies import visible_accounts
from openprm.deals import policies, services
from openprm.deals.api.checking import router as checking
from openprm.deals.api.pipeline import router as pipeline
from openprm.deals.api.previews import router as previews
from openprm.deals.api.schemas import (
    Ask,
    CommentIn,
    CommentOut,
    CompanyIn,
    DealChange,
    DealContent,
    DealFilter,
    DealIn,
    DealOut,
    Evidence,
    NoteOut,
    RuleIn,
    RuleOut,
    VerdictOut,
    Why,
    Worth,
    said,
)
from openprm.deals.lifecycle import State
from openprm.deals.models import ApprovalRule, DealRegistration
from openprm.deals.rules import Verdict
from openprm.deals.services.content import Content, content_of
from openprm.kernel.access import Actor
from openprm.kernel.api import (
    Page,
    PageQuery,
    Query,
    Router,
    Status,
    narrow,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request

router = Router(tags=["Deals"])
router.add_router("", pipeline)
router.add_router("", checking)
router.add_router("", previews)


@router.get("/deals", response=Page[DealOut], operation_id="list_deals")
@operation(policies.VIEW)
def list_deals(request: Request, wanted: Query[DealFilter]) -> Any:
    """List the deals you may see, newest first."""
    deals = narrow(_readable(request.actor), wanted, "state", "partner_id", customer="customer_name__icontains")
    return paginate(deals, wanted)


@router.post("/deals", response={201: DealOut}, operation_id="register_deal")
@operation(policies.REGISTER)
def register_deal(request: Request, payload: DealIn, response: HttpResponse) -> Any:
    """Register a deal, as a draft or at once."""
    by, at = request.actor, timezone.now()
    content = _content(Content(), payload.dict(exclude={"submit", "evidence"}))
    deal = services.save_draft(content=content, by=by, at=at)
    if payload.submit:
        services.submit(deal=deal, by=by, at=at, evidence=payload.evidence)
    return Status(201, tagged(response, deal))


@router.post("/deals/check", response=VerdictOut, operation_id="check_deal")
@operation(policies.REGISTER)
def check_deal(request: Request, payload: DealContent) -> Any:
    """Ask what a registration would meet right now. Nothing is kept."""
    verdict = services.check(content=_content(Content(), payload.dict()), by=request.actor, at=timezone.now())
    if verdict is None:
        message = _("Give the customer's name: at least two characters, and more than a legal form.")
        raise Invalid(message, fields={"customer_name": message})
    return _verdict(verdict)


@router.get("/deals/{uuid:deal_id}", response=DealOut, operation_id="get_deal")
@operation(policies.VIEW)
def get_deal(request: Request, deal_id: UUID, response: HttpResponse) -> Any:
    """Read one deal."""
    return tagged(response, _readable_deal(request, deal_id))


@router.patch("/deals/{uuid:deal_id}", response=DealOut, operation_id="change_deal")
@operation(policies.REGISTER)
def change_deal(request: Request, deal_id: UUID, payload: DealChange, response: HttpResponse) -> Any:
    """Change a draft; or, where action is required, answer by changing what was asked for."""
    deal = _readable_deal(request, deal_id)
    require_match(request, deal)
    by, at = request.actor, timezone.now()
    content = _content(content_of(deal), payload.dict(exclude_unset=True))
    if deal.state == State.ACTION_REQUIRED:
        services.answer(deal=deal, content=content, by=by, at=at)
    else:
        services.save_draft(content=content, deal=deal, by=by, at=at)
    return tagged(response, _readable_deal(request, deal_id))


@router.delete("/deals/{uuid:deal_id}", response={204: None}, operation_id="discard_deal")
@operation(policies.REGISTER)
def discard_deal(request: Request, deal_id: UUID) -> Any:
    """Throw a draft away."""
    services.discard(deal=_readable_deal(request, deal_id), by=request.actor)
    return Status(204, None)


@router.post("/deals/{uuid:deal_id}/submit", response=DealOut, operation_id="submit_deal")
@operation(policies.REGISTER)
def submit_deal(request: Request, deal_id: UUID, payload: Evidence, response: HttpResponse) -> Any:
    """Submit a draft."""
    return _move(request, deal_id, response, services.submit, **payload.dict())


@router.post("/deals/{uuid:deal_id}/withdraw", response=DealOut, operation_id="withdraw_deal")
@operation(policies.REGISTER)
def withdraw_deal(request: Request, deal_id: UUID, payload: Why, response: HttpResponse) -> Any:
    """Withdraw a deal; the customer is free again."""
    return _move(request, deal_id, response, services.withdraw, **payload.dict())


@router.post("/deals/{uuid:deal_id}/win", response=DealOut, operation_id="win_deal")
@operation(policies.REGISTER, policies.APPROVE)
def win_deal(request: Request, deal_id: UUID, payload: Worth, response: HttpResponse) -> Any:
    """Record that the customer ordered."""
    return _move(request, deal_id, response, services.win, **payload.dict())


@router.post("/deals/{uuid:deal_id}/lose", response=DealOut, operation_id="lose_deal")
@operation(policies.REGISTER, policies.APPROVE)
def lose_deal(request: Request, deal_id: UUID, payload: Why, response: HttpResponse) -> Any:
    """Record that the customer did not order."""
    return _move(request, deal_id, response, services.lose, **payload.dict())


@router.post("/deals/{uuid:deal_id}/start-review", response=DealOut, operation_id="start_review_of_deal")
@operation(policies.APPROVE)
def start_review(request: Request, deal_id: UUID, response: HttpResponse) -> Any:
    """Say that somebody is looking at the deal."""
    return _move(request, deal_id, response, services.start_review)


@router.post("/deals/{uuid:deal_id}/ask", response=DealOut, operation_id="ask_about_deal")
@operation(policies.APPROVE)
def ask_about_deal(request: Request, deal_id: UUID, payload: Ask, response: HttpResponse) -> Any:
    """Give the deal back to the partner with a question; only the named fields open."""
    return _move(request, deal_id, response, services.ask, **payload.dict())


@router.post("/deals/{uuid:deal_id}/approve", response=DealOut, operation_id="approve_deal")
@operation(policies.APPROVE)
def approve_deal(request: Request, deal_id: UUID, response: HttpResponse) -> Any:
    """Approve and protect a deal."""
    return _move(request, deal_id, response, services.approve)


@router.post("/deals/{uuid:deal_id}/reject", response=DealOut, operation_id="reject_deal")
@operation(policies.APPROVE)
def reject_deal(request: Request, deal_id: UUID, payload: Why, response: HttpResponse) -> Any:
    """Reject a deal with a coded reason."""
    return _move(request, deal_id, response, services.reject, **payload.dict())


@router.post("/deals/{uuid:deal_id}/company", response=DealOut, operation_id="decide_deal_company")
@operation(policies.APPROVE)
def decide_company(request: Request, deal_id: UUID, payload: CompanyIn, response: HttpResponse) -> Any:
    """Say whether a deal's customer is the company of an account. It counts at once, for every deal."""
    account = get_object_or_404(visible_accounts(request.actor), pk=payload.account_id)
    return _move(
        request, deal_id, response, services.decide_company, account=account, **payload.dict(exclude={"account_id"})
    )


@router.post("/deals/{uuid:deal_id}/mark-duplicate", response=DealOut, operation_id="mark_deal_duplicate")
@operation(policies.APPROVE)
def mark_duplicate(request: Request, deal_id: UUID, payload: Why, response: HttpResponse) -> Any:
    """Close a deal because the same claim stands already."""
    return _move(request, deal_id, response, services.mark_duplicate, **payload.dict())


@router.get("/deals/{uuid:deal_id}/comments", response=Page[CommentOut], operation_id="list_deal_comments")
@operation(policies.VIEW)
def list_comments(request: Request, deal_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List what both sides said about a deal, newest first."""
    return paginate(_readable_deal(request, deal_id).comments.all(), wanted)


@router.post("/deals/{uuid:deal_id}/comments", response={201: CommentOut}, operation_id="comment_on_deal")
@operation(policies.VIEW)
def comment_on_deal(request: Request, deal_id: UUID, payload: CommentIn) -> Any:
    """Say something about a deal that both sides read."""
    deal = _readable_deal(request, deal_id)
    return Status(201, services.comment(deal=deal, text=payload.text, by=request.actor, at=timezone.now()))


@router.get("/deals/{uuid:deal_id}/notes", response=Page[NoteOut], operation_id="list_deal_notes")
@operation(policies.NOTE)
def list_notes(request: Request, deal_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the vendor's internal notes on a deal, newest first."""
    return paginate(_readable_deal(request, deal_id).internal_notes.all(), wanted)


@router.post("/deals/{uuid:deal_id}/notes", response={201: NoteOut}, operation_id="add_deal_note")
@operation(policies.NOTE)
def add_note(request: Request, deal_id: UUID, payload: CommentIn) -> Any:
    """Write a note that only the vendor's people read."""
    deal = _readable_deal(request, deal_id)
    return Status(201, services.add_note(deal=deal, text=payload.text, by=request.actor, at=timezone.now()))


@router.get("/approval-rules", response=Page[RuleOut], operation_id="list_approval_rules")
@operation(policies.RULES)
def list_rules(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the rules by which deals are approved without anybody deciding."""
    return paginate(ApprovalRule.objects.all(), wanted)


@router.post("/approval-rules", response={201: RuleOut}, operation_id="create_approval_rule")
@operation(policies.RULES)
def create_rule(request: Request, payload: RuleIn, response: HttpResponse) -> Any:
    """Add a rule; it holds for deals submitted from now on."""
    rule = services.save_rule(**payload.dict(), by=request.actor, at=timezone.now())
    return Status(201, tagged(response, rule))


@router.put("/approval-rules/{uuid:rule_id}", response=RuleOut, operation_id="replace_approval_rule")
@operation(policies.RULES)
def replace_rule(request: Request, rule_id: UUID, payload: RuleIn, response: HttpResponse) -> Any:
    """Change a rule."""
    rule = get_object_or_404(ApprovalRule, pk=rule_id)
    require_match(request, rule)
    services.save_rule(**payload.dict(), rule=rule, by=request.actor, at=timezone.now())
    return tagged(response, rule)


@router.delete("/approval-rules/{uuid:rule_id}", response={204: None}, operation_id="remove_approval_rule")
@operation(policies.RULES)
def remove_rule(request: Request, rule_id: UUID) -> Any:
    """Remove a rule; deals it approved stay as they are."""
    services.remove_rule(rule=get_object_or_404(ApprovalRule, pk=rule_id), by=request.actor, at=timezone.now())
    return Status(204, None)


def _readable(actor: Actor) -> QuerySet[DealRegistration]:
    return policies.visible_to(actor).prefetch_related("lines__product_line")


def _readable_deal(request: Request, deal_id: UUID) -> DealRegistration:
    deal: DealRegistration = get_object_or_404(_readable(request.actor), pk=deal_id)
    return deal


def _move(request: Request, deal_id: UUID, response: HttpResponse, verb: Any, **details: Any) -> Any:
    """Make one move; a client that names the version it saw is refused where that is not the present one."""
    deal = _readable_deal(request, deal_id)
    if "If-Match" in request.headers:
        require_match(request, deal)
    verb(deal=deal, by=request.actor, at=timezone.now(), **details)
    return tagged(response, _readable_deal(request, deal_id))


def _content(before: Content, said: dict[str, Any]) -> Content:
    values: dict[str, Any] = {name: getattr(before, name) for name in (*before.plain(), "product_lines")}
    keys = said.pop("product_lines", None)
    values |= {name: value for name, value in said.items() if value is not None or name in ("value", "close_date")}
    if keys is not None:
        values["product_lines"] = _lines(keys)
    return Content(**values)


def _lines(keys: list[str]) -> frozenset[UUID]:
    found = dict(ProductLine.objects.filter(key__in=keys, active=True).values_list("key", "pk"))
    if unknown := sorted(set(keys) - set(found)):
        message = _("There is no product line %(keys)s.") % {"keys": ", ".join(unknown)}
        raise Invalid(message, fields={"product_lines": message})
    return frozenset(found.values())


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {"level": verdict.level.value, "reasons": [said(reason, verdict.rules) for reason in verdict.reasons]}
