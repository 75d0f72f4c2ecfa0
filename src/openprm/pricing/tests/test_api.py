"""Price books and margins for programs, as actions, and as text."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from openprm.accounts import services as accounts
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.actions import Occasion, action
from openprm.kernel.errors import Invalid
from openprm.partners.models import Partner
from openprm.pricing import blueprint, queries, services
from openprm.pricing.blueprint import PriceBookDocument
from openprm.pricing.models import Assignment, PriceBook
from openprm.pricing.rules import Term
from openprm.pricing.tests.making import ALFA_ONLY, book, points
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def program(world: World, role: str, company: Partner | None = None) -> Client:
    actor = world.actor(role, company)
    with as_system():
        secret = accounts.create_token(name="test", verbs=sorted(actor.grants), expires_at=None, by=actor, at=NOW)[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    act = getattr(client, method)
    return act(f"/api/v1{path}", body, content_type="application/json", headers=headers)


def test_a_program_makes_publishes_assigns_and_asks(world: World) -> None:
    alfa, finance = world.alfa, program(world, "finance")
    _ = world.cloud
    new = {"code": "msp", "name": "MSP", "currency": "EUR", "priority": 20, "reach": "named"}
    made = send(finance, "post", "/price-books", new)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    path = f"/price-books/{made.json()['id']}"
    draft = {"entries": [{"product_line": "cloud", "points": "22.5"}]}
    assert send(finance, "put", f"{path}/draft", draft).status_code == 428
    assert send(finance, "put", f"{path}/draft", draft, **{"If-Match": "*"}).status_code == 200
    wrong = send(
        finance, "put", f"{path}/draft", {"entries": [{"product_line": "x", "points": "1"}]}, **{"If-Match": "*"}
    )
    assert (wrong.status_code, "0.product_line" in wrong.content.decode()) == (422, True)
    assert send(finance, "post", f"{path}/publish", {"note": "Go"}).json()["number"] == 1
    given = send(finance, "post", f"/partners/{alfa.pk}/price-books", {"book_id": made.json()["id"]})
    assert given.status_code == 204
    sales = program(world, "sales", alfa)
    told = sales.get(f"/api/v1/partners/{alfa.pk}/margins").json()
    assert [(one["product_line"], one["points"], one["book"]) for one in told] == [("Cloud", "22.50", "MSP")]
    assert told[0]["why"][0] == "“MSP” gives 22.5 points on Cloud."
    mine = sales.get(f"/api/v1/partners/{alfa.pk}/price-books").json()
    assert mine[0]["entries"][0]["product_line"] == "cloud"
    assert sales.get("/api/v1/price-books").json()["items"] == []
    assert sales.get(f"/api/v1{path}").status_code == 404
    assert sales.get(f"/api/v1/partners/{world.beta.pk}/margins").status_code == 404
    assert finance.delete(f"/api/v1/partners/{alfa.pk}/price-books/{made.json()['id']}").status_code == 204
    assert sales.get(f"/api/v1/partners/{alfa.pk}/price-books").json() == []


def test_a_program_imports_a_file_and_plans_a_change(world: World) -> None:
    made, finance = book(world), program(world, "finance")
    path, day = f"/price-books/{made.pk}", (timezone.now() + timedelta(days=90)).date()
    file = SimpleUploadedFile("p.csv", b"Product line,Points\nEverything else,15\nNowhere,3\n")
    read = finance.post(f"/api/v1{path}/imports?mode=replace", {"file": file})
    assert (read.status_code, read.json()["usable"]) == (201, 1), read.content
    assert read.json()["changes"] == ["Everything else: 20% becomes 15%"]
    assert read.json()["problems"][0][0] == 3
    assert send(finance, "post", f"/price-imports/{read.json()['id']}/apply").json()["state"] == "draft"
    planned = send(finance, "post", f"{path}/publish", {"starts_on": day.isoformat()}).json()
    told = finance.get(f"/api/v1{path}/compare?before={NOW.date()}&after={day}").json()
    assert told == [{"change": "changed", "text": "Everything else: 20% becomes 15%", "points": "-5.00"}]
    taken = send(finance, "post", f"{path}/editions/{planned['id']}/take-back")
    assert taken.json()["state"] == "draft"
    assert finance.delete(f"/api/v1{path}/draft").status_code == 204


def occasion(partner: Partner, key: str = "run-1") -> Occasion:
    return Occasion(partner.pk, SYSTEM, NOW, key)


def test_an_automation_assigns_a_book_once_and_takes_it_away(world: World) -> None:
    alfa = world.alfa
    book(world, "msp", reach="named", name="MSP book")
    assign, unassign = action("pricing.assign"), action("pricing.unassign")
    with as_system():
        given = assign.check({"book": "msp", "days": 30, "reason": "Chose MSP"})
        assert assign.describe(given) == "assign the price book MSP book"
        assert assign.foresee is not None
        assert assign.foresee(occasion(alfa), given) == "assign the price book MSP book"
        assert [assign.run(occasion(alfa), given) for _time in range(2)] == ["assigned the price book MSP book"] * 2
        row = Assignment.objects.get()
        assert (row.source, row.key, row.reason) == ("named", "run-1", "Chose MSP")
        assert assign.foresee(occasion(alfa), given).startswith("nothing")
        later = Occasion(alfa.pk, SYSTEM, NOW + timedelta(days=1), "run-2")
        assert unassign.run(later, {"book": "msp"}) == "took away the price book MSP book"
        assert "was not assigned" in unassign.run(later, {"book": "msp"})
        with pytest.raises(Invalid):
            assign.check({"book": "unknown"})


def documents() -> dict[str, Any]:
    with as_system():
        return {one.code: one for one in blueprint.read()}


def put(document: PriceBookDocument, at: Any = None) -> None:
    with as_system():
        blueprint.write(document, SYSTEM, at or timezone.now())


def test_what_is_written_down_is_what_was_written(world: World) -> None:
    _ = world.alfa, world.cloud
    soon = (timezone.now() + timedelta(days=60)).date()
    said = PriceBookDocument.model_validate(
        {
            "code": "gold", "name": "Gold", "currency": "EUR", "priority": 30, "audience": ALFA_ONLY,
            "ends_on": "2999-12-31",
            "prices": {"adds_tier_points": False, "entries": [
                {"sku": "HC-1", "list_price": "100", "net_price": "80"},
                {"product_line": "cloud", "points": "25"},
                {"points": 5},
            ]},
            "planned": [{"starts_on": soon.isoformat(), "note": "New year", "entries": [{"points": "10"}]}],
        }
    )  # fmt: skip
    put(said)
    assert documents() == {"gold": said}
    before = Assignment.objects.count()
    put(said)
    with as_system():
        assert PriceBook.objects.get().editions.count() == 2
    assert documents() == {"gold": said}
    changed = said.model_copy(update={"name": "Gold two", "planned": [], "priority": 31})
    put(changed, timezone.now())
    assert documents() == {"gold": changed}
    assert Assignment.objects.count() >= before
    with as_system():
        blueprint.remove("gold", SYSTEM, timezone.now())
    assert documents() == {}
    put(said)
    assert documents() == {"gold": said}


def test_a_draft_is_written_down_as_a_draft(world: World) -> None:
    said = PriceBookDocument(code="plan", name="Plan", state="draft", currency="USD", priority=9)
    put(said)
    assert documents() == {"plan": said}


def test_a_document_that_names_no_product_line_is_refused(world: World) -> None:
    prices = {"entries": [{"product_line": "no", "points": 1}]}
    said = PriceBookDocument.model_validate(
        {"code": "x", "name": "X", "currency": "EUR", "priority": 9, "prices": prices}
    )
    with pytest.raises(Invalid, match="no product line"):
        put(said)


def test_margins_are_asked_for_in_few_statements(world: World, django_assert_max_num_queries: Any) -> None:
    alfa = world.alfa
    for number in range(1, 6):
        terms = [points(number), Term(None, f"S-{uuid4().hex}", points=Decimal(1))]
        book(world, f"book-{number}", *terms, priority=number * 10)
    with as_system(), django_assert_max_num_queries(12):
        found = queries.margins(alfa.pk, [world.cloud.pk, world.edge.pk], NOW)
    assert [one.points for one in found] == [5, 5]


def test_every_partner_gets_what_its_audience_says_when_the_clock_comes_round(world: World) -> None:
    book(world, "standard")
    alfa = world.alfa
    with as_system():
        services.sync_all(at=NOW)
        assert queries.margin(alfa.pk, world.cloud.pk, NOW).points == 20
