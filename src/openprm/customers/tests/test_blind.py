"""Asking about a company by digests: what is alike, what is found, and when nothing can be said."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openprm.customers import services
from openprm.customers.blind import digests, shelf, writing
from openprm.customers.models import BlindName
from openprm.kernel.access import SYSTEM, as_system
from tests.world import NOW, World

CASES = [
    ("Müller & Söhne GmbH", "mullersohne"),
    ("Mueller und Soehne", "mullersohne"),
    ("ООО Газпром", "gazprom"),
    ("株式会社トヨタ", "トヨタ"),
    ("I.B.M. Corp.", "ibm"),
    ("The Coca-Cola Company", "cocacola"),
    ("T-Mobile US, Inc.", "tmobileus"),
    ("İstanbul Ticaret A.Ş.", "istanbulticaret"),
    ("O'Reilly Media", "oreillymedia"),
    ("Straße AG", "strasse"),
    ("Ελληνικά Πετρέλαια Α.Ε.", "ellinikapetrelaia"),
    ("Contoso™ Ltd", "contoso"),
    ("GmbH", "gmbh"),
    ("  ", ""),
]


@pytest.mark.parametrize(("name", "key"), CASES)
def test_a_name_is_the_same_however_it_is_written(name: str, key: str) -> None:
    assert writing.key(name) == key


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert digests.of(text, text).name == digests.of(text).name


def test_a_website_is_asked_about_with_the_domains_above_it() -> None:
    assert writing.domains("https://www.shop.contoso.com/x?y") == ["shop.contoso.com", "contoso.com"]
    assert writing.domains("contoso") == []


def test_the_beginning_of_a_name_is_a_word_that_says_something() -> None:
    assert writing.beginning("Contoso Energy Ltd") == "contoso"
    assert writing.beginning("Capital Partners") == writing.beginning("ABC Works") == ""


@pytest.mark.django_db
def test_an_account_is_found_by_name_alias_domain_and_beginning(world: World) -> None:
    account = world.account("Contoso Energy GmbH", aliases=["Fabrikam"], website="https://www.litware.com")
    with as_system():
        services.shelve_blind()
        for name, website in (("contoso energy", ""), ("FABRIKAM AG", ""), ("Other", "shop.litware.com")):
            assert shelf.find(digests.of(name, website)).same == {account.pk}
        found = shelf.find(digests.of("Contoso Solar"))
        assert (found.same, found.alike) == (frozenset(), {account.pk})
        assert shelf.find(digests.of("Nobody Knows")).told


@pytest.mark.django_db
def test_a_renamed_account_is_found_by_its_new_name_alone(world: World) -> None:
    account = world.account("Contoso")
    with as_system():
        services.shelve_blind()
        services.edit_account(account=account, name="Fabrikam", by=SYSTEM, at=NOW)
        assert not shelf.find(digests.of("Contoso")).same
        assert shelf.find(digests.of("Fabrikam")).same == {account.pk}
        services.remove_account(account=account, by=SYSTEM, at=NOW)
        assert not shelf.find(digests.of("Fabrikam")).same


@pytest.mark.django_db
def test_nothing_is_said_until_all_accounts_have_their_digests(world: World) -> None:
    account = world.account("Contoso")
    with as_system():
        assert not shelf.find(digests.of("Contoso")).told
        BlindName.objects.all().delete()  # as after an update, or under another secret
        services.shelve_blind()
        assert shelf.find(digests.of("Contoso")).same == {account.pk}


@pytest.mark.django_db
def test_a_beginning_that_too_many_share_cannot_be_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST", 1)
    for end in ("Solar", "Energy"):
        world.account(f"Contoso {end}")
    with as_system():
        services.shelve_blind()
        assert not shelf.find(digests.of("Contoso Works")).told


@pytest.mark.django_db
def test_a_former_secret_answers_until_the_new_one_can_and_while_it_counts(world: World, settings: Any) -> None:
    account = world.account("Contoso")
    former = settings.SECRET_KEY
    with as_system():
        services.shelve_blind()
        old = digests.key()
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret", [former]
        assert shelf.key_to_use() == old
        assert shelf.find(digests.of("Contoso", under=old)).same == {account.pk}
        assert not shelf.find(digests.of("Contoso")).told
        services.shelve_blind()
        assert shelf.key_to_use() == digests.key() != old
        for key in (old, digests.key()):  # a page that was open all the while still asks with the former key
            assert shelf.find(digests.of("Contoso", under=key)).same == {account.pk}
        settings.SECRET_KEY_FALLBACKS = []
        assert not shelf.find(digests.of("Contoso", under=old)).told
        assert not shelf.find(digests.of("Nobody Knows", under=old)).told
        assert shelf.find(digests.of("Contoso")).same == {account.pk}
