"""Which words of one name answer which of the other, and how well."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from openprm.matching.likeness import MEANS, SYNONYM, Likeness
from openprm.matching.normalise import SMALL_WORDS

LEAST = 0.6  # likeness below this is no likeness
CUT = 0.7  # likeness of one or two letters and a word that begins with them, where the words around them agree


class Link(NamedTuple):
    """Words of one side that answer words of the other. `alike` is 1 when equal."""

    mine: tuple[int, ...]
    theirs: tuple[int, ...]
    alike: float
    how: str  # equal, spelling, short, meaning, joined, initials


@dataclass(slots=True)
class Alignment:
    """The links between two names, and for each word how far it is answered (0 to 1)."""

    links: list[Link]
    mine: list[float]
    theirs: list[float]

    def add(self, link: Link) -> None:
        """Keep a link and mark its words as answered."""
        self.links.append(link)
        for at in link.mine:
            self.mine[at] = link.alike
        for at in link.theirs:
            self.theirs[at] = link.alike


def align(mine: Sequence[str], theirs: Sequence[str], likeness: Likeness) -> Alignment:
    """Link equal words first, then joined and misspelt ones, then letters that stand for words."""
    found = Alignment([], [0.0] * len(mine), [0.0] * len(theirs))
    _link_equal(found, mine, theirs)
    if 0.0 in found.mine and 0.0 in found.theirs:
        _link_joined(found, mine, theirs)
        _link_alike(found, mine, theirs, likeness)
        _link_initials(found, mine, theirs)
        if found.links and 0.0 in found.mine and 0.0 in found.theirs:
            _link_cut(found, mine, theirs)
    return found


def _link_equal(found: Alignment, mine: Sequence[str], theirs: Sequence[str]) -> None:
    for at, word in enumerate(mine):
        if word in theirs:
            for there, other in enumerate(theirs):
                if other == word and not found.theirs[there]:
                    found.add(Link((at,), (there,), 1.0, "equal"))
                    break


def _link_alike(found: Alignment, mine: Sequence[str], theirs: Sequence[str], likeness: Likeness) -> None:
    guesses = []
    for at, word in enumerate(mine):
        if found.mine[at]:
            continue
        for there, other in enumerate(theirs):
            if not found.theirs[there]:
                alike = likeness(word, other)
                if alike >= LEAST:
                    guesses.append((alike, -at, -there))
    for alike, at, there in sorted(guesses, reverse=True):
        if not found.mine[-at] and not found.theirs[-there]:
            found.add(Link((-at,), (-there,), alike, _how(mine[-at], theirs[-there], alike)))


def _how(one: str, other: str, alike: float) -> str:
    if alike == MEANS:
        return "meaning"
    cut = one[:3] == other[:3] and alike < 0.96 and abs(len(one) - len(other)) > 1
    return "short" if cut or alike in (CUT, SYNONYM) else "spelling"


def _link_cut(found: Alignment, mine: Sequence[str], theirs: Sequence[str]) -> None:
    """ "r" answers "real" in "gateway r est", where the words before or behind them answer each other."""
    partner = {link.mine[-1]: link.theirs for link in found.links}
    for at, word in enumerate(mine):
        if found.mine[at]:
            continue
        before, behind = partner.get(at - 1, (-1,) if at == 0 else None), partner.get(at + 1)
        for there in {*((before[-1] + 1,) if before else ()), *((behind[0] - 1,) if behind else ())}:
            if 0 <= there < len(theirs) and not found.theirs[there] and not found.mine[at]:
                short, long = sorted((word, theirs[there]), key=len)
                if len(short) <= 2 and long.startswith(short):
                    found.add(Link((at,), (there,), CUT, "short"))


def _link_joined(found: Alignment, mine: Sequence[str], theirs: Sequence[str]) -> None:
    """ "face book" answers "facebook", in both directions."""
    for at, there in _runs(mine, theirs, found.mine, found.theirs):
        found.add(Link(at, there, 0.97, "joined"))
    for there, at in _runs(theirs, mine, found.theirs, found.mine):
        found.add(Link(at, there, 0.97, "joined"))


def _runs(
    many: Sequence[str], single: Sequence[str], taken: Sequence[float], used: Sequence[float]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Where two or three neighbours of `many`, not yet answered, make one word of `single`."""
    made: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    for where, word in enumerate(single):
        if used[where] or len(word) < 4:
            continue
        for start in range(len(many) - 1):
            if taken[start] or not word.startswith(many[start]):
                continue
            for end in (start + 2, start + 3):
                if end <= len(many) and not any(taken[start:end]) and "".join(many[start:end]) == word:
                    made.append((tuple(range(start, end)), (where,)))
    return made[:1]


def _link_initials(found: Alignment, mine: Sequence[str], theirs: Sequence[str]) -> None:
    """ "ge" answers "general electric", in both directions."""
    for at, there in _letters(mine, theirs, found.mine, found.theirs):
        found.add(Link(at, there, 0.8, "initials"))
    for there, at in _letters(theirs, mine, found.theirs, found.mine):
        found.add(Link(at, there, 0.8, "initials"))


def _letters(
    many: Sequence[str], single: Sequence[str], taken: Sequence[float], used: Sequence[float]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Where a run of words of `many` has the letters of one word of `single` as initials; of/de/for may be left out."""
    free = [at for at in range(len(many)) if not taken[at]]
    if len(free) < 2:
        return []
    for pick in (_all, _telling):
        run = [at for at in free if pick(many[at])]
        letters = "".join(many[at][0] for at in run)
        for where, word in enumerate(single):
            if used[where] or not 2 <= len(word) <= 7:
                continue
            start = letters.find(word)
            if start >= 0:
                return [(tuple(run[start : start + len(word)]), (where,))]
    return []


def _all(_word: str) -> bool:
    return True


def _telling(word: str) -> bool:
    return word not in SMALL_WORDS
