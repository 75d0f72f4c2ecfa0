"""Plain values as YAML that people like to read, and back with the line of everything. No Django.

What is read is YAML 1.2: ``no`` is the country and not "false". What is written means the same to older readers.
"""

import math
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

WIDTH = 110
LONG = 90  # a text of more characters is written as a block of its own
DEEPEST = 40

Path = tuple[str | int, ...]


class NotYaml(Exception):
    """A text that cannot be read: what is wrong, and in which line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass(frozen=True, slots=True)
class Read:
    """What a text says, and in which line each part of it begins."""

    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Return the line of a part; of what it would be in, where there is no such part."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


# -- writing ----------------------------------------------------------------------------------------------------------


class _Writer(yaml.SafeDumper):
    """Writes lists indented, comparisons and short lists in one line, long texts as blocks."""

    block = True
    quoted = False

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


class _Careful(_Writer):
    block = False


class _Quoting(_Careful):
    quoted = True


def _text(writer: _Writer, value: str) -> yaml.Node:
    style = '"' if writer.quoted else None
    if writer.block and "\n" in value:
        style = "|"
    elif writer.block and len(value) > LONG:
        style = ">"
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list(writer: _Writer, value: list[Any]) -> yaml.Node:
    return writer.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_fits_a_line(value))


def _mapping(writer: _Writer, value: dict[str, Any]) -> yaml.Node:
    in_line = not value or set(value) == {"field", "op", "value"}
    return writer.represent_mapping("tag:yaml.org,2002:map", value, flow_style=in_line)


def _fits_a_line(value: list[Any]) -> bool:
    simple = all(one is None or isinstance(one, bool | int | float | str) for one in value)
    return simple and all(not isinstance(one, str) or (len(one) <= LONG and "\n" not in one) for one in value) and (
        len(value) < 2 or sum(len(str(one)) + 2 for one in value) <= LONG
    )  # fmt: skip


_Writer.add_representer(str, _text)
_Writer.add_representer(list, _list)
_Writer.add_representer(dict, _mapping)


def write(values: Mapping[str, Any], *, head: str = "", remarks: Mapping[str, str] | None = None) -> str:
    """Return the values as YAML below comments; ``remarks`` are put after what stands under these keys."""
    body = _body(dict(values)) if values else "{}\n"
    if remarks:
        body = "".join(_remarked(line, remarks) for line in body.splitlines(keepends=True))
    return comment(head) + body


def comment(text: str) -> str:
    """Return a text as comments, a line for each paragraph or as many as it needs."""
    lines = [line for part in text.splitlines() for line in textwrap.wrap(part, WIDTH - 2) or [""]]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _body(values: dict[str, Any]) -> str:
    for writer in (_Writer, _Careful, _Quoting):
        written = yaml.dump(
            values, Dumper=writer, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=False
        )
        if _reads_back(written, values):
            return str(written)
    raise ValueError("these values cannot be written as YAML")


def _reads_back(written: str, values: Any) -> bool:
    try:
        return _same(read(written).value, values)
    except NotYaml:
        return False


def _same(one: Any, other: Any) -> bool:
    """Compare as plain values: true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)


def _remarked(line: str, remarks: Mapping[str, str]) -> str:
    key, colon, rest = line.partition(":")
    remark = " ".join(remarks.get(key, "").split()) if colon and rest.strip() not in ("", "|", ">", "|-", ">-") else ""
    return f"{line.rstrip()}  # {remark}\n" if remark else line


# -- reading ----------------------------------------------------------------------------------------------------------


class _Reader(yaml.SafeLoader):
    """Reads texts, whole numbers, decimal numbers, true, false and null as YAML 1.2 has them."""


_KINDS = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?[0-9]+", list("-+0123456789")),
    "float": (r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
}
_Reader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in _KINDS.items():
    for _kind in (_Reader, _Writer):
        _kind.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), _first)


def read(text: str) -> Read:
    """Return what a text says; NotYaml where it cannot be read."""
    try:
        node = yaml.compose(text, Loader=_Reader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYaml(str(error.problem or error.context), mark.line + 1 if mark else 1) from None
    except yaml.YAMLError as error:
        raise NotYaml(str(error).splitlines()[0], 1) from None
    except RecursionError:
        raise NotYaml("this is nested too deeply", 1) from None
    if node is None:
        return Read(None)
    lines: dict[Path, int] = {}
    return Read(_value(node, (), lines, set()), lines)


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if len(path) > DEEPEST:
        raise NotYaml("this is nested too deeply", line)
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if id(node) in seen:
        raise NotYaml("anchors and aliases (& and *) are not read here; write it out", line)
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode) and kind == "map":
        return dict(_pairs(node, path, lines, seen))
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [_value(one, (*path, place), lines, seen) for place, one in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and kind in ("str", *_KINDS):
        return _scalar(node.value, kind, line)
    raise NotYaml(f"tags such as {node.tag} are not read here; take it out", line)


def _pairs(node: yaml.MappingNode, path: Path, lines: dict[Path, int], seen: set[int]) -> Iterator[tuple[str, Any]]:
    known: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise NotYaml("a name must be a plain text", line)
        if key.value in known:
            raise NotYaml(f"“{key.value}” stands here twice; take one out", line)
        known.add(key.value)
        lines[(*path, key.value)] = line
        yield key.value, _value(value, (*path, key.value), lines, seen)


def _scalar(text: str, kind: str, line: int) -> Any:
    try:
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text)
            case "float":
                return _finite(text)
    except ValueError:
        raise NotYaml(f"“{text[:40]}” is not a number that can be read here", line) from None
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        raise NotYaml("there is a letter that no text can have", line)
    return text


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number
