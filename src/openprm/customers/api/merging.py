"""Merging accounts, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers import policies, queries, services
from openprm.customers.api.schemas import AccountOut
from openprm.customers.models import Account, Merge
from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, Status, operation, paginate
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.http import Request

router = Router(tags=["Customers"])


class MovedRowsOut(Schema):
    """The account went into another one; ask there. Its address is also in the header Location."""

    id: UUID
    merged_into: UUID


class MergeIn(Schema):
    """The account that goes into this one."""

    account_id: UUID
    why: str = Field("", max_length=2000)


class MergeAsked(Schema):
    """The account that would go into this one."""

    account_id: UUID


class MovesOut(Schema):
    """How many rows of a kind move."""

    what: str = Field(examples=["Opportunities"])
    count: int


class MergePreviewOut(Schema):
    """What a merge would do; where it would be refused, ``refusal`` says why."""

    moves: list[MovesOut]
    changes: dict[str, list[Any]] = Field(description="What this account gets: field, before, after.")
    refusal: str


class MergeOut(Schema):
    """An account that went into this one."""

    id: UUID
    merged_id: UUID
    name: str
    external_id: str | None
    into_id: UUID
    changes: dict[str, list[Any]]
    moved: dict[str, list[UUID]] = Field(description="Which rows moved, by kind.")
    why: str
    merged_at: datetime
    person_name: str
    undone_at: datetime | None


@router.get("/accounts/{uuid:account_id}/merges", response=Page[MergeOut], operation_id="list_account_merges")
@operation(policies.VIEW)
def list_merges(request: Request, account_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the accounts that went into this one, newest first."""
    return paginate(queries.merges_into(account_of(request, account_id)), wanted, order=("-merged_at", "-id"))


@router.get(
    "/accounts/{uuid:account_id}/merges/preview", response=MergePreviewOut, operation_id="preview_account_merge"
)
@operation(policies.MERGE)
def preview_merge(request: Request, account_id: UUID, wanted: Query[MergeAsked]) -> Any:
    """Say what moves if another account goes into this one, or why it cannot. Nothing is changed."""
    into, account = account_of(request, account_id), named_account(request, wanted.account_id)
    found = services.preview_merge(account=account, into=into, by=request.actor, at=timezone.now())
    moves = [{"what": str(label), "count": count} for label, count in found.moves]
    return {"moves": moves, "changes": found.changes, "refusal": found.refusal}


@router.post("/accounts/{uuid:account_id}/merges", response={201: MergeOut}, operation_id="merge_account")
@operation(policies.MERGE)
def merge_account(request: Request, account_id: UUID, payload: MergeIn) -> Any:
    """Let another account go into this one, with everything that belongs to it. It can be taken back for 30 days."""
    into, account = account_of(request, account_id), named_account(request, payload.account_id)
    row = services.merge_accounts(account=account, into=into, why=payload.why, by=request.actor, at=timezone.now())
    return Status(201, row)


@router.delete(
    "/accounts/{uuid:account_id}/merges/{uuid:merge_id}", response=AccountOut, operation_id="undo_account_merge"
)
@operation(policies.MERGE)
def undo_merge(request: Request, account_id: UUID, merge_id: UUID) -> Any:
    """Take a merge back: the account that went is there again."""
    row = get_object_or_404(Merge, pk=merge_id, into=account_of(request, account_id))
    return services.undo_merge(merge=row, by=request.actor, at=timezone.now())


def account_of(request: Request, pk: UUID) -> Account:
    """Return the account of an address; say of one that was merged where it went."""
    rows = policies.visible_accounts(request.actor)
    stayed = None if rows.filter(pk=pk).exists() else services.stayed(pk)
    if stayed is not None and rows.filter(pk=stayed).exists():
        raise Refusal(_("This account was merged into %(id)s. Ask there.") % {"id": stayed}, code="account_merged")
    return get_object_or_404(rows, pk=pk)


def named_account(request: Request, pk: UUID) -> Account:
    """Return the account that a body names, or the one it went into; a wrong one is not the address's fault."""
    rows = policies.visible_accounts(request.actor)
    found = rows.filter(pk__in=[pk, *([stayed] if (stayed := services.stayed(pk)) else [])]).first()
    if found is None:
        message = _("There is no account with this id.")
        raise Invalid(message, fields={"account_id": message})
    return found
