"""Files come in whatever wrote them; what goes wrong is said row by row, and all of it can be taken back."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from openpyxl import Workbook

from openprm.customers import importing, services
from openprm.customers.models import Account, CompanyName, Import, Opportunity
from openprm.customers.services import imports
from openprm.customers.services.imports import kinds
from openprm.kernel import jobs
from openprm.kernel.access import SYSTEM
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.models import Event
from openprm.matching import Query

pytestmark = pytest.mark.usefixtures("as_system")

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CSV = "Id,Account Name,Website,Country\nA1,Hansa Logistik GmbH,hansa-logistik.de,Germany\nA2,Øresund Shipping,,DK\n"


def upload(content: str | bytes, kind: str = "accounts", name: str = "list.csv") -> Import:
    data = content.encode() if isinstance(content, str) else content
    return services.upload_import(kind=kind, file=io.BytesIO(data), name=name, by=SYSTEM, at=AT)


def bring(content: str | bytes, kind: str = "accounts", **choices: Any) -> Import:
    item = upload(content, kind)
    services.choose_columns(item=item, mapping=choices.pop("mapping", item.mapping), by=SYSTEM, at=AT, **choices)
    services.start_import(item=item, by=SYSTEM, at=AT)
    jobs.work_off()
    item.refresh_from_db()
    return item


def take_back(item: Import) -> Import:
    services.undo_import(item=item, by=SYSTEM, at=AT)
    jobs.work_off()
    item.refresh_from_db()
    return item


def counts(item: Import) -> tuple[int, int, int, int, int]:
    return (item.created, item.updated, item.unchanged, item.skipped, item.failed)


def workbook(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (CSV.encode(), "utf-8", ","),
        (CSV.encode("utf-8-sig"), "utf-8-sig", ","),
        (CSV.replace(",", ";").encode(), "utf-8", ";"),
        (CSV.replace(",", "\t").replace("\n", "\r\n").encode(), "utf-8", "\t"),
        (CSV.encode("latin-1"), "cp1252", ","),
        (CSV.encode("utf-16"), "utf-16", ","),
    ],
)
def test_a_csv_file_is_read_whatever_wrote_it(content: bytes, encoding: str, delimiter: str) -> None:
    item = bring(content)
    assert (item.encoding, item.delimiter, item.state) == (encoding, delimiter, "finished")
    assert set(Account.objects.values_list("name", "country")) == {
        ("Hansa Logistik GmbH", "DE"),
        ("Øresund Shipping", "DK"),
    }
    assert services.find(Query("oresund shipping"))[0].name == "Øresund Shipping"


def test_importing_twice_changes_nothing_the_second_time() -> None:
    assert counts(bring(CSV)) == (2, 0, 0, 0, 0)
    assert counts(bring(CSV)) == (0, 0, 2, 0, 0)
    without_ids = "name\nHansa Logistik\nØresund Shipping\n"
    assert counts(bring(without_ids, same_company="skip")) == (0, 0, 0, 2, 0)
    assert Account.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "no headings"),
        (b"PK\x03\x04 not really", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old excel", "before 2007"),
        (b"%PDF-1.7\x00\x01\x02", "neither CSV nor Excel"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_advice(content: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        upload(content)
    assert said in refused.value.fields["file"]
    assert not Import.objects.exists()


def test_a_file_without_a_name_column_does_not_start() -> None:
    item = upload("Colour,Taste\nred,sweet\n")
    assert item.mapping == {}
    with pytest.raises(Invalid, match="Choose the column"):
        services.start_import(item=item, by=SYSTEM, at=AT)


def test_bad_rows_are_listed_with_their_reason_and_the_others_come_in() -> None:
    rows = ["Good Ltd,GB", "…,GB", "Lost Ltd,Atlantis", f"{'x' * 120_000},DE", '"Fine, Inc.",US']
    item = bring("name,country\n" + "\n".join(rows) + "\n")
    assert counts(item) == (2, 0, 0, 0, 3)
    bad = item.rows.filter(outcome="failed").order_by("number")
    assert [row.number for row in bad] == [3, 4, 5]
    assert "Atlantis" in bad[1].problem
    assert bad[1].values == ["Lost Ltd", "Atlantis"]


def test_an_id_that_comes_again_later_in_the_file_is_a_bad_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)  # so that it comes again in another batch
    item = bring("id,name\n1,One Ltd\n2,Two Ltd\n3,Three Ltd\n1,Uno Ltd\n")
    assert counts(item) == (3, 0, 0, 0, 1)
    assert "Row 2" in item.rows.get(number=5).problem


def test_formulas_stay_text() -> None:
    bring('name,owner\nPlain Ltd,"=HYPERLINK(""http://evil.example"")"\n')
    assert Account.objects.get().owner_name == '=HYPERLINK("http://evil.example")'


def test_an_excel_file_with_dates_and_numbers_is_read() -> None:
    bring(CSV)
    content = workbook(
        ["Opportunity Name", "Account Id", "Amount", "Currency", "Close Date", "Won", "Id"],
        ["Rollout", "A1", 1250.5, "EUR", datetime(2026, 6, 30), False, 4711],
        [None, None, None, None, None, None, None],
        ["Renewal", "A2", None, None, date(2026, 7, 1), True, 4712.0],
    )
    item = bring(content, kind="opportunities")
    assert counts(item) == (2, 0, 0, 0, 0)
    first = Opportunity.objects.get(external_id="4711")
    assert (first.amount, first.close_date, first.is_won) == (Decimal("1250.50"), date(2026, 6, 30), False)
    assert Opportunity.objects.get(external_id="4712").is_won


def test_the_preview_says_what_would_become_of_each_row() -> None:
    bring(CSV)
    item = upload("id,name,country\nA1,Hansa Logistik AG,DE\n,ORESUND SHIPPING,DK\n,New Firm,XX\n,Newer Firm,SE\n")
    rows = services.preview_import(item).rows
    assert [str(row.planned.outcome) for row in rows] == ["updated", "updated", "failed", "created"]
    assert rows[0].planned.changes == {"name": ["Hansa Logistik GmbH", "Hansa Logistik AG"]}
    assert rows[1].planned.same_as == "Øresund Shipping"
    assert Account.objects.count() == 2


def test_an_undone_import_leaves_everything_as_it_was() -> None:
    bring("id,name,website\nA1,Hansa Logistik GmbH,hansa.de\n")
    before = Account.objects.values().get()
    item = bring(CSV)
    assert counts(item) == (1, 1, 0, 0, 0)
    item = take_back(item)
    assert (item.state, item.undone, item.kept) == ("undone", 2, 0)
    after = Account.objects.values().get()
    assert {key: after[key] for key in ("name", "website", "domain", "country")} == {
        key: before[key] for key in ("name", "website", "domain", "country")
    }
    assert CompanyName.objects.count() == 1
    assert Event.objects.get(name="import.undone").payload["undone"] == 2


def test_what_somebody_touched_since_stays_and_says_so(account: Callable[..., Account]) -> None:
    item = bring(CSV)
    touched, used = Account.objects.get(external_id="A1"), Account.objects.get(external_id="A2")
    services.edit_account(account=touched, owner_name="Ines", by=SYSTEM, at=AT)
    services.create_opportunity(account=used, name="Harbour cranes", by=SYSTEM, at=AT)
    item = take_back(item)
    assert (item.undone, item.kept) == (0, 2)
    reasons = item.rows.order_by("number").values_list("kept_because", flat=True)
    assert "changed since" in reasons[0]
    assert "deals belong" in reasons[1]


def test_opportunities_are_taken_back_with_their_product_lines() -> None:
    bring(CSV)
    services.create_product_line(name="Edge", by=SYSTEM, at=AT)
    content = "id,name,account id,product lines\nO1,Rollout,A1,{}\n"
    bring(content.format("Edge"), kind="opportunities")
    item = bring(content.format(""), kind="opportunities")
    assert counts(item) == (0, 1, 0, 0, 0)
    take_back(item)
    assert [line.key for line in Opportunity.objects.get().product_lines.all()] == ["edge"]


def test_an_import_that_stops_says_how_far_it_is_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    real = kinds.upsert_accounts

    def full(**details: Any) -> Any:
        if details["rows"][0]["name"] == "Three Ltd":
            raise OSError("No space left on device")
        return real(**details)

    monkeypatch.setattr(kinds, "upsert_accounts", full)
    item = bring("name\nOne Ltd\nTwo Ltd\nThree Ltd\nFour Ltd\nFive Ltd\n")
    assert (item.state, item.rows_done, item.created) == ("failed", 2, 2)
    assert item.problem
    monkeypatch.setattr(kinds, "upsert_accounts", real)
    services.resume_import(item=item, by=SYSTEM, at=AT)
    jobs.work_off()
    item.refresh_from_db()
    assert (item.state, item.rows_done, item.created) == ("finished", 5, 5)


def test_files_are_kept_for_thirty_days(django_capture_on_commit_callbacks: Any) -> None:
    done, never = bring(CSV), upload(CSV)
    assert imports.forget_files(at=AT + timedelta(days=29)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        imports.forget_files(at=done.updated_at + timedelta(days=31))
    done.refresh_from_db()
    assert (done.path, Import.objects.count()) == ("", 1)
    assert not default_storage.exists(never.path)


def test_a_finished_import_does_not_start_again() -> None:
    item = bring(CSV)
    with pytest.raises(Refusal):
        services.start_import(item=item, by=SYSTEM, at=AT)


def test_a_local_file_is_imported_by_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_text("Nr;Bezeichnung\n7;Alpha Werke\n")
    seen: list[tuple[int, int]] = []
    item = services.import_file(
        path,
        "accounts",
        {"external_id": "Nr", "name": 1},
        by=SYSTEM,
        at=AT,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert (item.state, item.created, seen) == ("finished", 1, [(1, 1)])
    with pytest.raises(Invalid, match="no column"):
        services.import_file(path, "accounts", {"name": "Firma"}, by=SYSTEM, at=AT)
