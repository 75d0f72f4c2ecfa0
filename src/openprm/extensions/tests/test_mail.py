"""Mail to a deal's own address becomes an activity; what cannot be is answered with why."""

import base64
import quopri
import smtplib
import socket
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from openprm.accounts import services as accounts
from openprm.config.cli.mail import mail as mail_command
from openprm.deals import services as deals
from openprm.deals.models import DealRegistration
from openprm.extensions import addresses, letters, services
from openprm.extensions.models import Activity, InboundMail
from openprm.extensions.services import Answer
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.events.models import Event
from openprm.kernel.notifications.models import Notification
from openprm.kernel.settings_store import StoredSetting
from tests.world import NOW, World

DOMAIN = "deals.northwind.example"
LENA = "alfa.sales@example.com"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def deal(world: World) -> DealRegistration:
    with as_system():
        StoredSetting.objects.create(key="extensions.mail_domain", value=DOMAIN)
    world.person("sales", world.alfa)
    return world.submitted(world.alfa)


def letter(deal: DealRegistration, *, sender: str = LENA, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Lena <{sender}>"
    message["To"] = addresses.address_of(deal.reference, DOMAIN)
    message["Subject"] = headers.pop("Subject", "Demo on Thursday")
    message["Message-ID"] = headers.pop("Message_ID", "<one@alfa.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("They liked the dashboards.\n")
    return message


def send(message: EmailMessage | bytes, *, recipient: str = "") -> Answer:
    raw = message if isinstance(message, bytes) else bytes(message)
    with as_system():
        return services.receive(raw=raw, recipient=recipient, by=SYSTEM, at=NOW)


@pytest.mark.django_db
def test_a_partners_mail_is_logged_as_their_activity(world: World, deal: DealRegistration) -> None:
    answer = send(letter(deal))
    assert (answer.outcome, answer.smtp) == ("logged", "250 2.0.0")
    with as_system():
        row = Activity.objects.get()
        event = Event.objects.get(name="deal.activity_logged")
    assert (row.kind, row.title, row.text) == ("mail", "Demo on Thursday", "They liked the dashboards.")
    assert (row.author_id, row.author_side, row.partner_id) == (
        world.person("sales", world.alfa).pk,
        "partner",
        world.alfa.pk,
    )
    assert (event.actor_id, event.subject_id, event.shared) == (row.author_id, deal.pk, True)


@pytest.mark.django_db
def test_the_same_message_is_one_entry(deal: DealRegistration) -> None:
    assert [send(letter(deal)).outcome for _time in range(3)] == ["logged", "repeated", "repeated"]
    assert send(letter(deal, Message_ID="<two@alfa.example>")).outcome == "logged"
    without = letter(deal)
    del without["Message-ID"]
    assert [send(without).outcome for _time in range(2)] == ["logged", "repeated"]
    with as_system():
        assert Activity.objects.count() == 3
        assert InboundMail.objects.count() == 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sender", ["stranger@example.org", "beta.sales@example.com", "alfa.viewer@example.com", "gone@example.com"]
)
def test_nobody_elses_mail_is_taken_and_nothing_is_said_about_the_deal(
    world: World, deal: DealRegistration, sender: str
) -> None:
    world.person("sales", world.beta)
    world.person("viewer", world.alfa)
    with as_system():
        gone = accounts.create_person(
            email="gone@example.com", name="Gone", roles=["sales"], partner=world.alfa, by=SYSTEM, at=NOW
        )
        accounts.deactivate(person=gone, by=SYSTEM, at=NOW)
    answer = send(letter(deal, sender=sender))
    assert (answer.outcome, answer.code, answer.smtp) == ("refused", "sender_not_known", "550 5.7.1")
    assert answer.is_bounce
    assert deal.customer_name not in answer.message
    assert deal.reference not in answer.message
    with as_system():
        assert not Activity.objects.exists()
        assert InboundMail.objects.get().sender == sender
        assert Event.objects.filter(name="mail.refused", shared=False).count() == 1


@pytest.mark.django_db
def test_the_vendors_channel_manager_may_write_too(world: World, deal: DealRegistration) -> None:
    world.person("channel_manager")
    assert send(letter(deal, sender="northwind.channel_manager@example.com")).outcome == "logged"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "local", ["deal+{ref}.aaaaaaaaaaaaaaaaaaaa", "deal+{ref}", "deal+dr-0000-0000.{mark}", "{ref}.{mark}"]
)
def test_an_address_cannot_be_guessed(deal: DealRegistration, local: str) -> None:
    genuine = addresses.address_of(deal.reference, DOMAIN)
    mark = genuine.partition("@")[0].rpartition(".")[2]
    message = letter(deal)
    message.replace_header("To", f"{local.format(ref=deal.reference.lower(), mark=mark)}@{DOMAIN}")
    assert send(message).code == "no_such_address"


