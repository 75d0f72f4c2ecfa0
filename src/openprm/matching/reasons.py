"""The reasons for a score, each with the points that it adds to the log-odds or takes from them.

Points are the model's own: what the trees add for a candidate is credited to the numbers they ask for
(`Trees.explain`), and by these to what people see: words in both names, words in one of them, how alike the letters
are, legal forms, how the other candidates compare. The points of all reasons and what any candidate starts with add up
to the score.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from openprm.matching import context, features, forms
from openprm.matching.features import Comparison
from openprm.matching.index import Candidate, Prepared
from openprm.matching.model import Evidence
from openprm.matching.rarity import Rarity
from openprm.matching.score import COMMON, RARE, Weights
from openprm.matching.trees import Numbers

ABOUT_MISSING = frozenset(
    {
        "missing_more",
        "missing_less",
        "missing_all_more",
        "missing_all_less",
        "missing_words_more",
        "missing_words_less",
        "first_missing",
        "tail_only",
        "only_one_has",
        "worst_difference",
        "places",
        "digits",
    }
)
ABOUT_LETTERS = frozenset(
    {
        "whole",
        "begins",
        "looks",
        "edits",
        "sequence",
        "part",
        "sorted",
        "letters_less",
        "letters_more",
        "words_less",
        "words_more",
    }
)


class Points(NamedTuple):
    """What the model adds for one candidate, by what it rests on. `start` is what any candidate has."""

    start: float
    shared: float
    missing: float
    letters: float
    others: float
    forms: float


def points(about: Numbers, weights: Weights) -> Points:
    """Split what the two models add for a candidate, whose numbers are `context.NAMES` and `features.NAMES`."""
    beside = len(context.NAMES)
    pair_start, pair = weights.pair.explain(about[beside:])
    settle_start, settle = weights.settle.explain(about)
    sums = {"shared": 0.0, "missing": 0.0, "letters": 0.0, "others": 0.0, "forms": 0.0}
    for name, credit in zip(features.NAMES, (pair + settle[beside:]).tolist(), strict=True):
        group = "missing" if name in ABOUT_MISSING else "letters" if name in ABOUT_LETTERS else "shared"
        sums[group] += credit * weights.slope
    for name, credit in zip(context.NAMES, settle[:beside].tolist(), strict=True):
        sums[_of_list(name)] += credit * weights.slope
    start = weights.intercept + weights.slope * (pair_start + settle_start)
    return Points(start, **sums)


def _of_list(name: str) -> str:
    """What a number of `context` is about."""
    if name in features.OF_FORMS:
        return "forms"
    if not name.startswith(("asked_", "filed_")):
        return "others"
    return "missing" if "_missing" in name else "shared"


def evidence(
    query: Prepared, candidate: Candidate, comparison: Comparison, rarity: Rarity, about: Numbers, weights: Weights
) -> tuple[list[Evidence], float]:
    """The reasons that lie in the two companies themselves, and the points for how the other candidates compare."""
    by_model = points(about, weights)
    found = [
        *_about_signs(query, candidate, weights),
        *_about_domain(query, candidate, weights),
        *_about_country(query, candidate, weights),
        *_about_names(query, candidate, comparison, rarity, by_model),
    ]
    if not about[_FORMS].any():
        return found, by_model.others + by_model.forms
    return [*found, _about_forms(query, candidate, comparison, by_model.forms)], by_model.others


def in_order(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The weightiest reason first."""
    return tuple(sorted(found, key=lambda one: -abs(one.points)))


def _about_signs(query: Prepared, candidate: Candidate, weights: Weights) -> list[Evidence]:
    found = []
    if query.registration and candidate.registration:
        if query.registration == candidate.registration:
            number = {"number": query.registration}
            found.append(Evidence("registration_equal", weights.registration_equal, number))
        else:
            both = {"mine": query.registration, "theirs": candidate.registration}
            found.append(Evidence("registration_differs", weights.registration_differs, both))
    if query.phone and query.phone == candidate.phone:
        found.append(Evidence("phone_equal", weights.phone_equal, {"phone": query.phone}))
    return found


