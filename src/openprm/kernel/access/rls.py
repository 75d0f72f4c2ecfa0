"""Row-level security as a migration operation.

Policies name one role, ``openprm_partner``, one policy per command: policies of one role are OR-ed, and no index
serves an OR. Staff bypass; the login role is named nowhere and sees nothing.
"""

from typing import Any, Literal

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

VISIBLE = "nullif(current_setting('openprm.partners', true), '')::uuid[]"
OWN = "nullif(current_setting('openprm.partner', true), '')::uuid"

Partner = Literal["reads", "writes", "inserts"] | None


class Protect(Operation):
    """Put a table under row-level security.

    ``partner`` says what a partner's transaction may do with the rows whose ``column`` is a partner it sees:

    - ``"writes"``: read those of the companies it sees, write those of its own;
    - ``"reads"``: read those of the companies it sees;
    - ``"inserts"``: read as above and add rows of its own, never change one (append-only tables);
    - ``None``: nothing at all.

    ``where`` narrows what can be read, for example ``"shared"``.
    """

    reversible = True

    def __init__(self, table: str, *, column: str = "partner_id", partner: Partner = "writes", where: str = "") -> None:
        self.table, self.column, self.partner, self.where = table, column, partner, where

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Describe the operation for migration files."""
        return (
            self.__class__.__name__,
            [self.table],
            {"column": self.column, "partner": self.partner, "where": self.where},
        )

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave Django's picture of the models as it is."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Enable row security and create the policies."""
        for statement in [f"alter table {self.table} enable row level security", *self._policies()]:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the policies and open the table again."""
        for command in ("select", "insert", "update", "delete"):
            schema_editor.execute(f"drop policy if exists partner_{command} on {self.table}", params=None)
        schema_editor.execute(f"alter table {self.table} disable row level security", params=None)

    def describe(self) -> str:
        """Say in words what the operation does."""
        return f"Protect {self.table} with row-level security (partners: {self.partner or 'nothing'})"

    def _policies(self) -> list[str]:
        readable = f"{self.column} = any ({VISIBLE})" + (f" and {self.where}" if self.where else "")
        own = f"{self.column} = {OWN}"
        clauses: list[tuple[str, str]] = []
        if self.partner in ("reads", "writes", "inserts"):
            clauses.append(("select", f"using ({readable})"))
        if self.partner in ("writes", "inserts"):
            clauses.append(("insert", f"with check ({own})"))
        if self.partner == "writes":
            clauses.append(("update", f"using ({own}) with check ({own})"))
            clauses.append(("delete", f"using ({own})"))
        return [
            f"create policy partner_{command} on {self.table} for {command} to openprm_partner {clause}"
            for command, clause in clauses
        ]
