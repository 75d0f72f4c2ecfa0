"""Lists of companies are matched as spreadsheets come: with marks, semicolons, missing columns and other headings."""

import csv
import io
from pathlib import Path

import pytest

from openprm.matching.files import Unusable, match, written_whole

POOL = "id,name,domain,country\n1,Siemens AG,siemens.com,DE\n2,Vandelay Industries,,US\n3,Kramerica,,US\n"


def answered(folder: Path, pool: str | bytes, queries: str | bytes, top: int | None = None) -> list[dict[str, str]]:
    for name, text in (("pool.csv", pool), ("queries.csv", queries)):
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    out = io.StringIO()
    match(folder / "pool.csv", folder / "queries.csv", out, top=top)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_every_query_is_answered_in_its_order_with_reasons(tmp_path: Path) -> None:
    rows = answered(tmp_path, POOL, "name\nVandelay Industries Inc.\nQuite Unheard Of\nSIEMENS\n")
    assert [row["query"] for row in rows] == ["Vandelay Industries Inc.", "Quite Unheard Of", "SIEMENS"]
    assert [row["id"] for row in rows] == ["2", "", "1"]
    assert [row["decision"] for row in rows] == ["same", "different", "same"]
    assert all(row["reasons"] for row in rows)


def test_with_top_the_candidates_are_listed_whatever_the_decision(tmp_path: Path) -> None:
    pool = "id,name\n1,Delta Air Lines\n2,Delta Faucet\n3,Delta Dental\n"
    rows = answered(tmp_path, pool, "id,name\nq7,Delta Electronics\n", top=2)
    assert [row["rank"] for row in rows] == ["1", "2"]
    assert all(row["id"] and row["query_id"] == "q7" for row in rows)
    assert float(rows[0]["probability"]) >= float(rows[1]["probability"])


def test_a_file_as_excel_saves_it_in_europe_is_read(tmp_path: Path) -> None:
    pool = "\ufeffID;Company Name;Website\r\n7;Müller GmbH;mueller.de\r\n"
    queries = "Name;Domain\nMueller;\n".encode("cp1252")
    assert [row["id"] for row in answered(tmp_path, pool, queries)] == ["7"]


def test_a_file_of_windows_1252_is_read(tmp_path: Path) -> None:
    pool = "name\nMüller GmbH\n".encode("cp1252")
    assert answered(tmp_path, pool, "name\nMüller\n")[0]["name"] == "Müller GmbH"


def test_a_company_without_an_id_has_the_number_of_its_row(tmp_path: Path) -> None:
    rows = answered(tmp_path, "name\nSiemens\nVandelay Industries\n", "name\nVandelay Industries\n")
    assert rows[0]["id"] == "2"


def test_a_domain_alone_is_enough(tmp_path: Path) -> None:
    rows = answered(tmp_path, POOL, "domain\nwww.siemens.com\n")
    assert (rows[0]["id"], rows[0]["query"], rows[0]["decision"]) == ("1", "www.siemens.com", "same")


def test_former_names_and_families_are_read_from_their_columns(tmp_path: Path) -> None:
    pool = "id,name,aliases,family\n1,Meta Platforms,Facebook|The Facebook,m\n2,Instagram,,m\n"
    rows = answered(tmp_path, pool, "name\nFacebook\n")
    assert rows[0]["id"] == "1"


@pytest.mark.parametrize(
    ("pool", "says"),
    [
        ("colour,size\nred,1\n", "has no column “name”"),
        ("", "is empty"),
        ("name\n", "holds no company"),
        ("PK\x03\x04", "no CSV file"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, pool: str, says: str) -> None:
    with pytest.raises(Unusable, match=says):
        answered(tmp_path, pool, "name\nSiemens\n")


def test_a_file_that_was_not_finished_does_not_appear(tmp_path: Path) -> None:
    target = tmp_path / "verdicts.csv"
    target.write_text("of yesterday")
    with pytest.raises(ZeroDivisionError), written_whole(target) as file:
        file.write(str(1 / (len("half") - 4)))
    assert target.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [target]
