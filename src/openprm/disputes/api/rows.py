"""Disputes as their reader may have them; statements and reviews with their files."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from openprm.disputes import policies, queries
from openprm.disputes.models import Dispute, Review, Statement
from openprm.kernel.files.models import StoredFile
from openprm.kernel.http import Request


def with_files(page: dict[str, Any]) -> dict[str, Any]:
    """Return a page of rows with the files of each, with one query for all."""
    rows: list[Statement | Review] = page["items"]
    kept = queries.files_of(rows[0]._meta.label, [row.pk for row in rows]) if rows else {}
    return {**page, "items": [_shown(row, kept.get(row.pk, [])) for row in rows]}


def told(row: Statement | Review) -> dict[str, Any]:
    """Return one row with its files."""
    return _shown(row, queries.files_of(row._meta.label, [row.pk]).get(row.pk, []))


def _shown(row: Statement | Review, files: list[StoredFile]) -> dict[str, Any]:
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {**columns, "files": files}


def readable(request: Request) -> QuerySet[Dispute]:
    """Return the disputes this reader may see."""
    rows = policies.visible_to(request.actor).select_related("partner", "deal__partner")
    return rows.prefetch_related("decisions")


def found(request: Request, dispute_id: UUID) -> Dispute:
    """Return one dispute; what is not this reader's does not exist (404)."""
    return get_object_or_404(readable(request), pk=dispute_id)
