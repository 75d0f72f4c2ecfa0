"""No partner reads an account, an opportunity, an import or the index: the database itself refuses."""

from typing import Any

import pytest
from django.db import connection

from openprm.customers import services
from openprm.customers.models import ProductLine
from openprm.kernel import access
from openprm.kernel.access import SYSTEM
from openprm.matching import Query

HIDDEN = (
    "account", "opportunity", "opportunity_product_lines", "import", "importrow",
    "companyname", "companyword", "wordkey", "posting", "namekey",
)  # fmt: skip


def rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from customers_{table}")
        return int(cursor.fetchone()[0])


@pytest.fixture
def filled(world: Any, at: Any, tmp_path: Any) -> Any:
    """A row in every table."""
    file = tmp_path / "a.csv"
    file.write_text("name\nHidden Holdings Ltd\n")
    services.import_file(file, "accounts", by=SYSTEM, at=at)
    with access.as_system():
        line = services.create_product_line(name="Edge", by=SYSTEM, at=at)
        account = services.identify(query=Query("Hidden Holdings"), by=SYSTEM, at=at)
        services.create_opportunity(account=account, name="Secret", product_lines=[line.key], by=SYSTEM, at=at)
    return world


@pytest.mark.parametrize("table", HIDDEN)
def test_a_partner_reads_and_writes_nothing(filled: Any, table: str) -> None:
    with access.as_system():
        assert rows(table) > 0
    with access.enter(filled.actor("admin", filled.alfa)):
        assert rows(table) == 0
        with connection.cursor() as cursor:
            cursor.execute(f"delete from customers_{table}")
            assert cursor.rowcount == 0


def test_a_forgotten_scope_shows_nothing(filled: Any) -> None:
    assert [rows(table) for table in HIDDEN] == [0] * len(HIDDEN)


def test_a_partner_reads_product_lines_and_is_answered_about_companies(filled: Any) -> None:
    with access.enter(filled.actor("sales", filled.alfa)):
        assert ProductLine.objects.count() == 1
        assert services.find(Query("hidden holding"))[0].name == "Hidden Holdings Ltd"
        assert rows("account") == 0
