"""The pages of price books, as the vendor's and the partner's people use them."""

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.errors import Stale
from openprm.kernel.settings_store import StoredSetting
from openprm.pricing import queries, services, when
from openprm.pricing.models import Entry, PriceBook, PriceImport
from openprm.pricing.rules import Term
from openprm.pricing.tests.making import ALFA_ONLY, book, points, reprice
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
HEAD = "Product line,SKU,Name,List price,Discount points,Net price"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def soon() -> Any:
    return when.today(timezone.now()).replace(year=timezone.now().year + 1)


def terms(made: PriceBook) -> list[Term]:
    with as_system():
        return queries.terms_of(queries.draft_of(made) or queries.newest(made))


def upload(browser: Any, made: PriceBook, rows: str, mode: str = "replace", name: str = "prices.csv") -> Any:
    file = SimpleUploadedFile(name, "\n".join([HEAD, *rows.split("|")]).encode())
    return browser.post(f"/console/price-books/{made.pk}/import/", {"file": file, "mode": mode}, follow=True)


def test_a_manager_makes_a_book_writes_its_prices_in_place_and_publishes_it(world: World) -> None:
    alfa, browser = world.alfa, world.browser("channel_manager")
    form = {"name": "MSP", "code": "msp", "currency": "EUR", "priority": "20", "reach": "audience", "audience": ""}
    answer = browser.post("/console/price-books/new/", form)
    with as_system():
        made = PriceBook.objects.get()
    assert answer["Location"] == f"/console/price-books/{made.pk}/entries/"
    rows = {
        "product_line": [str(world.cloud.pk), "*", ""], "sku": ["", "", "HC-1"], "name": ["", "", "Starter"],
        "list_price": ["", "", "1.200,00"], "points": ["22,5", "10", ""], "net_price": ["", "", "900"],
    }  # fmt: skip
    assert browser.post(answer["Location"], rows).status_code == 302
    page = text(browser.get(f"/console/price-books/{made.pk}/"))
    assert "These prices are not published" in page
    assert browser.post(f"/console/price-books/{made.pk}/publish/", {"note": "First"}).status_code == 302
    with as_system():
        found = [queries.margin(alfa.pk, line, timezone.now()).points for line in (world.cloud.pk, world.edge.pk)]
        net = queries.margin(alfa.pk, None, timezone.now(), "HC-1")
    assert found == [Decimal("22.5"), 10]
    assert (net.points, net.net_price) == (25, 900)
    assert "One partner has it" in text(browser.get(f"/console/price-books/{made.pk}/"))


def test_what_cannot_be_saved_is_said_beside_its_row_and_kept_as_typed(world: World) -> None:
    made, browser = book(world, publish=False), world.browser("channel_manager")
    rows = {
        "product_line": [str(world.cloud.pk)], "sku": [""], "name": [""], "list_price": [""], "points": ["120"],
        "net_price": ["a lot"],
    }  # fmt: skip
    answer = browser.post(f"/console/price-books/{made.pk}/entries/", rows)
    assert answer.status_code == 422
    assert "Give a number, such as 12.5." in text(answer)
    assert 'value="a lot"' in text(answer)
    assert browser.post(f"/console/price-books/{made.pk}/entries/", rows | {"net_price": [""]}).status_code == 422
    assert terms(made) == [points(20)]


def test_an_entry_is_taken_out_with_a_tick_and_a_second_writer_is_told(world: World) -> None:
    made, browser = book(world, "standard", points(20), points(25, world.cloud)), world.browser("finance")
    url = f"/console/price-books/{made.pk}/entries/"
    rows = {
        "product_line": [str(world.cloud.pk), "*"], "sku": ["", ""], "name": ["", ""], "list_price": ["", ""],
        "points": ["25", "20"], "net_price": ["", ""], "remove": ["0"],
    }  # fmt: skip
    assert browser.post(url, rows).status_code == 302
    assert terms(made) == [points(20)]
    assert "in the meantime" in text(browser.post(url, rows | {"version": "99"}))


def test_a_file_is_shown_with_reasons_before_anything_is_written(world: World) -> None:
    made, browser = book(world), world.browser("channel_manager")
    _ = world.cloud
    page = text(upload(browser, made, "Cloud,,,,30,|Nowhere,,,,10,|Cloud,,,,31,|,X-1,Thing,100,,120|,,,,5,"))
    for reason in (
        "There is no product line “Nowhere”.",
        "Row 2 is about the same already.",
        "The net price is above the list price.",
        "Give a product line, a SKU, or “everything else”.",
        "Cloud: new, 30%",
        "Everything else: taken out (was 20%)",
    ):
        assert reason in page
    assert terms(made) == [points(20)]
    with as_system():
        read = PriceImport.objects.get()
    assert browser.post(f"/console/price-imports/{read.pk}/apply/").status_code == 302
    assert terms(made) == [points(30, world.cloud)]


