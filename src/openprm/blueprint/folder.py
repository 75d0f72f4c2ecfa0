"""The folder: which document is in which file, and reading all of them with every mistake named.

``programme.yaml`` says which sections the folder speaks of; what it does not speak of is not touched. A section is a
folder with a file for each document, named by its code; or, where documents are small, one file with all of them.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from pydantic import ValidationError

from openprm.blueprint import plain, text
from openprm.blueprint.mistakes import Mistake, NotApplicable
from openprm.blueprint.text import NotYaml, Path, Read
from openprm.kernel.blueprints import Document, Section, sections

MANIFEST = "programme.yaml"
FORMAT = 1
ENDINGS = (".yaml", ".yml")

ABOUT = """The partner programme as code, written by `openprm programme export`.
Change these files, see with `openprm programme plan FOLDER` what that would do, and make it so with `openprm programme apply FOLDER`.
Below are the sections that this folder speaks of: in these, what the folder does not have is taken away (unless --keep is given). A section that is not listed is not touched."""  # noqa: E501
ONE_FILE = "{label}, one below the other by their codes. A code is a lasting name: keep it when you change the rest."
ONE_OF_MANY = (
    "{label}: the document “{code}”. The file's name is its code, a lasting name: keep it when you change the rest."
)
AS_ANYWAY = "What is left out is as OpenPRM has it anyway."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document of a folder, and where it stands."""

    document: Document
    file: str
    read: Read
    path: Path = ()

    def mistake(self, message: str, name: str = "") -> Mistake:
        """Return a mistake about a field of this document."""
        return Mistake(self.file, self.read.line(_found(self.read, self.path, name)), name, message)


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder says: for each section it speaks of, the documents by code."""

    sections: tuple[Section, ...]
    documents: Mapping[str, Mapping[str, Wanted]]
    title: str = ""
    about: str = ""
    unknown: tuple[str, ...] = field(default=())  # sections that this server does not have, where that is no mistake


# -- writing ----------------------------------------------------------------------------------------------------------


def write(documents: Mapping[str, Iterable[Document]]) -> dict[str, str]:
    """Return the files of a folder, by path: always the same for the same documents."""
    chosen = [section for section in sections() if section.key in documents]
    files = {MANIFEST: text.write({"format": FORMAT, "sections": [one.key for one in chosen]}, head=ABOUT)}
    with override("en"):
        for section in chosen:
            known = {one.code: one for one in documents[section.key]}
            files |= dict(_files(section, {code: known[code] for code in sorted(known)}))
    return files


def _files(section: Section, documents: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    optional = any(not known.is_required() for known in section.shape.model_fields.values())
    foot = f"\n{AS_ANYWAY}" if optional else ""
    if section.together:
        only = _only_field(section)
        written = {code: plain.short(one) for code, one in documents.items()}
        values = {code: one[only] if only else one for code, one in written.items()}
        remarks = {code: section.remark(one) for code, one in documents.items()} if section.remark else None
        head = ONE_FILE.format(label=section.label) + foot
        yield f"{section.key}.yaml", text.write(values, head=head, remarks=remarks)
        return
    for code, one in documents.items():
        head = ONE_OF_MANY.format(label=section.label, code=code) + foot
        yield f"{section.key}/{code}.yaml", text.write(plain.short(one), head=head)


def _only_field(section: Section) -> str:
    """Return the field that documents of a section have beside the code, if it is one that must be there."""
    names = [name for name in section.shape.model_fields if name != plain.CODE]
    only = names[0] if len(names) == 1 else ""
    return only if only and section.shape.model_fields[only].is_required() else ""


# -- reading ----------------------------------------------------------------------------------------------------------


def read(files: Mapping[str, str], *, ahead: bool = False) -> Folder:
    """Return what the files say; NotApplicable with every mistake in them.

    ``ahead`` takes a folder that speaks of sections which this server does not have (yet), and leaves those out.
    """
    files = _inside(files)
    mistakes: list[Mistake] = []
    manifest = _manifest(files, mistakes)
    known = {section.key: section for section in sections()}
    listed = manifest.get("sections", [])
    found: dict[str, dict[str, Wanted]] = {key: {} for key in listed if key in known}
    for file, content in sorted(files.items()):
        place = PurePosixPath(file)
        if file == MANIFEST or place.suffix not in ENDINGS or any(part.startswith(".") for part in place.parts):
            continue
        key = place.parts[0] if len(place.parts) > 1 else place.stem
        if ahead and key in listed and key not in known:
            continue
        section = known.get(key)
        problem = _misplaced(section, place, key, listed)
        if problem or section is None:
            mistakes.append(Mistake(file, 0, "", problem))
            continue
        try:
            documents = _documents(section, file, text.read(content), mistakes)
            found[key].update({one.document.code: one for one in documents})
        except NotYaml as error:
            mistakes.append(Mistake(file, error.line, "", _("This is no YAML: %(what)s.") % {"what": error.message}))
    unknown = tuple(key for key in listed if key not in known)
    if unknown and not ahead:
        listing = _lines_of(files[MANIFEST])
        mistakes[:0] = [
            Mistake(MANIFEST, listing.line(("sections", listed.index(key))), "sections", _no_section(key))
            for key in unknown
        ]
    if mistakes:
        raise NotApplicable(mistakes)
    return Folder(
        sections=tuple(section for section in sections() if section.key in found),
        documents=found,
        title=manifest.get("title", ""),
        about=manifest.get("about", ""),
        unknown=unknown,
    )


def _inside(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files as the folder itself has them, also where they come wrapped in another folder."""
    clean = {str(PurePosixPath(file.replace("\\", "/"))).removeprefix("/"): content for file, content in files.items()}
    if MANIFEST in clean:
        return clean
    tops = [PurePosixPath(file).parent for file in clean if PurePosixPath(file).name == MANIFEST]
    if len(tops) != 1:
        return clean
    before = f"{tops[0]}/"
    return {file.removeprefix(before): content for file, content in clean.items() if file.startswith(before)}


