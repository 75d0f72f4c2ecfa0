"""Receipts: what they say, that they stay the same, and that only the published key is needed to trust them."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from openprm.config import readiness
from openprm.deals import services as deals
from openprm.deals.models import DealRegistration
from openprm.extensions import services as extensions
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Missing
from openprm.kernel.events.models import Event
from openprm.kernel.ledger.models import Link
from openprm.receipts import kinds, pdf, policies, queries, services, signing
from openprm.receipts.models import Receipt, SigningKey
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

KEY_SET = "/.well-known/openprm-receipt-keys.json"


def event_of(deal: DealRegistration, name: str = "deal.submitted") -> Event:
    with as_system():
        return Event.objects.get(subject_id=deal.pk, name=name)


def receipt_of(world: World, deal: DealRegistration, name: str = "deal.submitted") -> bytes:
    by = world.actor("sales", deal.partner)
    with enter(by):
        return services.issue(event=event_of(deal, name), by=by, at=NOW).document.encode()


def told(document: bytes) -> dict[str, Any]:
    return signing.verify(document, queries.published())


@pytest.fixture
def deal(world: World) -> DealRegistration:
    return world.approved(world.alfa, customer="Müller & Söhne GmbH", website="https://mueller.example")


def test_a_registrations_receipt_tells_the_fields_the_verdict_and_its_place_in_the_chain(
    world: World, deal: DealRegistration
) -> None:
    receipt = told(receipt_of(world, deal))
    assert receipt["facts"] == {
        "customer": "Müller & Söhne GmbH",
        "website": "https://mueller.example",
        "country": "DE",
        "product_lines": ["cloud"],
        "value": "25000.00",
        "currency": "EUR",
        "close_date": "2027-02-01",
        "description": "Replaces the old warehouse servers.",
        "verdict": "clear",
        "rules_version": 1,
        "due_at": "2026-11-04T09:00:00Z",
    }
    assert dict(receipt["says"])["Expected value"] == "€25,000"
    assert dict(receipt["says"])["Decision promised by"] == "2026-11-04 09:00 UTC"
    with as_system():
        link = Link.objects.get(event_id=receipt["event"]["id"])
    assert receipt["chain"] == {
        "subject": str(deal.pk), "position": 1, "previous": link.previous, "hash": link.hash,
    }  # fmt: skip


def test_a_decisions_receipt_tells_the_end_of_protection(world: World, deal: DealRegistration) -> None:
    receipt = told(receipt_of(world, deal, "deal.approved"))
    assert (receipt["kind"], receipt["title"]) == ("decision", "Approval")
    assert receipt["facts"] == {
        "customer": "Müller & Söhne GmbH",
        "product_lines": ["cloud"],
        "protected_until": "2027-01-31T09:00:00Z",
    }
    assert receipt["event"]["by"] == {"side": "vendor", "name": "northwind.channel_manager"}


def test_a_rejections_receipt_tells_the_coded_reason(world: World) -> None:
    deal, manager = world.submitted(world.alfa), world.actor("channel_manager")
    with enter(manager):
        deals.reject(deal=deal, code="existing_customer", text="Since 2019.", by=manager, at=NOW)
    says = dict(told(receipt_of(world, deal, "deal.rejected"))["says"])
    assert (says["Reason"], says["In the vendor's words"]) == ("Is a customer already", "Since 2019.")


def test_a_declined_extensions_receipt_tells_the_reason_in_words(world: World, deal: DealRegistration) -> None:
    sales, manager = world.actor("sales", world.alfa), world.actor("channel_manager")
    at = NOW + timedelta(days=70)
    with enter(sales):
        wish = extensions.ask(deal=deal, days=10, reason="Their board meets in March.", by=sales, at=at)
    with enter(manager):
        extensions.decline(request=wish, code="no_progress", by=manager, at=at)
    receipt = told(receipt_of(world, deal, "deal.extension_declined"))
    assert receipt["facts"]["code"] == "no_progress"
    assert dict(receipt["says"])["Reason"] == "No progress towards an order"


def test_an_approval_by_a_rule_does_not_name_the_vendors_rule(world: World) -> None:
    admin = world.actor("admin")
    with enter(admin):
        deals.save_rule(
            name="Small and harmless", audience={"all": []}, most=10**6, currency="EUR", levels=["clear"],  # type: ignore[arg-type]
            by=admin, at=NOW,
        )  # fmt: skip
    document = receipt_of(world, world.submitted(world.alfa), "deal.approved")
    assert b"Small and harmless" not in document
    assert dict(told(document)["says"])["By"] == "automatically, by a rule of the programme"


def test_a_receipt_tells_what_was_registered_not_what_became_of_it(world: World) -> None:
    deal = world.submitted(world.alfa)
    manager, sales = world.actor("channel_manager"), world.actor("sales", world.alfa)
    with enter(manager):
        deals.ask(deal=deal, fields=["customer_name"], text="Which company?", by=manager, at=NOW)
    with enter(sales):
        deals.answer(deal=deal, content=world.content("Fabrikam AG"), by=sales, at=NOW)
    assert told(receipt_of(world, deal))["facts"]["customer"] == "Contoso GmbH"


def test_a_receipt_is_the_same_at_every_download_and_after_the_key_was_rotated(
    world: World, deal: DealRegistration
) -> None:
    first = receipt_of(world, deal)
    with as_system():
        services.rotate(by=SYSTEM, at=NOW)
    assert receipt_of(world, deal) == first
    assert told(first)["key"] != told(receipt_of(world, deal, "deal.approved"))["key"]
    assert len(queries.published()) == 2


def test_a_kind_of_receipt_is_one_line(world: World, deal: DealRegistration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "deal.won", kinds.Kind("outcome", "Won", ("customer", "value", "currency")))
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        deals.win(deal=deal, by=sales, at=NOW)
    assert told(receipt_of(world, deal, "deal.won"))["facts"]["value"] == "25000.00"


def test_nobody_gets_a_receipt_of_anothers_deal_not_even_the_distributor_above(world: World) -> None:
    deal = world.submitted(world.epsilon)
    for partner in (world.alfa, world.delta):
        by = world.actor("admin", partner)
        with enter(by), pytest.raises(Missing):
            services.issue(event=event_of(deal), by=by, at=NOW)


def test_there_is_no_receipt_of_what_only_the_vendor_knows(world: World, deal: DealRegistration) -> None:
    admin = world.actor("admin")
    with enter(admin):
        deals.add_note(deal=deal, text="Do not tell.", by=admin, at=NOW)
        told_of = {event.name for event in policies.receiptable(admin)}
    assert told_of == {"deal.submitted", "deal.approved"}


def test_whoever_has_the_published_key_verifies_without_us(
    world: World,
    deal: DealRegistration,
    tmp_path: Path,
    run: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    document = receipt_of(world, deal)
    (tmp_path / "keys.json").write_bytes(Client().get(KEY_SET).content)
    (tmp_path / "receipt.json").write_bytes(document)
    (tmp_path / "receipt.pdf").write_bytes(pdf.draw(document))
    for name in ("receipt.json", "receipt.pdf"):
        answer = run("receipt", "verify", str(tmp_path / name), "--key", str(tmp_path / "keys.json"))
        assert answer.exit_code == 0, answer.output
        assert "Customer: Müller & Söhne GmbH" in answer.output
    (tmp_path / "half.pdf").write_bytes(pdf.draw(document)[:5000])  # a download that broke off
    answer = run("receipt", "verify", str(tmp_path / "half.pdf"), "--key", str(tmp_path / "keys.json"))
    assert "There is no receipt in this PDF." in answer.output
    assert "marker" not in answer.output + caplog.text
    (tmp_path / "receipt.json").write_bytes(b"\xef\xbb\xbf" + document)  # as an editor may save it
    answer = run("receipt", "verify", str(tmp_path / "receipt.json"), "--key", str(tmp_path / "keys.json"))
    assert answer.exit_code == 0, answer.output
    (tmp_path / "receipt.json").write_bytes(document.replace(b"25000.00", b"95000.00"))
    answer = run("receipt", "verify", str(tmp_path / "receipt.json"), "--key", str(tmp_path / "keys.json"))
    assert answer.exit_code == 1


def test_the_paper_leads_to_the_page_that_verifies_it(world: World, deal: DealRegistration) -> None:
    document = receipt_of(world, deal)
    address = json.loads(document)["receipt"]["issuer"]["verify"]
    drawn = pdf._code(address)
    assert drawn.startswith("<svg")
    assert pdf._code(address + "?") != drawn
    assert len(PdfReader(BytesIO(pdf.draw(document))).pages) == 1


@pytest.fixture
def run() -> Callable[..., Any]:
    from openprm.config.cli import openprm

    return lambda *words: CliRunner().invoke(openprm, words)


def test_the_private_key_is_encrypted_with_the_servers_and_survives_its_change(
    world: World, deal: DealRegistration, settings: Any
) -> None:
    receipt_of(world, deal)
    with as_system():
        before = SigningKey.objects.get().sealed
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another secret key of at least forty characters"
    assert [kind for kind, _remedy in queries.problems()] != []
    assert any("Receipts cannot be signed" in finding.problem for finding in readiness._of_receipts())
    with pytest.raises(services.KeyLocked):
        receipt_of(world, deal, "deal.approved")
    settings.SECRET_KEY_FALLBACKS = [former]
    assert list(queries.problems()) == []
    told(receipt_of(world, deal, "deal.approved"))
    with as_system():
        assert SigningKey.objects.get().sealed != before
    settings.SECRET_KEY_FALLBACKS = []
    assert list(queries.problems()) == []


def test_a_retired_key_has_no_private_half_any_more(world: World, deal: DealRegistration) -> None:
    receipt_of(world, deal)
    admin = world.actor("admin")
    with enter(admin):
        services.rotate(by=admin, at=NOW)
    with as_system():
        assert SigningKey.objects.get(signs=False).sealed == ""
        assert Event.objects.get(name="receipt_key.rotated").shared is False


class TestPages:
    """In the browser."""

    def test_the_deals_page_offers_the_receipts(self, world: World, deal: DealRegistration) -> None:
        event = event_of(deal)
        for browser, side in ((world.browser("sales", world.alfa), "portal"), (world.browser("admin"), "console")):
            page = browser.get(f"/{side}/deals/{deal.pk}/").content.decode()
            assert f"/{side}/receipts/{event.pk}.pdf" in page
            answer = browser.get(f"/{side}/receipts/{event.pk}.json")
            assert answer.content == receipt_of(world, deal)
            assert f"receipt-{deal.reference}" in answer["Content-Disposition"]
            assert browser.get(f"/{side}/receipts/{event.pk}.pdf").content.startswith(b"%PDF-")

    def test_a_draft_has_no_receipts(self, world: World) -> None:
        draft = world.draft(world.alfa)
        page = world.browser("sales", world.alfa).get(f"/portal/deals/{draft.pk}/", follow=True).content
        assert b'id="receipts"' not in page

    def test_everybody_verifies_on_the_public_page(self, world: World, deal: DealRegistration, tmp_path: Path) -> None:
        document, guest = receipt_of(world, deal), Client()
        with as_system():
            services.rotate(by=SYSTEM, at=NOW)
        assert guest.get("/verify/").status_code == 200
        pasted = guest.post("/verify/", {"text": json.dumps(json.loads(document), indent=2)})
        assert "Müller &amp; Söhne GmbH" in pasted.content.decode()
        assert b"rotated since" in pasted.content
        (tmp_path / "r.pdf").write_bytes(pdf.draw(document))
        with (tmp_path / "r.pdf").open("rb") as file:
            assert b"Valid:" in guest.post("/verify/", {"file": file}).content

    @pytest.mark.parametrize(
        "text", ["", "hello", "{}", "%PDF-1.7 nothing", '{"receipt": [], "signature": ""}', "[" * 9000]
    )
    def test_what_is_no_receipt_is_not_valid(self, text: str) -> None:
        answer = Client().post("/verify/", {"text": text})
        assert answer.status_code == 422
        assert (b"Not valid" if text else b"There is nothing to verify") in answer.content

    def test_a_file_that_is_too_large_is_told_from_none(self) -> None:
        for name, content in (("film.mp4", b"x" * 2_100_000), ("book.pdf", b"%PDF-1.7" + b"x" * 2_100_000)):
            answer = Client().post("/verify/", {"file": SimpleUploadedFile(name, content)})
            assert (answer.status_code, b"It is too large to be a receipt." in answer.content) == (422, True)
            assert b"There is nothing to verify" not in answer.content

    def test_the_keys_are_published_and_rotated_in_the_console(self, world: World, deal: DealRegistration) -> None:
        receipt_of(world, deal)
        assert world.browser("admin").post("/console/receipt-keys/rotate/").status_code == 302
        listed = Client().get(KEY_SET).json()["keys"]
        assert [key["status"] for key in listed] == ["signs", "retired"]
        assert all(key["kty"] == "OKP" and key["crv"] == "Ed25519" and len(key["x"]) == 43 for key in listed)
        assert "d" not in listed[0]
        assert listed[0]["kid"].encode() in world.browser("admin").get("/console/receipt-keys/").content


def test_programs_list_and_fetch_receipts(world: World, deal: DealRegistration) -> None:
    from openprm.accounts import services as accounts

    sales = world.actor("sales", world.alfa)
    with as_system():
        secret = accounts.create_token(name="t", verbs=["deals.view"], expires_at=None, by=sales, at=NOW)[1]
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    listed = program.get(f"/api/v1/deals/{deal.pk}/receipts").json()
    assert [(row["event"], row["title"]) for row in listed] == [
        ("deal.submitted", "Registration"), ("deal.approved", "Approval"),
    ]  # fmt: skip
    assert program.get(f"/api/v1/receipts/{listed[0]['event_id']}").content == receipt_of(world, deal)
    assert program.get(f"/api/v1/receipts/{listed[0]['event_id']}/pdf").content[:5] == b"%PDF-"


def test_two_who_ask_at_once_get_one_receipt(world: World, deal: DealRegistration) -> None:
    event = event_of(deal)
    with as_system():
        first = services._sign(event, NOW)
        assert services._sign(event, NOW) == first
        assert Receipt.objects.count() == 1


class TestForgery:
    """Whatever is changed in a signed receipt, it is not valid any more."""

    private = signing.Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
    public = signing.raw_public(private)
    keys = {signing.key_id(public): public}
    receipt = {"format": signing.FORMAT, "key": signing.key_id(public), "says": [["Customer", "Zürich €uro"]], "n": 12}
    document = signing.sign(receipt, private)

    def test_it_is_valid_as_it_is_and_when_only_its_layout_changed(self) -> None:
        assert signing.verify(self.document, self.keys) == self.receipt
        assert signing.verify(json.dumps(json.loads(self.document), indent=1).encode(), self.keys) == self.receipt

    def test_any_flipped_bit_of_any_byte_is_noticed(self) -> None:
        for place in range(len(self.document)):
            for bit in range(8):
                forged = bytearray(self.document)
                forged[place] ^= 1 << bit
                with pytest.raises(signing.NotValid):
                    signing.verify(bytes(forged), self.keys)

    @given(st.data())
    @settings(max_examples=200)
    def test_any_other_bytes_are_no_receipt(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(self.document)))
        rest = data.draw(st.integers(0, 4))
        slipped = data.draw(st.binary(min_size=1, max_size=6))
        forged = self.document[:place] + slipped + self.document[place + rest :]
        with suppress(signing.NotValid):
            assert signing.verify(forged, self.keys) == self.receipt  # spaces, or the same bytes again

    def test_another_key_does_not_do_even_under_the_same_name(self) -> None:
        other = signing.raw_public(signing.Ed25519PrivateKey.generate())
        for keys in ({}, {signing.key_id(other): other}, {signing.key_id(self.public): other}):
            with pytest.raises(signing.NotValid):
                signing.verify(self.document, keys)

    def test_a_key_file_is_a_set_a_single_key_or_pem(self) -> None:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        one = signing.jwk(self.public)
        pem = self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for text in (json.dumps(one).encode(), json.dumps({"keys": [one]}).encode(), pem):
            assert signing.read_keys(text) == self.keys
        for text in (b"", b"{}", b"-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----", b'{"keys": [1]}'):
            with pytest.raises(signing.NoKeys):
                signing.read_keys(text)

    def test_paper_says_the_same_in_any_script(self) -> None:
        from io import BytesIO

        from pypdf import PdfReader

        whole = {
            **self.receipt, "title": "Registration", "issuer": {"name": "N", "programme": "P", "verify": "https://x.example/"},
            "partner": {"id": "", "name": "Газпром #hash *bold*"}, "deal": {"id": "", "reference": "DR-1"},
            "event": {"id": "e", "at": ""}, "chain": {"subject": "", "position": 1, "previous": "", "hash": "ab" * 32},
            "says": [["Customer", "株式会社日立"], ["Text", "$x$ #eval(\"1\") <b>"]],
        }  # fmt: skip
        drawn = pdf.draw(signing.sign(whole, self.private))
        text = PdfReader(BytesIO(drawn)).pages[0].extract_text()
        assert "Газпром #hash *bold*" in text
        assert "in Latin letters" in text
        assert '#eval("1")' in text
        assert signing.verify(pdf.inside(drawn), self.keys) == whole
