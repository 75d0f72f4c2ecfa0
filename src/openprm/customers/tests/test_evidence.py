"""How evidence of likeness is told."""

from openprm.customers.evidence import bars
from openprm.matching import Evidence


def test_countries_are_told_by_their_names() -> None:
    told = bars(
        [
            Evidence("country_differs", -0.5, {"mine": "SE", "theirs": "NL"}),
            Evidence("country_equal", 0.5, {"country": "de"}),
            Evidence("country_equal", 0.1, {"country": "Q9"}),
            Evidence("form_differs", -0.2, {"mine": "SE", "theirs": "NV"}),
        ]
    )
    assert [one.text for one in told] == [
        "Same country: Germany",
        "Same country: Q9",
        "Different legal forms: SE and NV",
        "Different countries: Sweden and Netherlands",
    ]
