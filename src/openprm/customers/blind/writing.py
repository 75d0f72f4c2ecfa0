"""The texts of a company that are compared blind.

Simpler than `matching.normalise`, because the browser does the same: whoever changes a line here changes it in
`static/customers/blind.js`, too; a test runs both over one list of cases.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[1] / "static" / "customers" / "blind.json"
LONGEST = 400  # characters of a name
SHORTEST_BEGINNING = 5  # letters that a first word needs to be looked for alone
MOST_DOMAINS = 3
VERSION = 1  # to be raised with every change of the code below: digests made before are then made anew

_WORD = re.compile(r"[^\W_]+")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:/*")
_HOST = re.compile(r"^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$")


@cache
def table() -> dict[str, Any]:
    """Return the table that both languages read: letters, legal forms, words that say nothing."""
    read: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return read


def key(name: str) -> str:
    """Return the letters that tell a company apart: "Müller & Söhne GmbH" is "mullersohne"."""
    return one_spelling("".join(words(name)))


def beginning(name: str) -> str:
    """Return the first word of a name where it says something by itself, else ""."""
    first = one_spelling(words(name)[0]) if words(name) else ""
    return first if len(first) >= SHORTEST_BEGINNING and first not in _common() else ""


def domains(website: str) -> list[str]:
    """Return a website's host and the domains above it, the longest first, without "www"."""
    bare = _SCHEME.sub("", website.strip().lower())
    host = re.split(r"[/?#]", bare)[0].rpartition("@")[2].split(":")[0].strip(" .")
    host = host.removeprefix("www.")
    if not _HOST.match(host):
        return []
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)][-MOST_DOMAINS:]


def words(name: str) -> list[str]:
    """Return the words of a name without its legal forms; something is left of every name that has letters."""
    found = together(folded(name))
    while len(found) > 1:
        shorter = _shorter(found)
        if shorter == found:
            break
        found = together(shorter)
    return found


def folded(name: str) -> list[str]:
    """Return the words of a text in lower case, letters of many alphabets in plain Latin."""
    text = name[:LONGEST]
    for sign in table()["dropped"]:
        text = text.replace(sign, "")
    text = unicodedata.normalize("NFKC", text).lower()
    for form in table()["glued"]:
        text = text.replace(form, " ")
    letters = table()["letters"]
    text = "".join(letters.get(letter, letter) for letter in text)
    tokens = _WORD.findall(text.replace("'", ""))
    return [token for token in tokens if token not in table()["connectors"]] or tokens


def one_spelling(text: str) -> str:
    """Return "muller" for "mueller", too."""
    for written in ("ae", "oe", "ue", "aa"):
        text = text.replace(written, written[0])
    return text


def together(tokens: Sequence[str]) -> list[str]:
    """Join runs of single letters: "i b m" is "ibm"."""
    joined: list[str] = []
    run = ""
    for token in [*tokens, ""]:
        if len(token) == 1 and not token.isdecimal():
            run += token
            continue
        joined += [word for word in (run, token) if word]
        run = ""
    return joined


def _shorter(found: list[str]) -> list[str]:
    """Take one legal form off, from the end, from the beginning, or wherever it cannot be anything else."""
    for size in range(min(table()["longest"], len(found) - 1), 0, -1):
        if " ".join(found[-size:]) in _forms("endings"):
            return found[:-size]
    for size in range(min(table()["longest"], len(found) - 1), 0, -1):
        if " ".join(found[:size]) in _forms("beginnings"):
            return found[size:]
    return [word for word in found if word not in _forms("anywhere")] or found


@cache
def _forms(kind: str) -> frozenset[str]:
    return frozenset(table()[kind])


@cache
def _common() -> frozenset[str]:
    return frozenset(table()["common"])
