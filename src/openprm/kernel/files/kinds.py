"""What a file is, by what it holds. Names and headers that come with an upload prove nothing."""

import zipfile
from dataclasses import dataclass
from typing import IO

import filetype  # type: ignore[import-untyped]
from PIL import Image, UnidentifiedImageError

HEAD = 8192


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type and the endings its name may have, the usual one first."""

    media_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

PDF = Kind("application/pdf", (".pdf",))
PNG = Kind("image/png", (".png",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
GIF = Kind("image/gif", (".gif",))
WEBP = Kind("image/webp", (".webp",))
CSV = Kind("text/csv", (".csv", ".tsv"))
TEXT = Kind("text/plain", (".txt", ".md", ".log"))
XLSX = Kind(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
DOCX = Kind(f"{_OFFICE}.wordprocessingml.document", (".docx",))
PPTX = Kind(f"{_OFFICE}.presentationml.presentation", (".pptx",))
ODT = Kind(f"{_ODF}.text", (".odt",))
ODS = Kind(f"{_ODF}.spreadsheet", (".ods",))
ODP = Kind(f"{_ODF}.presentation", (".odp",))

KINDS = {kind.media_type: kind for kind in (PDF, PNG, JPEG, GIF, WEBP, CSV, TEXT, XLSX, DOCX, PPTX, ODT, ODS, ODP)}
IMAGES = frozenset(kind.media_type for kind in (PNG, JPEG, GIF, WEBP))
TABLES = frozenset(kind.media_type for kind in (CSV, XLSX))
DOCUMENTS = frozenset(KINDS)

_OFFICE_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_ACTIVE_PARTS = ("vbaproject.bin", "basic/script-lc.xml")


def kind_of(stream: IO[bytes], name: str) -> Kind | None:
    """Return what the stream holds, or None if it is nothing that is known to be harmless to keep."""
    stream.seek(0)
    head = stream.read(HEAD)
    guess = filetype.guess_mime(head)
    if guess in IMAGES:
        return KINDS[guess] if _is_picture(stream) else None
    if guess == PDF.media_type:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(stream)
    if guess is None and _is_text(stream):
        return CSV if name.lower().endswith(CSV.endings) else TEXT
    return None


def _is_picture(stream: IO[bytes]) -> bool:
    stream.seek(0)
    try:
        with Image.open(stream) as picture:
            picture.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True


def _in_zip(stream: IO[bytes]) -> Kind | None:
    """Tell office documents apart; those with macros in them are none we keep."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
            declared = archive.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, KeyError):
        return None
    if any(name.lower().endswith(_ACTIVE_PARTS) for name in names):
        return None
    if declared.startswith(_ODF):
        return KINDS.get(declared)
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)


def _is_text(stream: IO[bytes]) -> bool:
    """Say whether all of it is text: no NUL, and UTF-8, UTF-16 with its mark, or one of the one-byte encodings."""
    stream.seek(0)
    marked = stream.read(2) in (b"\xff\xfe", b"\xfe\xff")
    stream.seek(0)
    while block := stream.read(1 << 20):
        if not marked and (b"\0" in block or b"\x1b" in block):
            return False
    return True
