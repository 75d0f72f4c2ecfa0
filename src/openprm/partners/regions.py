"""Which sales region a country lies in, and which area a region belongs to. Plain values."""

from openprm.partners.lists import Area, Region

_COUNTRIES = {
    Region.DACH: "DE AT CH LI",
    Region.UK_IRELAND: "GB IE GG IM JE GI",
    Region.FRANCE: "FR MC",
    Region.BENELUX: "BE NL LU",
    Region.NORDICS: "DK FI IS NO SE AX FO GL SJ",
    Region.BALTICS: "EE LV LT",
    Region.SOUTHERN_EUROPE: "ES PT IT GR CY MT AD SM VA",
    Region.EASTERN_EUROPE: "AL BA BG BY CZ HR HU MD ME MK PL RO RS RU SI SK UA XK",
    Region.CENTRAL_ASIA: "AM AZ GE KG KZ MN TJ TM UZ",
    Region.MIDDLE_EAST: "AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE",
    Region.AFRICA: (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA"
        " NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW"
    ),
    Region.NORTH_AMERICA: "CA US BM PM",
    Region.LATIN_AMERICA: (
        "AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM KN KY LC MF MQ MS MX"
        " NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI"
    ),
    Region.SOUTH_ASIA: "AF BD BT IN IO LK MV NP PK",
    Region.SOUTHEAST_ASIA: "BN ID KH LA MM MY PH SG TH TL VN",
    Region.GREATER_CHINA: "CN HK MO TW",
    Region.JAPAN_KOREA: "JP KP KR",
    Region.OCEANIA: "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
}

_REGIONS = {country: region for region, countries in _COUNTRIES.items() for country in countries.split()}

AREAS: dict[Area, tuple[Region, ...]] = {
    Area.EMEA: tuple(Region)[: tuple(Region).index(Region.NORTH_AMERICA)],
    Area.AMERICAS: (Region.NORTH_AMERICA, Region.LATIN_AMERICA),
    Area.APAC: tuple(Region)[tuple(Region).index(Region.SOUTH_ASIA) :],
}


def region_of(country: str) -> str:
    """Return the region of a country; nothing for the few that nobody sells in."""
    return str(_REGIONS.get(country, ""))


def area_of(region: str) -> Area | None:
    """Return the area a region belongs to."""
    return next((area for area, regions in AREAS.items() if region in regions), None)
