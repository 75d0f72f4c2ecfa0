"""Write `blind.json` anew: ``python -m openprm.customers.blind.tabulate``.

The letters come from anyascii, the legal forms and the frequent words from `matching`. A new table makes new digests:
every installation makes its own anew by itself (`shelf.rebuild`).
"""

import json
import unicodedata
from collections.abc import Mapping

from anyascii import anyascii

from openprm.customers.blind import writing
from openprm.matching import legal_forms, rarity
from openprm.matching.normalise import CONNECTORS

# Latin with accents, marks, Greek, Cyrillic, Armenian; other scripts stay as they are.
ALPHABETS = ((0x00A0, 0x058F), (0x1E00, 0x1FFF), (0x2010, 0x2027), (0x2030, 0x205E))
FREQUENT = 0.0008  # a word that so large a share of names has says nothing by itself
DROPPED = "™®©℠\u00ad\u200b\u200c\u200d\ufeff"
APOSTROPHES = '’‘`´ʼʹ"“”„«»‚′'


def letters() -> dict[str, str]:
    """Return what each letter is in plain Latin; apostrophes are nothing."""
    found = {chr(code): anyascii(chr(code)).lower() for start, end in ALPHABETS for code in range(start, end + 1)}
    lower = {letter: plain for letter, plain in found.items() if _as_read(letter) == letter}
    return {**lower, **dict.fromkeys(APOSTROPHES, "")}


def forms(text: str) -> list[str]:
    """Return legal forms as `writing` reads names."""
    found = {" ".join(writing.together(writing.folded(entry))) for entry in legal_forms.entries(text)}
    return sorted(found - {""})


def build() -> None:
    """Write the table in two steps: the forms are read with the letters."""
    made = {"letters": letters(), "connectors": sorted(CONNECTORS), "glued": _glued(), "dropped": list(DROPPED)}
    _write(made)
    ends, starts = forms(legal_forms.ENDINGS), forms(legal_forms.BEGINNINGS)
    anywhere = [form for form in forms(legal_forms.ANYWHERE) if " " not in form]
    longest = max(len(form.split()) for form in [*ends, *starts])
    _write(
        {**made, "endings": ends, "beginnings": starts, "anywhere": anywhere, "longest": longest, "common": _common()}
    )


def _as_read(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _glued() -> list[str]:
    read = {_as_read(form) for form in legal_forms.GLUED}
    return sorted(read, key=lambda form: (-len(form), form))


def _common() -> list[str]:
    frequent = {writing.one_spelling(word) for word, share in rarity.common_words().items() if share >= FREQUENT}
    return sorted(word for word in frequent if len(word) >= writing.SHORTEST_BEGINNING)


def _write(made: Mapping[str, object]) -> None:
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    writing.TABLE.write_text(text + "\n", encoding="utf-8")
    writing.table.cache_clear()


if __name__ == "__main__":
    build()