def _manifest(files: Mapping[str, str], mistakes: list[Mistake]) -> dict[str, Any]:
    if MANIFEST not in files:
        message = _("There is no programme.yaml. It says “format: 1” and lists the sections this folder speaks of.")
        raise NotApplicable([Mistake(MANIFEST, 0, "", message)])
    try:
        found = text.read(files[MANIFEST])
    except NotYaml as error:
        message = _("This is no YAML: %(what)s.") % {"what": error.message}
        raise NotApplicable([Mistake(MANIFEST, error.line, "", message)]) from None
    said = found.value if isinstance(found.value, dict) else {}
    if said.get("format") != FORMAT:
        message = _("Write “format: %(number)s”; other formats are not known to this version.") % {"number": FORMAT}
        raise NotApplicable([Mistake(MANIFEST, found.line(("format",)), "format", message)])
    listed = said.get("sections")
    if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
        message = _("List the sections that this folder speaks of, such as: sections: [settings, product_lines]")
        raise NotApplicable([Mistake(MANIFEST, found.line(("sections",)), "sections", message)])
    for name in said:
        if name not in ("format", "sections", "title", "about"):
            message = _("There is no such word here. There are: format, sections, title, about.")
            mistakes.append(Mistake(MANIFEST, found.line((name,)), name, message))
    return {**said, "title": str(said.get("title") or ""), "about": str(said.get("about") or "")}


def _lines_of(content: str) -> Read:
    return text.read(content)


def _no_section(key: str) -> str:
    known = [section.key for section in sections()]
    return _("There is no section “%(key)s”.%(hint)s") % {"key": key, "hint": _hint(key, known)}


def _misplaced(section: Section | None, place: PurePosixPath, key: str, listed: list[str]) -> str:
    if section is None:
        return _no_section(key)
    if key not in listed:
        return _("List “%(key)s” under “sections” in programme.yaml, or take this file out.") % {"key": key}
    if section.together and len(place.parts) > 1:
        return _("Documents of this section are small: write all of them into %(file)s.") % {"file": f"{key}.yaml"}
    if not section.together and len(place.parts) != 2:
        return _("Each document of this section has a file of its own: %(file)s.") % {"file": f"{key}/CODE.yaml"}
    return ""