@pytest.mark.django_db
def test_an_address_of_another_domain_or_key_is_none_and_one_of_a_former_key_still_is(deal: DealRegistration) -> None:
    genuine = addresses.address_of(deal.reference, DOMAIN)
    assert addresses.reference_in([genuine.upper()], DOMAIN) == deal.reference
    assert addresses.reference_in([genuine], "elsewhere.example") == ""
    assert addresses.reference_in([genuine], "") == ""
    with override_settings(SECRET_KEY="another"):
        assert addresses.reference_in([genuine], DOMAIN) == ""
        with override_settings(SECRET_KEY_FALLBACKS=["test"]):
            assert addresses.reference_in([genuine], DOMAIN) == ""
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert addresses.reference_in([genuine], DOMAIN) == deal.reference
    assert len(genuine.partition("@")[0]) <= 64


@pytest.mark.django_db
def test_the_envelope_names_the_deal_where_the_headers_do_not(deal: DealRegistration) -> None:
    message, address = letter(deal), addresses.address_of(deal.reference, DOMAIN)
    message.replace_header("To", "buyer@contoso.example")
    assert send(message).code == "no_such_address"
    assert send(message, recipient=address).outcome == "logged"


@pytest.mark.django_db
def test_attachments_are_kept_by_what_they_hold(world: World, deal: DealRegistration) -> None:
    message = letter(deal)
    message.add_attachment(PNG, maintype="image", subtype="png", filename="plan.png")
    message.add_attachment(
        b"%PDF-1.7\n%%EOF", maintype="application", subtype="octet-stream", filename="Angebot für März.pdf"
    )
    message.add_attachment(b"MZ\x90\x00\x03evil", maintype="image", subtype="png", filename="photo.png")
    message.add_attachment(b"#!/bin/sh\n", maintype="application", subtype="x-sh", filename="../../run.sh")
    answer = send(message)
    assert answer.activity is not None
    with as_system():
        names = [file.name for file in answer.activity.files]
    assert names == ["plan.png", "Angebot für März.pdf"]
    assert answer.activity.left_out == ["photo.png", "run.sh"]


@pytest.mark.django_db
def test_files_are_read_by_both_sides_and_by_nobody_else(world: World, deal: DealRegistration) -> None:
    message = letter(deal)
    message.add_attachment(PNG, maintype="image", subtype="png", filename="plan.png")
    answer = send(message)
    assert answer.activity is not None
    with as_system():
        url = answer.activity.files[0].url
    statuses = {
        side: client.get(url).status_code
        for side, client in {
            "own": world.browser("viewer", world.alfa),
            "vendor": world.browser("channel_manager"),
            "rival": world.browser("admin", world.beta),
        }.items()
    }
    assert statuses == {"own": 200, "vendor": 200, "rival": 404}


@pytest.mark.django_db
def test_an_answer_of_absence_is_dropped_and_never_bounced(deal: DealRegistration) -> None:
    answer = send(letter(deal, Auto_Submitted="auto-replied"))
    assert (answer.outcome, answer.code, answer.is_bounce) == ("refused", "automatic", False)


@pytest.mark.django_db
def test_a_message_that_is_too_large_is_refused(deal: DealRegistration) -> None:
    with as_system():
        StoredSetting.objects.create(key="extensions.mail_megabytes", value=1)
    message = letter(deal)
    message.add_attachment(b"x" * (1024 * 1024), maintype="text", subtype="plain", filename="long.txt")
    assert send(message).smtp == "552 5.3.4"


@pytest.mark.django_db
def test_mail_to_a_closed_deal_is_answered_and_its_sender_told(world: World, deal: DealRegistration) -> None:
    sales = world.actor("sales", world.alfa)
    with as_system():
        deal = DealRegistration.objects.get()
    with enter(sales):
        deals.withdraw(deal=deal, code="other", by=sales, at=NOW)
    answer = send(letter(deal))
    assert (answer.code, answer.smtp) == ("deal_not_open", "550 5.7.1")
    with as_system():
        assert Notification.objects.filter(kind="extensions.mail_refused", person_id=sales.id).count() == 1


