"""How amounts are read."""

import pytest

from openprm.deals.forms import plain_amount


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12500", "12500"),
        ("12,500", "12500"),  # English thousands
        ("12.500", "12500"),  # German thousands: money has no third decimal
        ("12.500,50", "12500.50"),
        ("12,500.50", "12500.50"),
        ("1,234,567", "1234567"),
        ("12500,5", "12500.5"),
        ("€ 12 500", "12500"),
        ("12'500 CHF", "12500"),
        ("12.5k", "12500.0"),
        ("1.5M", "1500000.0"),
        ("a lot", "a lot"),
        ("12 bananas", "12 bananas"),
        ("", ""),
        ("-5", "-5"),  # a minus is meant, too
        ("1e9", "1e9"),  # nobody means nineteen
        ("5 lakh", "5 lakh"),
        ("5x", "5x"),
        ("2 x 500", "2 x 500"),
        ("10-20", "10-20"),  # nor 1,020
        ("5 bn", "5000000000"),
        ("5 Mrd. €", "5000000000"),
        ("5 Mio. EUR", "5000000"),
        ("200 Tsd €", "200000"),
        ("200 kEUR", "200000"),
        ("EUR 12.500,-", "12500"),
        ("12.500,– €", "12500"),
        ("Fr. 12'500.-", "12500"),
        ("CA$ 12,500", "12500"),
        ("12 500 kr", "12500"),
        ("R$ 1.234,50", "1234.50"),
        ("1m kr", "1000000"),
        ("1.234.5", "1.234.5"),  # which of the two is the mark?
        ("1.234.567,5", "1234567.5"),
        ("5,00,000", "500000"),  # Indian groups
        ("١٢٣", "123"),
    ],
)
def test_an_amount_is_read_the_way_it_was_meant(typed: str, meant: str) -> None:
    assert plain_amount(typed) == meant
