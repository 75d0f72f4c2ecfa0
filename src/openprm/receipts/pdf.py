"""The receipt on paper: in plain words, with the way to the page that verifies it and the signed JSON. No Django."""

import json
import logging
from io import BytesIO
from pathlib import Path
from typing import Any

from anyascii import anyascii

from openprm.receipts.signing import MOST_BYTES, NotValid

NAME = "receipt.json"
_TEMPLATE = Path(__file__).with_name("receipt.typ")
_DRAWN_UP_TO = 0x0590  # Latin, Greek, Cyrillic, Armenian; the built-in fonts have nothing beyond


def draw(document: bytes) -> bytes:
    """Return the PDF of a signed receipt."""
    import typst

    whole = json.loads(document)
    shown = {**whole, "says": [[label, _drawable(text)] for label, text in whole["receipt"]["says"]]}
    inputs = {
        "shown": json.dumps(_all_drawable(shown)),
        "document": document.decode(),
        "code": _code(whole["receipt"]["issuer"]["verify"]),
    }
    return bytes(typst.compile(_TEMPLATE.read_bytes(), sys_inputs=inputs, ignore_system_fonts=True))


def inside(pdf: bytes) -> bytes:
    """Return the signed JSON that a receipt's PDF carries; NotValid if there is none."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it says of a broken file what a reader cannot use
    try:
        attached = PdfReader(BytesIO(pdf)).attachments[NAME]
        document = attached[0] if isinstance(attached, list) else attached
    except Exception:  # whatever a file from anywhere does to a reader of PDF
        raise NotValid("There is no receipt in this PDF.") from None
    if not isinstance(document, bytes) or len(document) > MOST_BYTES:
        raise NotValid("There is no receipt in this PDF.")
    return document


def document_of(content: bytes) -> bytes:
    """Return the signed JSON of a file, be it the JSON or the PDF."""
    return inside(content) if content.lstrip()[:5] == b"%PDF-" else content


def _code(address: str) -> str:
    """Return the QR code of an address, as SVG."""
    import segno

    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=0, xmldecl=False, svgns=True, dark="#222"
    )
    return drawn.getvalue().decode()


def _drawable(text: str) -> str:
    """Return a text with its Latin transliteration where the fonts lack its letters."""
    if all(ord(letter) < _DRAWN_UP_TO or 0x2000 <= ord(letter) < 0x2200 for letter in text):
        return text
    return f"{anyascii(text)} (in Latin letters; the original is in the attached file)"


def _all_drawable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _all_drawable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_all_drawable(one) for one in value]
    return _drawable(value) if isinstance(value, str) else value