def test_a_file_can_add_to_what_is_there(world: World) -> None:
    made, browser = book(world), world.browser("channel_manager")
    _ = world.cloud
    upload(browser, made, "Cloud,,,,30,", mode="add")
    with as_system():
        services.apply_import(read=PriceImport.objects.get(), by=SYSTEM, at=timezone.now())
    assert set(terms(made)) == {points(20), points(30, world.cloud)}


def test_what_is_exported_can_be_imported_again_and_changes_nothing(world: World) -> None:
    entries = [
        points(20),
        points("22.5", world.cloud),
        Term(world.edge.pk, "=1+1", 'Évil, "quoted"', Decimal("1000"), net_price=Decimal("799.90")),
    ]
    made, browser = book(world, "standard", *entries), world.browser("channel_manager")
    url = f"/console/price-books/{made.pk}/"
    for kind in ("csv", "xlsx"):
        file = browser.get(f"{url}download/?format={kind}").content
        sent = {"file": SimpleUploadedFile(f"p.{kind}", file), "mode": "replace"}
        page = text(browser.post(f"{url}import/", sent, follow=True))
        assert "Nothing: the file says what is there already." in page, kind


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x00\x01", b"PK\x03\x04broken"])
def test_what_is_no_price_list_is_refused_with_what_to_do(world: World, content: bytes) -> None:
    made, browser = book(world), world.browser("channel_manager")
    sent = {"file": SimpleUploadedFile("p.xlsx", content), "mode": "replace"}
    assert browser.post(f"/console/price-books/{made.pk}/import/", sent).status_code == 422
    with as_system():
        assert not PriceImport.objects.exists()


def test_a_price_change_is_planned_compared_and_taken_back(world: World) -> None:
    made, browser = book(world), world.browser("channel_manager")
    with as_system():
        services.write_draft(book=made, terms=[points(15)], by=SYSTEM, at=timezone.now())
    url = f"/console/price-books/{made.pk}/"
    assert browser.post(f"{url}publish/", {"starts_on": "2001-01-01"}).status_code == 422
    assert browser.post(f"{url}publish/", {"starts_on": soon().isoformat()}).status_code == 302
    page = text(browser.get(url))
    assert "Everything else: 20% becomes 15%" in page
    assert "−5 points" in page
    assert "20% becomes 15%" in text(browser.get(f"{url}compare/"))
    same = {"before": "2026-11-03", "after": "2026-11-03"}
    assert "the same prices hold on both days" in text(browser.get(f"{url}compare/", same))
    with as_system():
        planned = made.editions.get(number=2)
    browser.post(f"/console/price-editions/{planned.pk}/take-back/")
    assert "not published" in text(browser.get(url))


def test_a_manager_assigns_by_name_from_the_book_and_from_the_partner(world: World) -> None:
    alfa, browser = world.alfa, world.browser("channel_manager")
    made = book(world, "msp", reach="named", name="MSP book")
    sent = {"partner": str(alfa.pk), "reason": "Chose managed services."}
    assert browser.post(f"/console/price-books/{made.pk}/assign/", sent).status_code == 302
    assert "Chose managed services." in text(browser.get(f"/console/price-books/{made.pk}/"))
    assert "MSP book" in text(browser.get(f"/console/partners/{alfa.pk}/"))
    away = browser.post(f"/console/price-books/{made.pk}/unassign/{alfa.pk}/", {"from": "partner"})
    assert away["Location"] == f"/console/partners/{alfa.pk}/"
    foreign = {"partner": str(world.beta.pk)}
    assert browser.post(f"/console/price-books/{made.pk}/assign/", foreign).status_code == 422


def test_a_partner_reads_its_own_prices_and_nothing_of_others(world: World) -> None:
    _ = world.alfa, world.beta
    book(world, "alfas", points(31, world.cloud), name="Alfa special", audience=ALFA_ONLY)
    other = {"not": ALFA_ONLY}
    book(world, "others", points("47.13", world.cloud), name="Others special", priority=20, audience=other)
    page = text(world.browser("sales", world.alfa).get("/portal/prices/"))
    assert "31%" in page
    assert "Alfa special" in page
    for secret in ("47.13", "Others special"):
        assert secret in text(world.browser("sales", world.beta).get("/portal/prices/"))
        assert secret not in page
    file = world.browser("sales", world.alfa).get("/portal/prices/download/").content.decode()
    assert "Alfa special,Cloud" in file
    assert "Others" not in file
    excel = world.browser("sales", world.alfa).get("/portal/prices/download/?format=xlsx").content
    assert [cell.value for cell in load_workbook(io.BytesIO(excel)).worksheets[0][2]][:2] == ["Alfa special", "Cloud"]


