"""From a company name as somebody wrote it to the words that tell companies apart.

Pure and total: any text gives an answer, none raises, and normalising what came out changes nothing.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from anyascii import anyascii

from openprm.matching import legal_forms

LONGEST_NAME = 400  # characters; what is longer is text, not a name, and would cost time
CONNECTORS = frozenset({"and", "the", "und", "et"})
SMALL_WORDS = frozenset(
    {
        "of",
        "for",
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "di",
        "del",
        "do",
        "da",
        "in",
        "on",
        "fur",
        "y",
        "e",
        "der",
        "die",
        "a",
    }
)

_MARKS = str.maketrans("", "", "™®©℠\u00ad\u200b\u200c\u200d\ufeff")
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼʹ\"“”„«»")
_WORDS = re.compile(r"[a-z0-9]+")
_STATE = re.compile(r"\s*(/\s*[A-Za-z]{2,3}\s*/|/[A-Z]{2})\s*$")  # "/DE/" in registers of the United States
_PAR_VALUE = re.compile(  # what stock exchanges hang on a name: currency and par value, often glued to the word before
    r"(?<![A-Z])(DL|EO|LS|SF|YC|YN|HD|RC|RL|CD|SK|NK|DK|ZY|IS|KC|BA|EUR|USD|HKD|GBP)\s?-?\s?[,.]?\d[\d,./-]*\s*$"
)
_SECURITY = re.compile(  # ... share class and receipts
    r"(^|[\s.,(])(O\.\s?N\.?|INH\.?( ?ON\.?)?|NAM\.?|NOM\.?|NA\."
    r"|VZ\.?O?|ST\.? ?O\.N\.?|ORD(INARY)?( SHS| SHARES)?|SHS|STAMMAKT\.?"
    r"|(SPON\.?|SP\.?|SPONSORED|UNSPONSORED|UNSP\.?|U\.?)? ?\(?(ADRS?|GDRS?|ADS)\)?( ?\d*/?\d+)?( ?REG ?S)?"
    r"|(?i:AMERICAN DEPOSIT[AO]RY SHARES|(NY )?REGISTRY SHARES|COMMON STOCK|ORDINARY SHARES)"
    r"|COM(MON)? (STK|STOCK|SHARES)|CLASS [A-C]|CL\.? [A-C]|NEW|\(NEW\)|\(?REIT\)?)\)?\s*$"
)
_CYRILLIC = re.compile(r"\b(" + "|".join(legal_forms.CYRILLIC) + r")\b")


@dataclass(frozen=True, slots=True)
class NormalisedName:
    """A name ready for comparing. `words` carry the meaning, in order; `legal_forms` were set aside."""

    original: str
    folded: str
    words: tuple[str, ...]
    legal_forms: tuple[str, ...]

    @property
    def key(self) -> str:
        """The words without spaces, so that "T-Mobile US" and "TMobile US" meet."""
        return "".join(self.words)

    @property
    def initials(self) -> str:
        """First letters of the words, without of/de/for: "ibm". Empty for a single word."""
        return _initials([word for word in self.words if word not in SMALL_WORDS])

    @property
    def acronyms(self) -> tuple[str, ...]:
        """Every way in which people shorten this name to letters, the likeliest first."""
        if len(self.words) < 2:
            return ()
        strict, loose = self.initials, _initials(self.words)
        company = strict + self.legal_forms[0][0] if self.legal_forms and strict else ""  # TSMC: "... Company"
        return tuple(dict.fromkeys(letters for letters in (strict, loose, company) if len(letters) > 1))

    def dump(self) -> str:
        """One line of text that `load` turns back: what an index stores beside a name."""
        return " ".join(self.words) + "|" + ",".join(self.legal_forms)


def load(original: str, dumped: str) -> NormalisedName:
    """Rebuild what `NormalisedName.dump` wrote, without normalising again."""
    words, _, forms = dumped.partition("|")
    return NormalisedName(original, words, tuple(words.split()), tuple(forms.split(",")) if forms else ())


def normalise(name: str) -> NormalisedName:
    """Fold a company name and set its legal forms aside; something is always left of a name that has letters."""
    tokens = fold(_without_securities(name[:LONGEST_NAME]))
    words, forms = _without_legal_forms(tokens)
    return NormalisedName(name, " ".join(tokens), tuple(words), tuple(forms))


def fold(text: str) -> list[str]:
    """Lower-case ASCII words of a text in any script: accents off, scripts transliterated, connectors dropped."""
    if text.isascii():
        plain = text
    else:
        text = _unspoilt(text)
        plain = _transliterate(unicodedata.normalize("NFKC", text.translate(_MARKS)))
    if "&" in plain:
        plain = html.unescape(plain).replace("&", " ") if ";" in plain else plain.replace("&", " ")
        plain = plain if plain.isascii() else anyascii(plain)
    tokens = _WORDS.findall(plain.translate(_APOSTROPHES).lower())
    kept = [token for token in tokens if token not in CONNECTORS]
    return kept or tokens


def tells(name: str) -> bool:
    """Whether a text names a company at all: not just a legal form ("GmbH", "株式会社"), an article, or signs."""
    bare = _CYRILLIC.sub(" ", unicodedata.normalize("NFKC", name))
    for form in (*legal_forms.APART, *legal_forms.GLUED):
        bare = bare.replace(form, " ")
    if not any(letter.isalnum() for letter in bare):
        return False
    return any(word not in CONNECTORS and word not in _anywhere() for word in fold(bare))


def umlauts(word: str) -> str:
    """One spelling for "mueller" and "muller" (ae/oe/ue/aa written for ä/ö/ü/å); for comparing, not for showing."""
    if "e" in word or "aa" in word:
        return word.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("aa", "a")
    return word


def _unspoilt(text: str) -> str:
    """Put right what was UTF-8 and has been read as Latin-1: "TÃ©lÃ©com" is "Télécom"."""
    if not any(mark in text for mark in "ÃÂÐÑ"):
        return text
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _transliterate(text: str) -> str:
    for form in legal_forms.APART:
        text = text.replace(form, " ")
    bare = _CYRILLIC.sub(" ", text)
    for form in legal_forms.GLUED:
        bare = bare.replace(form, " ")
    if any(letter.isalnum() for letter in bare):
        text = bare
    return anyascii(_spaced(text))


def _spaced(text: str) -> str:
    """Put spaces where the script changes between Latin and another, so that "ABC銀行" gives two words."""
    if not any(letter > "\u2fff" for letter in text):
        return text
    parts: list[str] = []
    for before, letter in zip(" " + text, text, strict=False):
        if before.isalnum() and letter.isalnum() and (before > "\u2fff") != (letter > "\u2fff"):
            parts.append(" ")
        parts.append(letter)
    return "".join(parts)


def _without_securities(name: str) -> str:
    """Cut what stock exchanges add, as long as a word is left: "NORTHERN STAR RES. DL-,01" is "NORTHERN STAR RES."."""
    if not (name.isupper() or name[-1:].isdigit() or name[-1:] in "/)" or "hares" in name[-7:]):
        return name
    for pattern in (_STATE, _PAR_VALUE, _SECURITY, _SECURITY, _SECURITY):
        shorter = pattern.sub("", name)
        name = shorter if _WORDS.search(shorter.lower()) else name
    return name


def _join_letters(tokens: list[str]) -> list[str]:
    """Join runs of single letters: "i b m" is "ibm"; a letter that stands alone stays."""
    if not any(len(token) == 1 for token in tokens):
        return tokens
    joined: list[str] = []
    run: list[str] = []
    for token in [*tokens, ""]:
        if len(token) == 1 and not token.isdigit():
            run.append(token)
            continue
        if run:
            joined.append("".join(run))
            run = []
        if token:
            joined.append(token)
    return joined


def _without_legal_forms(tokens: list[str]) -> tuple[list[str], list[str]]:
    """Take legal forms off the end, the beginning, and where they cannot be anything else; leave at least one word."""
    words, forms = _without_echo(_join_letters(tokens)), list[str]()
    while len(words) > 1:
        before = words
        words = _shorter(words, forms)
        if words is before:
            break
        words = _without_echo(_join_letters(words))
    return words, forms


def _without_echo(tokens: list[str]) -> list[str]:
    """Cut a name that begins again after its legal form: "Barrick Gold Corp Barrick Gold"."""
    for at in range(2, len(tokens)):
        if (tokens[at - 1],) in _endings() and "".join(tokens).startswith("".join(tokens[at:])):
            return tokens[:at]
    return tokens


def _shorter(words: list[str], forms: list[str]) -> list[str]:
    """One step: without one legal form, or the very same list when there is none to take off."""
    if size := _form_length(words, _endings(), at_end=True):
        forms.append("".join(words[-size:]))
        return words[:-size]
    if size := _form_length(words, _beginnings(), at_end=False):
        forms.append("".join(words[:size]))
        return words[size:]
    if not _anywhere().isdisjoint(words):
        kept = [word for word in words if word not in _anywhere()]
        forms += [word for word in words if word in _anywhere()] if kept else []
        return kept or words
    return words


def _form_length(words: Sequence[str], table: frozenset[tuple[str, ...]], *, at_end: bool) -> int:
    for size in range(min(_longest(), len(words) - 1), 0, -1):
        if tuple(words[-size:] if at_end else words[:size]) in table:
            return size
    return 0


def _initials(words: Iterable[str]) -> str:
    letters = "".join(word[0] for word in words)
    return letters if len(letters) > 1 else ""


def _table(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(_join_letters(fold(entry))) for entry in legal_forms.entries(text)) - {()}


@cache
def _endings() -> frozenset[tuple[str, ...]]:
    return _table(legal_forms.ENDINGS)


@cache
def _beginnings() -> frozenset[tuple[str, ...]]:
    return _table(legal_forms.BEGINNINGS)


@cache
def _anywhere() -> frozenset[str]:
    return frozenset(entry[0] for entry in _table(legal_forms.ANYWHERE) if len(entry) == 1)


@cache
def _longest() -> int:
    return max(len(entry) for entry in _endings() | _beginnings())
