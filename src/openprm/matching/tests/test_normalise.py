"""What is left of a company name when everything is set aside that says nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openprm.matching.legal_forms import BEGINNINGS, ENDINGS, entries
from openprm.matching.normalise import load, normalise, tells, umlauts


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Siemens AG", "siemens"),
        ("SIEMENS Aktiengesellschaft", "siemens"),
        ("I.B.M.", "ibm"),
        ("T-Mobile US, Inc.", "t mobile us"),
        ("The Gap, Inc.", "gap"),
        ("Boeing Company (The)", "boeing"),
        ("Johnson & Johnson", "johnson johnson"),
        ("Johnson and Johnson", "johnson johnson"),
        ("Ernst &amp; Young LLP", "ernst young"),
        ("McDonald's Corporation", "mcdonalds"),
        ("L’Oréal S.A.", "loreal"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Газпром ПАО", "gazprom"),
        ("ООО «Газпром»", "gazprom"),
        ("株式会社日立製作所", "rilizhizuosuo"),
        ("日立製作所", "rilizhizuosuo"),
        ("ソニー株式会社", "soni"),
        ("삼성전자 주식회사", "samseongjeonja"),
        ("华为技术有限公司", "huaweijishu"),
        ("ABC銀行", "abc yinxing"),
        ("Grupo Aeroportuario del Sureste, S. A. B. de C. V.", "grupo aeroportuario del sureste"),
        ("PT Bank Central Asia Tbk", "bank central asia"),
        ("Orlen Sp. z o.o. Sp. k.", "orlen"),
        ("Foo San. ve Tic. A.Ş.", "foo"),
        ("IP Talons", "ip talons"),  # no sole trader, though "ИП" would be
        ("ИП Иванов", "ivanov"),
        ("Barrick Gold Corp Barrick Gold", "barrick gold"),
        ("NORTHERN STAR RES.LTD. DL-,01", "northern star res"),
        ("Air Products & Chemicals Inc /DE/", "air products chemicals"),
    ],
)
def test_only_the_words_that_tell_companies_apart_are_left(name: str, words: str) -> None:
    assert " ".join(normalise(name).words) == words


@pytest.mark.parametrize(
    "name", ["AG", "SA Ltd", "株式会社", "The", "&", "Inc. Inc. Inc.", "Co", "and the", "NEW", "ADR"]
)
def test_something_is_left_of_a_name_that_is_nothing_but_legal_form(name: str) -> None:
    assert normalise(name).words or not any(letter.isalnum() for letter in name)


@pytest.mark.parametrize("form", entries(ENDINGS))
def test_every_legal_form_is_taken_off_the_end(form: str) -> None:
    assert normalise(f"Kowalski {form}").words == ("kowalski",)


@pytest.mark.parametrize("form", entries(BEGINNINGS))
def test_every_legal_form_is_taken_off_the_beginning(form: str) -> None:
    assert normalise(f"{form} Kowalski").words == ("kowalski",)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("International Business Machines Corp", "ibm"),
        ("Bank of America", "ba"),
        ("Bank of America", "boa"),
        ("Taiwan Semiconductor Manufacturing Company", "tsmc"),
        ("General Electric", "ge"),
    ],
)
def test_a_name_knows_how_people_shorten_it(name: str, letters: str) -> None:
    assert letters in normalise(name).acronyms


def test_umlauts_written_out_are_the_same_for_comparing() -> None:
    assert umlauts(normalise("Müller").key) == umlauts(normalise("Mueller").key) == umlauts(normalise("Muller").key)


@settings(max_examples=300)
@given(st.text(max_size=120))
def test_any_text_at_all_can_be_normalised(text: str) -> None:
    name = normalise(text)
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in name.words)
    assert load(text, name.dump()).words == name.words
    assert load(text, name.dump()).legal_forms == name.legal_forms


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_normalising_what_was_normalised_changes_nothing(text: str) -> None:
    words = normalise(text).words
    assert normalise(" ".join(words)).words == words


@given(
    st.lists(st.sampled_from(["Foo", "T", "AG", "Co", "Inc", "PT", "the", "and", "Ltd", "S", "A", "Bar", "KG", "GmbH"]))
)
def test_normalising_twice_changes_nothing_whatever_the_order_of_legal_forms(parts: list[str]) -> None:
    words = normalise(" ".join(parts)).words
    assert normalise(" ".join(words)).words == words


@pytest.mark.parametrize(
    "name", ["GmbH", "Ltd.", "The", "The Ltd", "株式会社", "㈱", "ООО", "شركة", "🙂🙂", "--", " ", ""]
)
def test_a_legal_form_an_article_or_signs_name_no_company(name: str) -> None:
    assert not tells(name)


@pytest.mark.parametrize(
    "name", ["3M", "On AG", "SE", "Do & Co", "株式会社東芝", "ООО Ромашка", "Inc Magazine", "Ю", "X"]
)
def test_a_short_or_odd_name_is_one_all_the_same(name: str) -> None:
    assert tells(name)