ODD: dict[str, tuple[bytes, str]] = {
    "latin-1": (b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe aus K\xf6ln", "Grüße aus Köln"),
    "unknown charset": (b"Content-Type: text/plain; charset=x-made-up\r\n\r\nGr\xc3\xbc\xc3\x9fe", "Grüße"),
    "wrong charset": (b"Content-Type: text/plain; charset=us-ascii\r\n\r\nGr\xfc\xdfe", "Grüße"),
    "utf-16": (
        b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode("Газпром".encode("utf-16")),
        "Газпром",
    ),
    "quoted-printable": (
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + quopri.encodestring("株式会社 – ok".encode()),
        "株式会社 – ok",
    ),
    "broken base64": (
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8", "Hello",
    ),
    "shift-jis": (b"Content-Type: text/plain; charset=shift_jis\r\n\r\n" + "御見積".encode("shift_jis"), "御見積"),
    "NUL": (b"Content-Type: text/plain\r\n\r\nbefore\x00after", "before\ufffdafter"),
    "HTML": (
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><title>x</title><style>p{}</style></head><body>"
        b"<p>Hello&nbsp;&amp; <b>welcome</b></p><script>alert(1)</script><ul><li>one<li>two</ul></body></html>",
        "Hello & welcome\n\n- one\n- two",
    ),
    "alternative": (
        b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n'
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b--\r\n",
        "plain",
    ),
    "no end of parts": (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nstill here',
        "still here",
    ),
    "quote below": (
        b"Content-Type: text/plain\r\n\r\nAgreed.\r\n\r\nOn Monday, Max wrote:\r\n> Shall we?\r\n> Max\r\n", "Agreed.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_words_are_read_whatever_their_encoding(name: str) -> None:
    raw, words = ODD[name]
    read = letters.read(b"From: lena@alfa.example\r\nTo: x@y.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n" + raw)
    assert read.text == words


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"Subject: =?iso-8859-1?Q?K=F6ln?= =?utf-8?b?4oCT?= ok", "Köln– ok"),
        (b"Subject: =?x-unknown?q?=FF?= words", None),
        (b"Subject: Gr\xc3\xbc\xc3\x9fe", None),
        (b"Subject: one\r\n two", "one two"),
        (b"Subject: " + b"long " * 100, None),
        (b"X-Nothing: here", ""),
    ],
)
def test_subjects_are_read_whatever_their_encoding(header: bytes, subject: str | None) -> None:
    read = letters.read(b"From: lena@alfa.example\r\n" + header + b"\r\n\r\nHello")
    assert len(read.subject) <= 200
    read.subject.encode("utf-8")
    assert subject is None or read.subject == subject


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff", b"Subject: nobody\r\n\r\nHello", b"From: a@x.example, b@x.example\r\n\r\nHello",
        b"From: \r\n\r\n", b"From: undisclosed-recipients:;\r\n\r\n", b"From: <>\r\n\r\n",
    ],
)  # fmt: skip
def test_what_names_no_single_sender_is_no_letter(raw: bytes) -> None:
    with pytest.raises(letters.Unreadable):
        letters.read(raw)


def test_a_message_nested_without_end_is_survived() -> None:
    raw = b"From: lena@alfa.example\r\n"
    for depth in range(3000):
        raw += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth)
    with suppress(letters.Unreadable):
        letters.read(raw)


@pytest.mark.django_db
def test_mail_is_delivered_through_the_api(world: World, deal: DealRegistration) -> None:
    client = _program(world, "admin")
    answer = _deliver(client, bytes(letter(deal)))
    assert (answer["outcome"], answer["smtp"]) == ("logged", "250 2.0.0")
    assert answer["activity_id"]
    refused = _deliver(client, bytes(letter(deal, sender="stranger@example.org")))
    assert (refused["outcome"], refused["code"]) == ("refused", "sender_not_known")
    with as_system():
        assert InboundMail.objects.count() == 2  # what was refused is in the log as well


def _program(world: World, role: str) -> Client:
    actor = world.actor(role)
    with as_system():
        secret = accounts.create_token(
            name="mail", verbs=["extensions.deliver_mail"], expires_at=None, by=actor, at=NOW
        )[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})


def _deliver(client: Client, raw: bytes, recipient: str = "") -> dict[str, Any]:
    form = {"message": SimpleUploadedFile("message.eml", raw), "recipient": recipient}
    response = client.post("/api/v1/inbound-mail", form)
    assert response.status_code == 200, response.content
    return dict(response.json())


