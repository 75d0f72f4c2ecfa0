"""What points to a company whatever it is called."""

import pytest

from openprm.matching import Company, Decision, MemoryIndex, Query, compare, find, sentence
from openprm.matching.signs import phone, registration


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("+49 (0)30 123456", None),
        ("030 / 12 34 56", "DE"),
        ("0049 30 123456", "DE"),
        ("+4930123456", "US"),
        ("(030) 123-456", "DE"),
    ],
)
def test_one_phone_number_in_all_its_forms(text: str, country: str | None) -> None:
    assert phone(text, country) == "+4930123456"


@pytest.mark.parametrize("text", ["030 123456", "n/a", "12", "", None, "+"])
def test_what_is_no_number_or_of_no_known_country_proves_nothing(text: str | None) -> None:
    assert phone(text) is None


def test_a_register_number_is_read_without_its_dots_and_spaces() -> None:
    assert registration("de 811.907-980") == registration("DE811907980") == "DE811907980"
    assert registration("none") is None


def test_a_register_number_finds_the_company_under_any_name() -> None:
    index = MemoryIndex([Company("1", "Rhinoceros Party", registration="DE 123 456 789"), Company("2", "Vandelay")])
    found = find(Query("Something Else", registration="DE123456789"), index)
    assert (found[0].company_id, found[0].decision) == ("1", Decision.SAME)
    assert "Same register number: DE123456789" in [sentence(one) for one in found[0].evidence]


def test_the_same_phone_makes_a_match_likelier() -> None:
    company = Company("1", "Vandelay Industries", country="US", phone="(212) 555-2368")
    without = compare(Query("Vandelay Imports", country="US"), company)
    with_phone = compare(Query("Vandelay Imports", country="US", phone="+1 212 555 2368"), company)
    assert with_phone.probability > without.probability


def test_a_member_of_the_family_on_file_is_family_whatever_its_name() -> None:
    index = MemoryIndex(
        [
            Company("1", "Siemens AG", family="siemens"),
            Company("2", "Siemens Mobility", domain="mobility.example.com", family="siemens"),
            Company("3", "Delta Faucet"),
        ]
    )
    found = {match.company_id: match.decision for match in find(Query("Siemens"), index)}
    assert found == {"1": Decision.SAME, "2": Decision.FAMILY}
