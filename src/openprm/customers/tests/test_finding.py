"""A company is found however somebody writes it."""

from collections.abc import Callable
from datetime import datetime

import pytest

from openprm.customers import index, services
from openprm.customers.models import Account, CompanyName, CompanyWord, NameKey, Posting
from openprm.kernel.access import SYSTEM
from openprm.matching import Decision, Query

Make = Callable[..., Account]


def best(name: str, **details: str) -> str:
    """Return the name that is found first, if it is thought to be the company or may be."""
    found = services.find(Query(name, **details), limit=1)
    return found[0].name if found and found[0].decision is not Decision.DIFFERENT else ""


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("Siemens AG", "SIEMENS"),  # case
        ("Siemens AG", "Siemens Aktiengesellschaft"),  # legal form
        ("Procter & Gamble", "Procter and Gamble, Inc."),  # punctuation
        ("Deutsche Bahn AG", "Bahn Deutsche"),  # word order
        ("Schwarzkopf Logistik GmbH", "Schwarzkof Logistik"),  # a letter is missing
        ("International Business Machines Corporation", "IBM"),  # acronym
        ("Müller Möbelwerk GmbH", "Mueller Moebelwerk"),  # umlauts
        ("T-Mobile US", "TMobile US"),  # spaces
    ],
)
def test_a_company_is_found_however_it_is_written(account: Make, known: str, typed: str) -> None:
    for other in ("Acme Holdings Ltd", "Bahnhof Hotel GmbH", "Gamble House Museum", "Logistik Union AG"):
        account(other)
    account(known)
    assert best(typed) == known


def test_a_company_with_another_name_is_found_by_its_web_domain(account: Make) -> None:
    account("Alphabet Inc.", website="https://abc.xyz")
    assert best("Google parent", domain="https://www.abc.xyz/jobs") == "Alphabet Inc."


def test_free_mail_proves_nothing(account: Make) -> None:
    account("Corner Bakery", website="bakery@gmail.com")
    assert best("Quite Another Firm", domain="gmail.com") == ""


def test_an_other_name_finds_the_account_too(account: Make) -> None:
    made = account("Meta Platforms, Inc.", aliases="Facebook; The Facebook")
    assert services.find(Query("Facebook"))[0].company_id == str(made.pk)


def test_a_new_name_replaces_the_old_one_in_the_index(account: Make, at: datetime) -> None:
    made = account("Andersen Consulting")
    services.edit_account(account=made, name="Accenture", by=SYSTEM, at=at)
    assert best("Accenture") == "Accenture"
    assert best("Andersen Consulting") == ""


def test_a_removed_account_leaves_nothing_in_the_index(account: Make, at: datetime) -> None:
    made = account("Passing Cloud Ltd", aliases="Wandering Fog", website="passingcloud.example.org")
    services.remove_account(account=made, by=SYSTEM, at=at)
    assert best("Passing Cloud") == ""
    assert not CompanyName.objects.exists()
    assert not Posting.objects.exists()
    assert not NameKey.objects.exists()
    assert set(CompanyWord.objects.values_list("names", flat=True)) == {0}


def test_counts_of_words_follow_and_can_be_counted_again(account: Make) -> None:
    account("Rhine Shipping")
    account("Rhine Steel")
    assert CompanyWord.objects.get(word="rhine").names == 2
    CompanyWord.objects.update(names=77)
    index.recount()
    assert CompanyWord.objects.get(word="rhine").names == 2
    assert CompanyWord.objects.get(word="").names == 2


def test_rebuilding_finds_the_same_as_before(account: Make) -> None:
    account("Krupp Stahl AG", aliases=["Krupp Steel"])
    before = services.find(Query("krupp stal"))
    assert services.rebuild_index() == 1
    assert services.find(Query("krupp stal")) == before


def test_a_company_that_is_known_is_identified_and_not_made_twice(as_system: None, at: datetime) -> None:
    first = services.identify(query=Query("Nordlicht Werke GmbH", country="DE"), by=SYSTEM, at=at)
    second = services.identify(query=Query("NORDLICHT WERKE"), by=SYSTEM, at=at)
    assert first == second
    assert first.origin == Account.Origin.REGISTRATION
