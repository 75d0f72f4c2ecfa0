"""Counting several sets of rows with one statement."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Key = TypeVar("Key")


def counts(wanted: Mapping[Key, QuerySet[Any, Any]]) -> dict[Key, int]:
    """Return how many rows each of the querysets has."""
    found: dict[Key, int] = dict.fromkeys(wanted, 0)
    parts: dict[Key, str] = {}
    values: list[Any] = []
    for key, rows in wanted.items():
        try:
            sql, given = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # nothing can be in it, which Django knows without asking
            continue
        parts[key] = f"(select count(*) from ({sql}) counted)"  # noqa: S608 - Django's own SQL, values apart
        values += given
    if parts:
        with connection.cursor() as cursor:
            cursor.execute("select " + ", ".join(parts.values()), values)
            found.update(zip(parts, cursor.fetchone(), strict=True))
    return found