def test_partners_see_planned_changes_where_the_programme_says_so(world: World) -> None:
    browser = world.browser("sales", world.alfa)
    made = book(world)
    reprice(made, points(15), at=timezone.now(), starts_on=soon())
    assert "20% becomes 15%" in text(browser.get("/portal/prices/"))
    with as_system():
        StoredSetting.objects.create(key="pricing.show_planned", value=False)
    assert "20% becomes 15%" not in text(browser.get("/portal/prices/"))


def test_a_partner_without_prices_is_told_who_to_ask(world: World) -> None:
    _ = world.cloud
    assert "Ask your channel manager" in text(world.browser("sales", world.alfa).get("/portal/prices/"))


def test_the_margin_stands_beside_the_verdict_while_the_deal_is_typed(world: World) -> None:
    browser = world.browser("sales", world.alfa)
    book(world, "standard", points(20), points(25, world.cloud))
    typed = {"product_lines": [str(world.cloud.pk)], "value": "10000", "value_currency": "EUR"}
    one = text(browser.post("/portal/deals/margin/", typed))
    assert "25%" in one
    assert "€2,500" in one
    lines = [str(world.cloud.pk), str(world.edge.pk)]
    both = text(browser.post("/portal/deals/margin/", typed | {"product_lines": lines}))
    assert "20% – 25%" in both
    assert "€2,000 – €2,500" in both
    assert text(browser.post("/portal/deals/margin/", {})) == ""


def test_a_deals_page_tells_the_margin_it_was_registered_with_to_both_sides(world: World) -> None:
    alfa = world.alfa
    made = book(world, "standard", points(25, world.cloud))
    deal = world.approved(alfa)
    reprice(made, points(10, world.cloud), at=timezone.now())
    for browser, url in (
        (world.browser("sales", world.alfa), f"/portal/deals/{deal.pk}/"),
        (world.browser("channel_manager"), f"/console/deals/{deal.pk}/"),
    ):
        page = text(browser.get(url))
        assert "€6,250" in page
        assert "As it was when the deal was registered." in page
    assert "€6,250" not in text(world.browser("viewer", world.alfa).get(f"/portal/deals/{deal.pk}/"))


def test_nothing_but_numbers_reaches_a_spreadsheet(world: World) -> None:
    with as_system():
        made = book(world, "standard", Term(None, "=cmd()", points=Decimal(1)))
    file = world.browser("finance").get(f"/console/price-books/{made.pk}/download/").content.decode()
    assert "'=cmd()" in file


def test_an_excel_file_written_by_hand_is_read(world: World) -> None:
    made, browser, sheet = book(world), world.browser("channel_manager"), Workbook()
    _ = world.cloud
    active: Any = sheet.active
    active.append(["Product Line", "Part Number", "Margin"])
    active.append(["cloud", None, 12.5])
    active.append([None, "HC-2", 7])
    out = io.BytesIO()
    sheet.save(out)
    sent = {"file": SimpleUploadedFile("prices.xlsx", out.getvalue()), "mode": "replace"}
    page = text(browser.post(f"/console/price-books/{made.pk}/import/", sent, follow=True))
    assert "Cloud: new, 12.5%" in page
    assert "HC-2: new, 7%" in page
    with as_system():
        assert Entry.objects.count() == 1


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(world: World) -> None:
    made = book(world)
    browser = world.browser("admin")
    page = f"/console/price-books/{made.pk}/entries/"
    shown = browser.get(page).content.decode()
    seen = dict(re.findall(r'name="(version)" value="([^"]*)"', shown))
    with as_system():
        services.write_draft(book=made, terms=[points(15)], by=SYSTEM, at=timezone.now())
    mine = {**seen, "product_line": "*", "points": "25", "sku": "", "name": "", "list_price": "", "net_price": ""}
    refused = browser.post(page, mine)
    assert (refused.status_code, b"Somebody else changed" in refused.content) == (422, True)
    assert terms(made) == [points(15)]


def test_of_two_who_read_the_same_draft_the_second_is_told(world: World) -> None:
    made = book(world, publish=False)
    with as_system():
        read = queries.draft_of(made)
        services.write_draft(book=made, terms=[points(15)], by=SYSTEM, at=NOW)
        with pytest.raises(Stale):
            services.write_draft(book=made, terms=[points(25)], draft=read, by=SYSTEM, at=NOW)
