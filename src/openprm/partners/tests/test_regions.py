"""Every country lies in one region."""

from openprm.kernel.ui import countries
from openprm.partners.lists import Area, Region
from openprm.partners.regions import _COUNTRIES, AREAS, area_of, region_of

NOBODY_SELLS_IN = {"AQ", "BV", "GS", "HM", "TF"}


def test_every_country_has_a_region() -> None:
    assert {code for code in countries.NAMES if not region_of(code)} <= NOBODY_SELLS_IN


def test_no_country_is_in_two_regions() -> None:
    listed = [code for codes in _COUNTRIES.values() for code in codes.split()]
    assert len(listed) == len(set(listed))
    assert set(listed) - set(countries.NAMES) <= {"XK"}


def test_every_region_is_in_one_area() -> None:
    assert sorted(region for regions in AREAS.values() for region in regions) == sorted(Region)
    assert area_of("dach") is Area.EMEA
    assert area_of("nowhere") is None
