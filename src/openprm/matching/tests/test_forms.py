"""Legal forms: which are the same kind, and when that proves something."""

import pytest

from openprm.matching import Company, MemoryIndex, Query, find, forms, sentence
from openprm.matching.normalise import normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Foo Limited", "Foo Private Limited"),
        ("Foo Pty Ltd", "Foo Pte. Ltd."),
        ("Foo Aktiengesellschaft", "Foo AG"),
        ("Foo Incorporated", "Foo, Inc."),
        ("Foo S.A.", "Foo Société Anonyme"),
        ("Foo spółka z ograniczoną odpowiedzialnością", "Foo Sp. z o.o."),
        ("PT Foo Tbk", "PT Foo"),
        ("Foo Anonim Şirketi", "Foo A.Ş."),
        ("OAO Foo", "Открытое акционерное общество Фу"),
        ("Foo Kft.", "Foo Korlátolt Felelősségű Társaság"),
    ],
)
def test_one_kind_of_company_in_several_spellings(one: str, other: str) -> None:
    mine, theirs = (normalise(name).legal_forms for name in (one, other))
    assert forms.agreement(mine, theirs) == (1.0, 0.0)


def test_forms_of_two_kinds_contradict_and_no_form_says_nothing() -> None:
    gmbh, inc, none = (normalise(name).legal_forms for name in ("Foo GmbH", "Foo Inc.", "Foo"))
    assert forms.agreement(gmbh, inc) == (0.0, 1.0)
    assert forms.agreement(gmbh, none) == forms.agreement(none, inc) == (0.0, 0.0)


def test_who_asks_with_a_legal_form_gets_the_company_that_has_it() -> None:
    names = ["Zorbatron Energy GmbH", "Zorbatron Energie, Inc."]
    for asked, wanted in (("Zorbatron Enrgy GmbH", names[0]), ("Zorbatron Energi Inc", names[1])):
        found = find(Query(asked), MemoryIndex(Company(name, name) for name in names))
        assert found[0].company_id == wanted
        said = {one.kind for one in found[0].evidence}
        assert "form_equal" in said
        assert "form_differs" in {one.kind for one in found[1].evidence}


def test_legal_forms_among_the_reasons_are_written_as_usual() -> None:
    names = ["Zorbatron Energy Private Limited", "Zorbatron Logistics Gesellschaft mit beschränkter Haftung"]
    found = find(Query("Zorbatron Energy Limited"), MemoryIndex(Company(name, name) for name in names))
    said = [sentence(one) for match in found for one in match.evidence]
    assert "Same legal form: Ltd" in said
    assert "Different legal forms: Ltd and GmbH" in said
