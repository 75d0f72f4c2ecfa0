"""How alike two words are: equal, misspelt, cut off or abbreviated."""

from rapidfuzz.distance import OSA

from openprm.matching.normalise import umlauts

# Abbreviations that are no beginning of the word they stand for. The longer form is folded as names are.
ABBREVIATIONS = {
    "intl": "international",
    "int": "international",
    "natl": "national",
    "mfg": "manufacturing",
    "mgmt": "management",
    "mgt": "management",
    "svcs": "services",
    "svc": "services",
    "hldgs": "holdings",
    "hldg": "holding",
    "grp": "group",
    "gp": "group",
    "bk": "bank",
    "bancorp": "bancorporation",
    "ctr": "center",
    "cntr": "center",
    "centre": "center",
    "centrum": "center",
    "tech": "technologies",
    "technology": "technologies",
    "technologie": "technologies",
    "techs": "technologies",
    "sys": "systems",
    "system": "systems",
    "labs": "laboratories",
    "lab": "laboratories",
    "laboratory": "laboratories",
    "pharma": "pharmaceuticals",
    "pharmaceutical": "pharmaceuticals",
    "pharm": "pharmaceuticals",
    "univ": "university",
    "uni": "university",
    "universitaet": "university",
    "universitat": "university",
    "universidad": "university",
    "universite": "university",
    "universita": "university",
    "inst": "institute",
    "institut": "institute",
    "dept": "department",
    "govt": "government",
    "assoc": "associates",
    "assn": "association",
    "bros": "brothers",
    "mtrs": "motors",
    "mtr": "motors",
    "elec": "electric",
    "eng": "engineering",
    "engr": "engineering",
    "fin": "financial",
    "finl": "financial",
    "genl": "general",
    "gen": "general",
    "amer": "american",
    "rsrch": "research",
    "rlty": "realty",
    "ppty": "property",
    "pptys": "properties",
    "prop": "properties",
    "inds": "industries",
    "ind": "industries",
    "industrie": "industries",
    "industry": "industries",
    "mng": "mining",
    "res": "resources",
    "prods": "products",
    "prod": "products",
    "entmt": "entertainment",
    "comm": "communications",
    "comms": "communications",
    "telecom": "telecommunications",
    "telecoms": "telecommunications",
    "ins": "insurance",
    "tr": "trust",
    "fd": "fund",
    "svgs": "savings",
    "trnsp": "transportation",
    "transn": "transportation",
    "st": "saint",
    "mt": "mount",
    "deut": "deutsche",
    "dt": "deutsche",
    "dtsch": "deutsche",
    "usa": "us",
    "solutions": "solution",
    "service": "services",
}


class Likeness:
    """Compares words, remembering what it has seen: one query meets the same words in many candidates."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], float] = {}

    def __call__(self, one: str, other: str) -> float:
        """0 when the words have nothing to do with each other; above .9 nearly equal; about .5 to .9 a guess."""
        pair = (one, other)
        alike = self._known.get(pair)
        if alike is None:
            alike = self._known[pair] = compare(one, other)
        return alike


def compare(one: str, other: str) -> float:
    """Likeness of two words between 0 and 1, the same in both directions."""
    if one == other:
        return 1.0
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if short[0] != long[0]:
        return misspelt(short, long) * 0.95
    if _spelt_out(short) == _spelt_out(long):
        return 0.95
    return max(misspelt(short, long), cut_off(short, long))


def misspelt(short: str, long: str) -> float:
    """Likeness by spelling: one slip in four letters or more, two in eight or more, or an umlaut written out."""
    size = len(long)
    if len(short) < 4 or size - len(short) > 2 or short.isdigit() or long.isdigit():
        return 0.0
    slips = OSA.distance(short, long, score_cutoff=2)
    if slips > (2 if len(short) >= 8 else 1):
        return 0.0
    if umlauts(short) == umlauts(long):
        return 0.99
    return 1.0 - slips / size * (1.0 if slips == 1 else 0.9)


def cut_off(short: str, long: str) -> float:
    """Likeness of a word and its beginning ("tech", "technologies"), another ending, or its consonants ("mng")."""
    if len(short) < 2:
        return 0.0
    if long.startswith(short):
        return 0.0 if len(short) < 3 else min(0.9, 0.55 + 0.5 * len(short) / len(long))
    same = 1
    for mine, theirs in zip(short[1:], long[1:], strict=False):
        if mine != theirs:
            break
        same += 1
    if same >= 5 and len(short) - same <= 2 and len(long) - same <= 4:
        return 0.82
    if 3 <= len(short) <= 5 and len(long) >= len(short) + 2 and _is_within(short, long):
        return 0.6
    return 0.0


def _is_within(short: str, long: str) -> bool:
    """Whether the letters stand in the long word in this order, without other vowels left over: "mng" in "mining"."""
    letters = iter(long)
    return all(letter in letters for letter in short) and not any(vowel in short[1:] for vowel in "aeiou")


def _spelt_out(word: str) -> str:
    return ABBREVIATIONS.get(word, word)
