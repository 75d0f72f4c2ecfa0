"""E-mail as people get it: a heading, a few words, one button; plain text and simple HTML from the same parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from openprm.kernel import settings_store


@dataclass(frozen=True, slots=True)
class Part:
    """One thing the letter tells; ``url`` is where it can be looked at, on this server."""

    title: str
    body: str = ""
    url: str = ""

    @property
    def link(self) -> str:
        """Return the whole address."""
        return absolute(self.url) if self.url else ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: one part, or several in a digest. ``footer_url`` leads to where such letters are turned off.

    ``sender_name`` stands for whoever it is sent in the name of; the address stays the programme's own.
    """

    subject: str
    parts: Sequence[Part]
    intro: str = ""
    button: str = ""
    footer: str = ""
    footer_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    sender_name: str = ""


def absolute(url: str) -> str:
    """Return an address of this server in full."""
    return urljoin(f"{settings.BASE_URL}/", url)


def send(letter: Letter, *, to: str) -> None:
    """Put the letter in the outbox."""
    brand = settings_store.many("brand.name", "brand.vendor", "brand.colour")
    values: dict[str, Any] = {
        "letter": letter,
        "programme": brand["brand.name"],
        "vendor": brand["brand.vendor"] or brand["brand.name"],
        "colour": brand["brand.colour"],
        "footer_url": absolute(letter.footer_url) if letter.footer_url else "",
    }
    text = render_to_string("kernel/mail/letter.txt", values)
    message = EmailMultiAlternatives(letter.subject, text, _sender(letter), [to], headers=dict(letter.headers))
    message.attach_alternative(render_to_string("kernel/mail/letter.html", values), "text/html")
    message.send()


def _sender(letter: Letter) -> str | None:
    if not letter.sender_name:
        return None
    return formataddr((" ".join(letter.sender_name.split()), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
