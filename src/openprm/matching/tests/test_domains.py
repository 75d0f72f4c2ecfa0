"""Which web domain is evidence of a company, and which is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.matching.domains import label, registrable_domain


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.shop.siemens.co.uk/x?y=1#z", "siemens.co.uk"),
        ("siemens.de", "siemens.de"),
        ("SIEMENS.DE.", "siemens.de"),
        ("max@mail.siemens.de", "siemens.de"),
        ("http://user:secret@foo.com:8080/", "foo.com"),
        ("mailto:max@foo.com", "foo.com"),
        ("müller.de", "xn--mller-kva.de"),
    ],
)
def test_the_registrable_domain_is_found_in_addresses_of_all_kinds(text: str, domain: str) -> None:
    assert registrable_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    ["max@gmail.com", "https://www.linkedin.com/company/x", "localhost", "10.0.0.1", "co.uk", "..", "", None, "n/a"],
)
def test_free_mail_and_what_is_no_address_prove_nothing(text: str | None) -> None:
    assert registrable_domain(text) is None


@given(st.text(max_size=80))
def test_any_text_may_be_asked_for_its_domain(text: str) -> None:
    domain = registrable_domain(text)
    assert domain is None or "." in domain


def test_the_name_inside_a_domain() -> None:
    assert label("hewlett-packard.co.uk") == "hewlettpackard"
