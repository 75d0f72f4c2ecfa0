"""E-mail on its way out, against a real SMTP server."""

import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMultiAlternatives, send_mail

from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.jobs import work_off
from openprm.kernel.mail import jobs
from openprm.kernel.mail.models import Mail
from openprm.kernel.tests.cast import ANNA

pytestmark = pytest.mark.django_db


class Post:
    """Receives e-mail; refuses recipients called ``nobody`` for good and ``busy`` for now."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody"):
            return "550 No such person"
        if address.startswith("busy"):
            return "451 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        from email import message_from_bytes, policy

        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture(autouse=True)
def _outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "openprm.kernel.mail.backend.Outbox"
    settings.MAIL_GOES_OUT = False


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    handler = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    settings.MAIL_GOES_OUT = True
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield handler
    server.stop()


def only_mail() -> Mail:
    with as_system():
        return Mail.objects.get()


def test_without_a_server_mail_is_kept_and_can_be_read() -> None:
    assert send_mail("Hello", "Come in.", None, ["anna@example.com"]) == 1
    mail = only_mail()
    assert (mail.state, mail.subject, mail.text) == ("kept", "Hello", "Come in.")


def test_with_a_server_a_job_sends_it_and_forgets_the_words(post: Post) -> None:
    message = EmailMultiAlternatives("Your sign-in link", "https://secret", None, ["anna@example.com"])
    message.attach_alternative("<p>https://secret</p>", "text/html")
    message.send()
    assert post.letters == []
    with enter(SYSTEM):
        work_off()
    [letter] = post.letters
    assert letter["Subject"] == "Your sign-in link"
    assert "https://secret" in letter.get_body(("plain",)).get_content()
    assert "<p>" in letter.get_body(("html",)).get_content()
    mail = only_mail()
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")


def test_mail_that_was_sent_is_not_sent_again(post: Post) -> None:
    send_mail("Hello", "Come in.", None, ["anna@example.com"])
    with enter(SYSTEM):
        work_off()
    jobs.send.run(str(only_mail().pk))
    assert len(post.letters) == 1


def test_an_address_refused_for_good_is_not_tried_again(post: Post) -> None:
    send_mail("Hello", "Come in.", None, ["nobody@example.com"])
    jobs.send.run(str(only_mail().pk))
    assert only_mail().state == "failed"
    assert "No such person" in only_mail().error


def test_a_server_that_is_busy_is_asked_again_until_the_attempts_are_used_up(post: Post) -> None:
    send_mail("Hello", "Come in.", None, ["busy@example.com"])
    pk = str(only_mail().pk)
    for _attempt in range(jobs.ATTEMPTS - 1):
        with pytest.raises(Exception, match="Come back later"):
            jobs.send.run(pk)
        assert only_mail().state == "waiting"
    jobs.send.run(pk)
    assert only_mail().state == "failed"


def test_a_partner_can_send_mail_but_read_none() -> None:
    with enter(ANNA):
        send_mail("Hello", "Come in.", None, ["ben@example.com"])
        assert not Mail.objects.exists()
    assert only_mail().subject == "Hello"
