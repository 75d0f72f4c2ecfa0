"""A folder as one ZIP file, and back; and as files on a disk."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext as _

from openprm.blueprint import folder, text
from openprm.blueprint.mistakes import Mistake, NotApplicable, too_much

MOST_FILES = 5_000
MOST_BYTES = 4_000_000  # of all files together
THEN = (2020, 1, 1, 0, 0, 0)  # files have one time, so that one folder makes one and the same ZIP


def pack(files: Mapping[str, str], *, inside: str = "programme") -> bytes:
    """Return the files as a ZIP, in a folder of that name."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{inside}/{file}", THEN), files[file], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(content: bytes) -> dict[str, str]:
    """Return the YAML files of a ZIP."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            wanted = [entry for entry in archive.infolist() if not entry.is_dir() and is_read(entry.filename)]
            if sum(entry.file_size for entry in wanted) > MOST_BYTES:
                raise too_much(_("It holds more than %(most)s MB.") % {"most": MOST_BYTES // 1_000_000})
            return checked((entry.filename, archive.read(entry)) for entry in wanted)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        message = _("This is not a ZIP file that can be read. Pack the folder again, without a password.")
        raise NotApplicable([Mistake(_("The folder"), 0, "", message)]) from None


def checked(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Return files as texts; NotApplicable where they are too many or too large, or no text."""
    found: dict[str, str] = {}
    room = MOST_BYTES
    for name, content in files:
        room -= len(content)
        if room < 0 or len(found) >= MOST_FILES:
            raise too_much(_("These are more than %(files)s files or %(most)s MB.") % {
                "files": MOST_FILES, "most": MOST_BYTES // 1_000_000,
            })  # fmt: skip
        try:
            found[name] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise NotApplicable([Mistake(name, 0, "", _("This is not UTF-8. Save it as UTF-8."))]) from None
        if "\0" in found[name]:
            raise NotApplicable([Mistake(name, 0, "", _("This is no text."))])
    return found


def is_read(name: str) -> bool:
    """Say whether a file is one that a folder is read from."""
    hidden = any(part.startswith(".") for part in name.split("/"))
    return name.endswith(folder.ENDINGS) and not hidden and not name.startswith("__MACOSX/")


def from_disk(place: Path) -> dict[str, str]:
    """Return the YAML files of a folder on a disk."""
    return checked((name, (place / name).read_bytes()) for name in _names(place))


def to_disk(files: Mapping[str, str], place: Path) -> list[str]:
    """Write a folder to a disk, and return the names of files that went, because what they told of is no more.

    Only files of sections that the folder spoke of go; a folder that is no export yet must have nothing in the way.
    """
    there = set(_names(place)) if place.exists() else set()
    ours = (place / folder.MANIFEST).exists()
    if not ours and (blocking := sorted(name for name in there if _section(name) in _sections(files))):
        message = _("This file is in the way. Choose an empty folder, or one that was exported before.")
        raise NotApplicable([Mistake(blocking[0], 0, "", message)])
    gone = sorted(name for name in there - set(files) if ours and _section(name) in _sections(files))
    for name in gone:
        (place / name).unlink()
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        if not (place / name).exists() or (place / name).read_bytes() != content.encode():
            (place / name).write_text(content, encoding="utf-8", newline="\n")
    return gone


def _names(place: Path) -> Iterator[str]:
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if path.is_file() and is_read(name):
            yield name


def _section(name: str) -> str:
    first, _slash, rest = name.partition("/")
    return first if rest else first.rpartition(".")[0]


def _sections(files: Mapping[str, str]) -> set[str]:
    listed = text.read(files[folder.MANIFEST]).value["sections"]
    return {_section(name) for name in files} | set(listed)
