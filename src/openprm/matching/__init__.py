"""Is this the same company? Pure Python: no Django, no database; the tables live with customers.

    from openprm.matching import Company, MemoryIndex, Query, find

    index = MemoryIndex([Company("1", "Siemens AG", aliases=("Siemens Energy",), domain="siemens.com", country="DE")])
    for match in find(Query("SIEMENS Aktiengesellschaft"), index):
        print(match.company_id, match.probability, match.decision, [sentence(one) for one in match.evidence])

How it goes: `normalise` (words that tell, legal forms aside) -> an index fetches about 40 candidates -> `features`
compares each -> `score` gives a probability, a decision and reasons.

Decisions: same (the same company), family (branch, subsidiary, division, parent), possible (a person should look),
different.

**Writing another index** (the one in PostgreSQL). Fulfil `index.CandidateIndex`. Store for each `Candidate` of
`index.names_of(company)`: company id, `name.original`, `name.dump()` (turned back by `normalise.load`), domain,
country; a posting for every distinct word of `name.words`, with a count per word; `keys.word_keys(word)` for every
new word; `keys.name_keys(name, domain, signs)` for every name. All keys are signed 32-bit integers, stable for ever.
A look-up is two round trips:

1. `wanted = keys.query_word_keys(query.name)`; read `(key, word id, word, names that have it)` of the vocabulary where
   key is among them and make `keys.VocabularyRow` of them; `counts` = word -> count;
   `rarity = Rarity(total names, counts)`; `plan = keys.plan(query.name, rows, rarity)`.
2. Names by `plan.words` (id, weight), or those that have all words of `plan.together`, united with
   `keys.weights(keys.query_name_keys(query.name, query.domain, query.signs), query.name, rarity)` (key -> weight;
   at most `keys.NAMES_PER_KEY` rows a key): sum of weights per name, the best `keys.SHORTLIST` of them joined with
   their stored columns. Then `keys.rank(query.name, [(normalised name, sum), ...], plan, rarity, limit)` picks the
   positions to keep.

Return `Shortlist(candidates, total, counts)`, with counts for the candidates' words as well (a word that `counts` lacks
is taken for as rare as `common_words.txt` says: leaving out that look-up is allowed and nearly harmless).
`memory.MemoryIndex.candidates` is the same in forty lines: read it first. `engine.judge` scores what any index returns.
"""

from openprm.matching.engine import compare, find
from openprm.matching.index import Candidate, CandidateIndex, Prepared, Shortlist, prepare
from openprm.matching.memory import MemoryIndex
from openprm.matching.model import Company, Decision, Evidence, Match, Query
from openprm.matching.normalise import tells
from openprm.matching.sentences import sentence

__all__ = [
    "Candidate",
    "CandidateIndex",
    "Company",
    "Decision",
    "Evidence",
    "Match",
    "MemoryIndex",
    "Prepared",
    "Query",
    "Shortlist",
    "compare",
    "find",
    "prepare",
    "sentence",
    "tells",
]
