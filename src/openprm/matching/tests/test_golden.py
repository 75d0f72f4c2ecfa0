"""Pairs of names of which everybody knows whether they are one company."""

import pytest

from openprm.matching import Company, Decision, MemoryIndex, Query, compare, find
from openprm.matching.sentences import sentence

SAME, FAMILY, POSSIBLE, DIFFERENT = Decision.SAME, Decision.FAMILY, Decision.POSSIBLE, Decision.DIFFERENT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siemens AG", "SIEMENS Aktiengesellschaft"),
        ("T-Mobile US", "TMobile US"),
        ("T-Mobile US, Inc.", "Tmobile U.S."),
        ("Müller GmbH", "Mueller"),
        ("Müller GmbH", "Muller KG"),
        ("Газпром", "Gazprom PJSC"),
        ("株式会社日立製作所", "日立製作所"),
        ("(株)日立製作所", "日立製作所"),
        ("The Coca-Cola Company", "Coca Cola"),
        ("Johnson & Johnson", "Johnson and Johnson Inc."),
        ("Electronics Samsung", "Samsung Electronics Co., Ltd."),
        ("Facebook, Inc.", "face book"),
        ("Hewlett Packard Enterprise", "Hewlet Packard Enterprise"),
        ("Lufthansa Technik AG", "Lufthansa Tecknik"),
        ("ソニー株式会社", "ソニー"),
        ("삼성전자 주식회사", "삼성전자"),
        ("华为技术有限公司", "华为技术"),
        ("TÃ©lÃ©com Bretagne", "Télécom Bretagne"),  # read in the wrong encoding
        ("Koninklijke Vopak N.V.", "Royal Vopak"),
    ],
)
def test_the_same_company_written_differently(one: str, other: str) -> None:
    assert compare(Query(one), Company("1", other)).decision is SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("International Business Machines Corp", "IBM"),
        ("Volkswagen AG", "Volkswagon"),
        ("Gateway R.Est. AG", "Gateway Real Estate AG"),
        ("Accenture", "Acenture PLC"),
        ("Cisco", "Cisco Systems, Inc."),
        ("Delta Air", "Delta Air Lines"),
        ("Hewlet Packard", "Hewlett Packard Enterprise"),
    ],
)
def test_what_may_be_the_same_company_is_shown_to_a_person(one: str, other: str) -> None:
    for query, company in ((one, other), (other, one)):
        assert compare(Query(query), Company("1", company)).decision is not DIFFERENT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Delta Air Lines", "Delta Faucet"),
        ("General Electric", "General Motors"),
        ("Global Solutions Group", "Global Services Group"),
        ("Global Solutions Group", "Solutions International Group"),
        ("American Express", "American Airlines"),
        ("First National Bank", "First Republic Bank"),
        ("Siemens AG", "Simmons Bank"),
        ("United Airlines", "United Parcel Service"),
        ("Deutsche Bank", "Deutsche Bahn"),
    ],
)
def test_companies_that_only_look_alike_are_never_the_same(one: str, other: str) -> None:
    assert compare(Query(one), Company("1", other)).decision not in (SAME, FAMILY)


@pytest.mark.parametrize(
    ("one", "other"),
    [("General Electric", "GE Healthcare"), ("Siemens", "Siemens Energy"), ("Xerox Corporation", "Xerox Canada")],
)
def test_members_of_one_family_are_seen_but_not_taken_for_the_same(one: str, other: str) -> None:
    for query, company in ((one, other), (other, one)):
        assert compare(Query(query), Company("1", company)).decision in (FAMILY, POSSIBLE)


@pytest.mark.parametrize(
    ("query", "account"),
    [
        ("IBM", "International Business Machines Corp"),
        ("International Business Machines", "IBM Corp."),
        ("GE Healthcare", "General Electric Company"),
        ("ADVANCED MIC.DEV. DL-,01", "Advanced Micro Devices, Inc."),
        ("TMobile US", "T-Mobile US, Inc."),
        ("Gazprom", "ПАО «Газпром»"),
        ("Mueller", "Müller GmbH & Co. KG"),
        ("Vinci", "da Vinci Surgical"),
        ("Schneider Elektric", "Schneider Electric SE"),
        ("Packard Hewlett", "Hewlett-Packard Company"),
    ],
)
def test_the_right_account_is_found_among_others(query: str, account: str) -> None:
    others = [
        "General Motors",
        "Global Solutions Group",
        "Advance Auto Parts",
        "Mobile Mini",
        "Schmidt Electric",
        "Packard Bell",
    ]
    index = MemoryIndex(Company(name, name) for name in [*others, account])
    assert account in [match.company_id for match in find(Query(query), index)]


def test_the_same_web_domain_makes_the_same_company_of_two_names() -> None:
    asked = Query("Big Blue", domain="https://www.ibm.com/de")
    found = find(asked, MemoryIndex([Company("1", "International Business Machines", domain="ibm.com")]))
    assert [match.decision for match in found] == [SAME]
    assert "Same web domain: ibm.com" in [sentence(one) for one in found[0].evidence]


def test_free_mail_is_no_evidence() -> None:
    asked = Query("Foo Consulting", domain="foo@gmail.com")
    assert compare(asked, Company("1", "Bar Logistics", domain="bar@gmail.com")).decision == DIFFERENT


def test_a_trading_name_or_a_former_name_on_file_is_the_company() -> None:
    company = Company("1", "Meta Platforms, Inc.", aliases=("Facebook", "TheFacebook"))
    found = compare(Query("Facebook Inc"), company)
    assert (found.decision, found.name) == (SAME, "Facebook")


def test_a_page_of_the_web_site_is_the_web_site() -> None:
    asked = Query("ACME Rockets", domain="https://shop.eu.acme.co.uk/rockets?x=1")
    assert compare(asked, Company("1", "Road Runner Supplies", domain="acme.co.uk")).decision is SAME


def test_one_label_under_two_endings_is_a_family() -> None:
    sister = compare(Query("Vandelay", domain="vandelay.de"), Company("1", "Kramerica", domain="vandelay.com"))
    assert sister.decision is FAMILY


def test_who_is_about_as_much_alike_is_named_among_the_reasons() -> None:
    index = MemoryIndex([Company("1", "Zorbatron Energy"), Company("2", "Zorbatron Logistics")])
    reasons = [sentence(one) for one in find(Query("Zorbatron"), index)[0].evidence]
    assert any("is about as much alike" in reason for reason in reasons)


def test_another_country_speaks_against_but_does_not_decide() -> None:
    here = compare(Query("Vandelay", country="US"), Company("1", "Vandelay Inc.", country="US"))
    there = compare(Query("Vandelay", country="US"), Company("1", "Vandelay Inc.", country="DE"))
    assert here.probability > there.probability > 0.5


def test_every_reason_is_a_sentence() -> None:
    index = MemoryIndex([Company("1", "Siemens Energy AG", domain="siemens-energy.com", country="DE")])
    for match in find(Query("Siemen Industry", domain="siemens.com", country="US"), index):
        assert match.evidence
        assert all(sentence(one) and "%" not in sentence(one) for one in match.evidence)
