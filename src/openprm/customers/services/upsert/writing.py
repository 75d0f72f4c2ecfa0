"""Adding and changing many rows at once."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from psycopg.types.json import Jsonb

from openprm.kernel.errors import Stale

OWN = ("id", "created_at", "updated_at", "version")


def insert_many(rows: Sequence[Any]) -> None:
    """Store new rows the quick way, several times quicker than one statement with all their values."""
    if not rows:
        return
    fields = type(rows[0])._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    names = [field.attname for field in fields]
    table = type(rows[0])._meta.db_table
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
        for row in rows:
            values = row.__dict__
            copy.write_row([Jsonb(value) if isinstance(value := values[name], dict) else value for name in names])


def update_many(rows: Sequence[Any], *, at: datetime) -> None:
    """Store all fields of the rows as they are now, if nobody wrote them since they were read."""
    if not rows:
        return
    model: type[models.Model] = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if field.column not in OWN]
    typed = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)
    assigned = ", ".join(f'"{field.column}" = new."{field.column}"' for field in fields)
    values = [
        {"id": str(row.pk), "version": row.version, **{field.column: getattr(row, field.attname) for field in fields}}
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {model._meta.db_table} old set {assigned}, updated_at = %s, version = old.version + 1"  # noqa: S608
            f" from jsonb_to_recordset(%s::jsonb) as new (id uuid, version int, {typed})"
            " where old.id = new.id and old.version = new.version",
            [at, json.dumps(values, cls=DjangoJSONEncoder)],
        )
        if cursor.rowcount != len(rows):
            raise Stale("Somebody else changed these rows in the meantime.")
    for row in rows:
        row.version, row.updated_at = row.version + 1, at