def _documents(section: Section, file: str, found: Read, mistakes: list[Mistake]) -> Iterator[Wanted]:
    value = {} if found.value is None else found.value
    if not isinstance(value, dict):
        message = _("Write names and values here, such as “name: Cloud”.")
        mistakes.append(Mistake(file, found.line(()), "", message))
        return
    if not section.together:
        yield from _document(section, file, found, (), PurePosixPath(file).stem, value, mistakes)
        return
    only = _only_field(section)
    for code, inner in value.items():
        said = {only: inner} if only else inner
        if not isinstance(said, dict):
            message = _("Write names and values below the code “%(code)s”.") % {"code": code}
            mistakes.append(Mistake(file, found.line((code,)), code, message))
            continue
        yield from _document(section, file, found, (code,), code, said, mistakes)


def _document(
    section: Section, file: str, found: Read, path: Path, code: str, said: dict[str, Any], mistakes: list[Mistake]
) -> Iterator[Wanted]:
    if plain.CODE in said and said[plain.CODE] != code:
        message = _("The code of this document is “%(code)s” already. Take this line out.") % {"code": code}
        mistakes.append(Mistake(file, found.line((*path, plain.CODE)), plain.CODE, message))
        return
    try:
        yield Wanted(section.shape.model_validate({**said, plain.CODE: code}), file, found, path)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=True):
            steps = _known_steps(one["loc"], said)
            if path and steps[:1] == (_only_field(section),):
                steps = steps[1:]  # the text names the code alone
            name = _name((*path, *steps))
            mistakes.append(Mistake(file, found.line((*path, *steps)), name, _said(section, dict(one))))


def _known_steps(place: tuple[int | str, ...], said: Any) -> tuple[int | str, ...]:
    """Return the part of pydantic's place that is in the text: it names kinds of values in between, too."""
    steps: list[int | str] = []
    for step in place:
        known = step in said if isinstance(said, dict) else isinstance(said, list) and step in range(len(said))
        if known:
            said = said[step]
            steps.append(step)
        elif isinstance(said, dict) and step == place[-1]:
            return (*steps, step)  # it is missing, or it is the name that nobody knows
    return tuple(steps)


def _said(section: Section, error: dict[str, Any]) -> str:
    """Return what is wrong and what to do."""
    match error["type"]:
        case "missing":
            return _("This is missing. Add it.")
        case "extra_forbidden":
            name = str(error["loc"][-1])
            if len(error["loc"]) == 1:
                hint = _hint(name, [known for known in section.shape.model_fields if known != plain.CODE])
            else:
                hint = _near(name, _within(section))
            return _("There is no field “%(name)s”.%(hint)s") % {"name": name, "hint": hint}
        case "string_pattern_mismatch" if error["loc"] == (plain.CODE,):
            return _("A code is made of small letters, digits, dots, dashes and underscores, and begins with a letter.")
        case _:
            return str(error["msg"]).removeprefix("Value error, ").rstrip(".") + "."


def _within(section: Section) -> list[str]:
    """Return the names of fields deeper in a section's documents."""
    parts = section.shape.model_json_schema().get("$defs", {}).values()
    return list(dict.fromkeys(name for part in parts for name in part.get("properties", {})))


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return " " + _("Did you mean “%(name)s”?") % {"name": near[0]} if near else ""


def _hint(name: str, known: list[str]) -> str:
    if near := _near(name, known):
        return near
    return " " + _("There are: %(names)s.") % {"names": ", ".join(sorted(known))} if known else ""


def _name(path: Path) -> str:
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    return name


def _found(read: Read, path: Path, name: str) -> Path:
    """Return the path that a name such as ``rules[3].audience`` or ``grants.deals.view`` means, as far as there is one.

    Where a document is one field alone, its name is not in the text.
    """
    parts: list[str | int] = []
    for part in name.replace("]", "").split("."):
        word, *places = part.split("[")
        parts += [word] if word else []
        parts += [int(place) if place.isdecimal() else place for place in places]
    start = 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            step = parts[start] if end == start + 1 else ".".join(map(str, parts[start:end]))
            if (*path, step) in read.lines:
                path, start = (*path, step), end
                break
        else:
            if start:
                break
            start = 1
    return path
