"""Reading an e-mail as it comes over the wire (RFC 5322), whatever its encodings. Pure: no Django, no database."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from html.parser import HTMLParser
from typing import Any

LONGEST_TEXT = 18_000  # characters
LONGEST_ADDRESS = 320
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Resent-To")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LINES = re.compile(r"\n{3,}")


class Unreadable(ValueError):
    """What came is no message that can be read."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came with a message."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says. ``automatic`` was written by a program: an answer of absence, a bounce, a list."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    message_id: str
    automatic: bool
    enclosures: tuple[Enclosure, ...] = field(default=())


def read(raw: bytes) -> Letter:
    """Return what a raw message says; raise Unreadable where it names no single sender or cannot be taken apart."""
    try:
        message = BytesParser(EmailMessage, policy=default).parsebytes(raw)
        senders = _addresses(message, "From")
        if len(senders) != 1:
            raise Unreadable("a message has one sender")
        return Letter(
            sender=senders[0],
            recipients=tuple(address for name in RECIPIENTS for address in _addresses(message, name)),
            subject=plain(_header(message, "Subject"))[:200],
            text=_text(message),
            message_id=_message_id(message, raw),
            automatic=_is_automatic(message),
            enclosures=tuple(_enclosures(message)),
        )
    except RecursionError:
        raise Unreadable("the message is nested too deeply") from None


def text_of_html(html: str) -> str:
    """Return the words of an HTML text, a line per block; scripts, styles and addresses of links are left out."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def _header(message: EmailMessage, name: str) -> str:
    """Return a header as text; one that the parser chokes on is empty."""
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        return ""


def _addresses(message: EmailMessage, name: str) -> list[str]:
    found: list[str] = []
    try:
        for header in message.get_all(name, []):
            addresses: tuple[Address, ...] = getattr(header, "addresses", ())
            found += [one.addr_spec for one in addresses] or _bare(str(header))
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        return found
    return [one.lower() for one in found if "@" in one and len(one) <= LONGEST_ADDRESS and not _UNSTORABLE.search(one)]


def _bare(text: str) -> list[str]:
    """Return the addresses in a header that holds nothing but addresses, as servers add them."""
    return re.findall(r"[^\s<>,;]+@[^\s<>,;]+", text)


def _text(message: EmailMessage) -> str:
    part: Any = message.get_body(("plain", "html"))
    if part is None:
        return ""
    said = _content(part)
    words = text_of_html(said) if part.get_content_subtype() == "html" else said
    words = _without_quote(plain(words, keep_lines=True))
    return words if len(words) <= LONGEST_TEXT else words[:LONGEST_TEXT].rstrip() + " …"


def _content(part: EmailMessage) -> str:
    """Return a text part in the encoding that it names; where that is unknown or wrong, as near as can be read."""
    raw: Any = part.get_payload(decode=True) or b""
    for charset in (part.get_content_charset(""), "utf-8", "cp1252"):
        try:
            return str(raw.decode(charset)) if charset else str(raw.decode("ascii"))
        except (LookupError, ValueError):
            continue
    return str(raw.decode("latin-1"))


def plain(text: str, *, keep_lines: bool = False) -> str:
    """Return a text that can be stored; on one line unless ``keep_lines``."""
    clean = _UNSTORABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LINES.sub("\n\n", clean).strip() if keep_lines else " ".join(clean.split())


def _without_quote(text: str) -> str:
    """Return the text without the quoted message at its end; a quote alone stays."""
    lines = text.split("\n")
    while lines and (lines[-1].startswith(">") or not lines[-1].strip()):
        lines.pop()
    if lines and len(lines) < len(text.split("\n")) and lines[-1].rstrip().endswith(":"):
        lines.pop()  # "On Monday, Lena wrote:"
    return "\n".join(lines).strip() or text


def _message_id(message: EmailMessage, raw: bytes) -> str:
    given = plain(_header(message, "Message-ID"))
    return given if 3 < len(given) <= 300 else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _is_automatic(message: EmailMessage) -> bool:
    submitted = _header(message, "Auto-Submitted").strip().lower()
    precedence = _header(message, "Precedence").strip().lower()
    bounce = message.get_content_type() in ("multipart/report", "message/delivery-status")
    absent = bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
    return submitted not in ("", "no") or precedence in ("bulk", "auto_reply", "junk", "list") or bounce or absent


def _enclosures(message: EmailMessage) -> Iterator[Enclosure]:
    for part in message.iter_attachments() if message.is_multipart() else ():
        disposition = part.get_content_disposition()
        if disposition != "attachment" and part.get("Content-ID"):
            continue  # a picture within the text, such as the logo of a signature
        if part.get_content_type() == "message/rfc822":
            yield Enclosure("forwarded-message.txt", b"\n".join(bytes(inner) for inner in part.iter_parts()))
            continue
        content: Any = part.get_payload(decode=True)
        if content:
            yield Enclosure(_name(part), content)


def _name(part: EmailMessage) -> str:
    try:
        return plain(part.get_filename("") or "") or "attachment"
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        return "attachment"


class _Words(HTMLParser):
    """Collects the words between tags."""

    BLOCKS = frozenset({"p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "blockquote", "hr"})
    UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line where a block begins."""
        if tag in self.UNSEEN:
            self._unseen += 1
        elif tag in self.BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End what is not seen."""
        if tag in self.UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in ("p", "div", "table", "ul", "ol", "blockquote"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words that are seen."""
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data))