class Hook:
    """A mail server that hands each message over as a provider's inbound hook does."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


@pytest.mark.django_db
def test_mail_that_came_by_smtp_is_logged(world: World, deal: DealRegistration) -> None:
    hook = Hook()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(hook, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            message = letter(deal)
            message.set_content("Grüße aus Köln – wir kommen voran.\n.\n..zwei Punkte\n")
            address = addresses.address_of(deal.reference, DOMAIN)
            message.replace_header("To", "buyer@contoso.example")
            smtp.send_message(message, from_addr=LENA, to_addrs=[address])
    finally:
        server.stop()
    recipient, raw = hook.taken[0]
    answer = _deliver(_program(world, "admin"), raw, recipient)
    assert answer["outcome"] == "logged"
    with as_system():
        assert Activity.objects.get().text == "Grüße aus Köln – wir kommen voran.\n.\n..zwei Punkte"


@pytest.mark.django_db
def test_a_mail_servers_pipe_gets_a_code_that_it_understands(world: World, deal: DealRegistration) -> None:
    run = CliRunner()
    logged = run.invoke(mail_command, ["receive"], input=bytes(letter(deal)))
    assert (logged.exit_code, logged.output.strip()) == (0, f"Logged on {deal.reference}.")
    stranger = run.invoke(mail_command, ["receive"], input=bytes(letter(deal, sender="stranger@example.org")))
    assert stranger.exit_code == 77
    assert stranger.output.startswith("550 5.7.1 You cannot log mail here.")
    nowhere = run.invoke(mail_command, ["receive", "--to", "x@y.example"], input=b"From: a@b.example\r\n\r\nHello")
    assert nowhere.exit_code == 67
    assert run.invoke(mail_command, ["receive"], input=b"\xff").exit_code == 65


@pytest.mark.django_db
def test_mail_counts_for_an_extension(world: World, deal: DealRegistration) -> None:
    with as_system():
        services.save_rule(name="One", allowed="once", grant_from=1, by=SYSTEM, at=NOW)
        deals.approve(deal=DealRegistration.objects.get(), by=SYSTEM, at=NOW - timedelta(days=80))
    send(letter(deal))
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        fresh = DealRegistration.objects.get()
        asked = services.ask(deal=fresh, days=10, reason="They need a week.", by=sales, at=NOW + timedelta(days=1))
    assert asked.state == "granted"


HEADERS = st.sampled_from(
    [b"From", b"To", b"Cc", b"Subject", b"Message-ID", b"Content-Type", b"Content-Transfer-Encoding",
     b"Content-Disposition", b"Content-ID", b"MIME-Version", b"Date", b"Auto-Submitted", b"X-Original-To"]
)  # fmt: skip
PIECES = st.sampled_from(
    [b"lena@alfa.example", b"<", b">", b'"', b",", b";", b"\x00", b"\xff\xfe", b"=?utf-8?q?=00=FF?=", b"=?x?b?!!!?=",
     b"multipart/mixed; boundary=b", b"text/html; charset=utf-7", b"message/rfc822", b"base64", b"quoted-printable",
     b"attachment; filename*=utf-8''%00%FF.pdf", b"(", b")", b"@", b":", b" ", b"\xed\xa0\x80", b"group: a@b, c@d;"]
)  # fmt: skip
LINES = st.tuples(HEADERS, st.lists(PIECES, max_size=5)).map(lambda pair: pair[0] + b": " + b"".join(pair[1]) + b"\r\n")
BODIES = st.lists(
    st.one_of(LINES, st.sampled_from([b"\r\n", b"--b\r\n", b"--b--\r\n", b"=FF=00", b"AAA=", b"<p>&#0;"]))
)


@given(st.lists(LINES, max_size=8), BODIES, st.booleans())
def test_whatever_comes_is_read_as_text_that_can_be_stored_or_not_at_all(
    headers: list[bytes], body: list[bytes], whole: bool
) -> None:
    start = b"From: Lena <lena@alfa.example>\r\n" if whole else b""
    try:
        read = letters.read(start + b"".join(headers) + b"\r\n" + b"".join(body))
    except letters.Unreadable:
        return
    names = [enclosure.name for enclosure in read.enclosures]
    for text in (read.sender, *read.recipients, read.subject, read.text, read.message_id, *names):
        assert "\x00" not in text
        text.encode("utf-8")
    assert 3 < len(read.message_id) <= 300
    assert len(read.sender) <= 320
