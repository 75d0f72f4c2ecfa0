"""The parts of ``docs/`` that are drawn from the code, so that they cannot be wrong: ``make docs``.

In a document, a part stands between ``<!-- drawn: name -->`` and ``<!-- end -->``; what a hand writes there is lost.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from tools import dependency_map

DOCS = Path(__file__).resolve().parent.parent / "docs"
MOST_NAMED = 20  # choices of a setting
PART = re.compile(r"(<!-- drawn: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def draw_all() -> list[Path]:
    """Draw every part anew and return the documents that changed."""
    changed = []
    for document in sorted(DOCS.glob("*.md")):
        text = document.read_text(encoding="utf-8")
        if (drawn := with_parts(text)) != text:
            document.write_text(drawn, encoding="utf-8")
            changed.append(document)
    return changed


def stale() -> list[str]:
    """Return the names of the documents that do not show what the code says."""
    texts = {document.name: document.read_text(encoding="utf-8") for document in sorted(DOCS.glob("*.md"))}
    return [name for name, text in texts.items() if with_parts(text) != text]


def with_parts(text: str) -> str:
    """Return the document with each part as the code has it."""
    return PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n\n{found[3]}", text)


def get_ready() -> None:
    """Load the features: their declarations are read. The database is not asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openprm.config.settings")
    import django

    django.setup()


def _map() -> str:
    return f"```mermaid\n{dependency_map.draw()}\n```"


def _floors() -> str:
    """Return the features floor by floor, from the top, each with the first line of what it says of itself."""
    contracts = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(one["layers"] for one in contracts["contracts"] if one["type"] == "layers")
    built = [layer for layer in layers if not layer.startswith("(")]  # in brackets stands what is to come
    rows = [
        (number, f"`{name.removeprefix('openprm.')}`", (import_module(name).__doc__ or "").partition("\n")[0])
        for number, layer in zip(range(len(built), 0, -1), built, strict=True)
        for name in layer.split(" | ")
    ]
    return _table(("floor", "feature", "what it is"), rows)


def _states() -> str:
    from openprm.deals import lifecycle

    return f"```mermaid\n{lifecycle.diagram()}\n```"


def _moves() -> str:
    from openprm.deals.lifecycle import MOVES

    rows = [
        (f"`{move.verb}`", _codes(move.before), f"`{move.after}`", ", ".join(sorted(move.sides)), _codes(move.reasons))
        for move in MOVES.values()
    ]
    return _table(("move", "from", "to", "made by", "must give one of these reasons"), rows)


def _task_states() -> str:
    from openprm.journeys import lifecycle

    return f"```mermaid\n{lifecycle.diagram()}\n```"


def _dispute_states() -> str:
    from openprm.disputes import lifecycle

    return f"```mermaid\n{lifecycle.diagram()}\n```"


def _dispute_moves() -> str:
    from openprm.disputes.lifecycle import MOVES

    rows = [
        (f"`{move.verb}`", _codes(move.before), f"`{move.after}`", ", ".join(sorted(move.sides)))
        for move in MOVES.values()
    ]
    return _table(("move", "from", "to", "made by"), rows)


def _dispute_codes() -> str:
    from openprm.disputes import rules, words

    named = (("a verdict or decision", rules.CODES), ("a declined extension", rules.EXTENSION_CODES))
    rows = [
        (about, words.OUTCOMES[outcome], f"`{code}`", words.code(code))
        for about, outcomes in named
        for outcome, codes in outcomes.items()
        for code in codes
    ]
    return _table(("about", "outcome", "code", "in words"), rows)


def _reasons() -> str:
    from openprm.deals import words
    from openprm.deals.rules import Reason

    said = [words.said(Reason(code)) for code in words._REASONS]
    return _table(("code", "what the partner reads", "what to do"), [(f"`{s.code}`", s.title, s.advice) for s in said])


def _closing_codes() -> str:
    from openprm.deals import words

    return _table(("code", "in words"), [(f"`{code}`", text) for code, text in words.CODES.items()])


def _settings() -> str:
    from openprm.kernel.settings_store import declared

    rows = [
        (f"`{one.key}`", one.label, _shown(one.default), _bounds(one), one.help)
        for one in sorted(declared.values(), key=lambda one: one.key)
    ]
    return _table(("key", "in the console", "at first", "allowed", "what it does"), rows)


def _permissions() -> str:
    from openprm.kernel.access import permissions

    rows = [
        (f"`{verb}`", one.label, _holders(one, "vendor"), _holders(one, "partner"))
        for verb, one in sorted(permissions.items())
    ]
    return _table(("verb", "in words", "vendor's roles", "partner's roles"), rows)


def _events() -> str:
    from openprm.kernel.events import event_types

    declared = [kind for kind in event_types() if ".tests." not in kind.payload.__module__]  # tests declare their own
    rows = [(f"`{kind.name}`", kind.label, "yes" if kind.shared else "no") for kind in declared]
    return _table(("event", "what happened", "told to the partner it concerns"), rows)


def _holders(permission: Any, side: str) -> str:
    held: dict[str, Any] = dict(getattr(permission, side))
    if side in permission.sides():
        held = {"admin": "all" if side == "vendor" else "company"} | {k: v for k, v in held.items() if k != "admin"}
    return ", ".join(f"{role} ({scope})" for role, scope in held.items())


def _bounds(setting: Any) -> str:
    if setting.choices and len(setting.choices) > MOST_NAMED:  # such as time zones, which differ by system
        return "one of those the console offers"
    if setting.choices:
        return ", ".join(f"`{key}`" for key, _label in setting.choices)
    if setting.minimum is None:
        return str(setting.kind)
    unit = f" {setting.unit}" if setting.unit else ""
    return f"{setting.minimum} to {setting.maximum}{unit}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _codes(words: Iterable[str]) -> str:
    shown = words if isinstance(words, tuple) else sorted(words)
    return ", ".join(f"`{word}`" for word in shown)


def _table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    heads = tuple(heads)
    lines = [heads, tuple("---" for _head in heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


PARTS: dict[str, Callable[[], str]] = {
    "floors": _floors,
    "dependency-map": _map,
    "deal-states": _states,
    "deal-moves": _moves,
    "task-states": _task_states,
    "dispute-states": _dispute_states,
    "dispute-moves": _dispute_moves,
    "dispute-codes": _dispute_codes,
    "verdict-reasons": _reasons,
    "closing-codes": _closing_codes,
    "programme-settings": _settings,
    "permissions": _permissions,
    "events": _events,
}
