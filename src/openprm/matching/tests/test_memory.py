"""The index in memory: what is added is found, what is removed is not."""

from openprm.matching import Company, MemoryIndex, Query, find, prepare
from openprm.matching.keys import BUDGET


def ids(index: MemoryIndex, name: str) -> list[str]:
    return [match.company_id for match in find(Query(name), index)]


def test_a_company_is_found_at_once_and_forgotten_at_once() -> None:
    index = MemoryIndex()
    index.add(Company("1", "Vandelay Industries"))
    assert ids(index, "Vandelay") == ["1"]
    index.remove("1")
    assert ids(index, "Vandelay") == []
    assert len(index) == 0


def test_a_renamed_company_is_found_by_its_new_name_only() -> None:
    index = MemoryIndex([Company("1", "Vandelay Industries")])
    index.replace(Company("1", "Kramerica"))
    assert ids(index, "Vandelay Industries") == []
    assert ids(index, "Kramerica Inc.") == ["1"]


def test_an_alias_leads_to_the_company_and_it_is_named_once() -> None:
    index = MemoryIndex([Company("1", "Meta Platforms, Inc.", aliases=("Facebook", "Facebook Inc."))])
    assert ids(index, "Facebook") == ["1"]
    assert find(Query("facebook inc"), index)[0].name == "Facebook"


def test_forgetting_an_unknown_company_is_no_error() -> None:
    MemoryIndex().remove("nobody")


def test_a_domain_finds_a_company_whose_name_nobody_could_guess() -> None:
    index = MemoryIndex([Company("1", "Rhinoceros Party", domain="https://vandelay.example.co.uk")])
    assert [match.company_id for match in find(Query("Something Else", domain="info@example.co.uk"), index)] == ["1"]


def test_words_that_everybody_uses_are_looked_up_together() -> None:
    names = [f"Global Number{number}" for number in range(BUDGET + 10)]
    names += [f"Services Other{number}" for number in range(BUDGET + 10)]
    index = MemoryIndex(Company(str(number), name) for number, name in enumerate([*names, "Global Services"]))
    shortlist = index.candidates(prepare(Query("Services Global Ltd")))
    assert shortlist.candidates[0].name.original == "Global Services"
    assert len(shortlist.candidates) <= 40