def _about_domain(query: Prepared, candidate: Candidate, weights: Weights) -> list[Evidence]:
    if not query.domain or not candidate.domain:
        return []
    if query.domain == candidate.domain:
        return [Evidence("domain_equal", weights.domain_equal, {"domain": query.domain})]
    return [Evidence("domain_differs", weights.domain_differs, {"mine": query.domain, "theirs": candidate.domain})]


def _about_country(query: Prepared, candidate: Candidate, weights: Weights) -> list[Evidence]:
    if not query.country or not candidate.country:
        return []
    if query.country == candidate.country:
        return [Evidence("country_equal", weights.country_equal, {"country": query.country})]
    return [Evidence("country_differs", weights.country_differs, {"mine": query.country, "theirs": candidate.country})]


def _about_forms(query: Prepared, candidate: Candidate, comparison: Comparison, points: float) -> Evidence:
    """What legal forms say, where there are several names to choose from."""
    mine, theirs = query.name.legal_forms, candidate.name.legal_forms
    if comparison.forms[0]:
        return Evidence("form_equal", points, {"form": forms.shown(forms.kinds(mine) & forms.kinds(theirs))})
    return Evidence("form_differs", points, {"mine": forms.shown(mine), "theirs": forms.shown(theirs)})


def _about_names(
    query: Prepared, candidate: Candidate, comparison: Comparison, rarity: Rarity, by_model: Points
) -> list[Evidence]:
    mine, theirs = query.name.words, candidate.name.words
    _, shared, missing, letters, *_ = by_model
    if mine and mine == theirs:
        return [Evidence("name_equal", shared + missing + letters)]
    links = [
        _about_link(link.how, [mine[at] for at in link.mine], [theirs[at] for at in link.theirs], link.alike, rarity)
        for link in comparison.alignment.links
    ]
    alone = [
        Evidence(kind, rarity(word), {"word": word})
        for words, answered, kind in (
            (mine, comparison.alignment.mine, "word_missing"),
            (theirs, comparison.alignment.theirs, "word_extra"),
        )
        for word, part in zip(words, answered, strict=True)
        if not part
    ]
    if not alone:  # nothing is missing: that speaks for the words
        shared, missing = shared + missing, 0.0
    if not links:
        letters, shared = letters + shared, 0.0
    looks = round(100 * comparison.numbers[_LOOKS])
    return [
        *_split(links, shared),
        *_split(alone, missing),
        Evidence("letters_alike", letters, {"percent": str(looks)}),
    ]


_LOOKS = features.NAMES.index("looks")
_FORMS = [context.NAMES.index(name) for name in features.OF_FORMS]


def _split(reasons: Sequence[Evidence], whole: float) -> list[Evidence]:
    """Share points out among reasons in proportion to what each has so far."""
    total = sum(one.points for one in reasons) or 1.0
    return [Evidence(one.kind, whole * one.points / total, one.params) for one in reasons]


def _about_link(how: str, mine: list[str], theirs: list[str], alike: float, rarity: Rarity) -> Evidence:
    """A link with its share of the points: how much the words tell, and how sure it is that they answer each other."""
    one, other = " ".join(mine), " ".join(theirs)
    weight = min(sum(map(rarity, mine)), sum(map(rarity, theirs)))
    share = weight * alike
    if how == "initials":
        letters, words = (one, other) if len(mine) == 1 else (other, one)
        return Evidence("initials_equal", share, {"letters": letters.upper(), "words": words})
    if how != "equal":
        short, long = (one, other) if how != "short" or len(one) < len(other) else (other, one)
        return Evidence("word_" + how, share, {"mine": short, "theirs": long})
    kind = "word_rare" if weight >= RARE else "word_common" if weight < COMMON else "word_shared"
    return Evidence(kind, share, {"word": one})
