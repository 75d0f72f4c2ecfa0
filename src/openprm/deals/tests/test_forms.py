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
        ("-5", "5"),
    ],
)
def test_an_amount_is_read_the_way_it_was_meant(typed: str, meant: str) -> None:
    assert plain_amount(typed) == meant
