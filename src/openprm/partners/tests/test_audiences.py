"""What an audience compiles to holds for exactly those partners of whom its conditions are true."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openprm.kernel import audiences
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events.models import Event
from openprm.partners import queries, services
from openprm.partners.lists import BusinessModel, PartnerType, Region, TeamRole, Tier, Vertical
from openprm.partners.models import Audience, Partner, TeamMember
from openprm.partners.tests.makers import NOW, partner, person

pytestmark = pytest.mark.django_db

COUNTRIES = ["DE", "AT", "FR", "US"]
NAMES = ["Alfa", "Beta Systems", "alfa west", "Größe AG"]


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


SAMPLE = {
    "partner.country": (COUNTRIES, ["in", "not_in"]),
    "partner.region": (Region.values[:4], ["in", "not_in"]),
    "partner.tier": (Tier.values, ["in", "not_in"]),
    "partner.status": (Partner.Status.values, ["in", "not_in"]),
    "partner.team_role": (TeamRole.values, ["in", "not_in"]),
    "partner.type": (PartnerType.values[:4], ["any_of", "all_of", "none_of"]),
    "partner.business_model": (BusinessModel.values[:4], ["any_of", "all_of", "none_of"]),
    "partner.vertical": (Vertical.values[:4], ["any_of", "all_of", "none_of"]),
}


@st.composite
def comparisons(draw: st.DrawFn) -> audiences.Predicate:
    if draw(st.integers(0, 4)) == 0:
        word = draw(st.sampled_from(["alfa", "Alfa", "beta systems", "ß", "AG"]))
        return {"field": "partner.name", "op": draw(st.sampled_from(["contains", "is", "starts"])), "value": word}
    field = draw(st.sampled_from(sorted(SAMPLE)))
    values, operators = SAMPLE[field]
    return {"field": field, "op": draw(st.sampled_from(operators)), "value": draw(some(list(values)))}


PREDICATES = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=0, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=0, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=8,
)

PARTNERS = st.lists(
    st.fixed_dictionaries(
        {
            "legal_name": st.sampled_from(NAMES),
            "country": st.sampled_from(COUNTRIES),
            "region": st.sampled_from(["", *Region.values[:4]]),
            "tier": st.sampled_from(Tier.values),
            "status": st.sampled_from(Partner.Status.values),
            "partner_types": st.lists(st.sampled_from(PartnerType.values[:4]), unique=True),
            "business_models": st.lists(st.sampled_from(BusinessModel.values[:4]), unique=True),
            "verticals": st.lists(st.sampled_from(Vertical.values[:4]), unique=True),
            "team": st.lists(st.sampled_from(TeamRole.values), unique=True),
        }
    ),
    max_size=6,
)

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "in": lambda mine, wanted: bool(set(mine) & set(wanted)),
    "not_in": lambda mine, wanted: not set(mine) & set(wanted),
    "any_of": lambda mine, wanted: bool(set(mine) & set(wanted)),
    "all_of": lambda mine, wanted: set(wanted) <= set(mine),
    "none_of": lambda mine, wanted: not set(mine) & set(wanted),
    "contains": lambda mine, wanted: wanted.lower() in mine.lower(),
    "is": lambda mine, wanted: mine.lower() == wanted.lower(),
    "starts": lambda mine, wanted: mine.lower().startswith(wanted.lower()),
}

READ: dict[str, Callable[[dict[str, Any]], Any]] = {
    "partner.name": lambda row: row["legal_name"],
    "partner.country": lambda row: [row["country"]],
    "partner.region": lambda row: [row["region"]],
    "partner.tier": lambda row: [row["tier"]],
    "partner.status": lambda row: [row["status"]],
    "partner.team_role": lambda row: row["team"],
    "partner.type": lambda row: row["partner_types"],
    "partner.business_model": lambda row: row["business_models"],
    "partner.vertical": lambda row: row["verticals"],
}


def true_of(predicate: audiences.Predicate, row: dict[str, Any]) -> bool:
    """Say by hand whether a predicate holds."""
    if "all" in predicate:
        return all(true_of(part, row) for part in predicate["all"])
    if "any" in predicate:
        return not predicate["any"] or any(true_of(part, row) for part in predicate["any"])
    if "not" in predicate:
        return not true_of(predicate["not"], row)
    return COMPARE[predicate["op"]](READ[predicate["field"]](row), predicate["value"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=PARTNERS, predicate=PREDICATES)
def test_the_database_and_plain_words_agree(rows: list[dict[str, Any]], predicate: audiences.Predicate) -> None:
    with transaction.atomic(), as_system():
        carla = person("carla@vendor.example", "channel_manager")
        made = {stored(row, carla): row for row in rows}
        found = set(audiences.members(predicate, subject="partner").values_list("pk", flat=True))
        expected = {pk for pk, row in made.items() if true_of(predicate, row)}
        transaction.set_rollback(True)
    assert found == expected


def stored(row: dict[str, Any], carla: Any) -> Any:
    made = Partner.objects.create(**{name: value for name, value in row.items() if name != "team"})
    TeamMember.objects.bulk_create(TeamMember(partner=made, person=carla, role=role) for role in row["team"])
    return made.pk


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [({"not": {"all": []}}, 0), ({"any": [{"all": []}, {"field": "partner.name", "op": "is", "value": "X"}]}, 1)],
)
def test_an_empty_group_inside_another_still_means_everybody(predicate: audiences.Predicate, expected: int) -> None:
    partner()
    assert audiences.members(predicate, subject="partner").count() == expected


def germans() -> audiences.Predicate:
    return {"all": [{"field": "partner.country", "op": "in", "value": ["DE"]}]}


def test_a_preview_names_the_first_and_counts_the_rest() -> None:
    for number in range(12):
        partner(f"Partner {number:02}")
    partner("Elsewhere", country="US")
    shown = queries.preview(germans(), subject="partner", actor=SYSTEM, most=3)
    assert (shown.count, shown.names, shown.more) == (12, ["Partner 00", "Partner 01", "Partner 02"], 9)
    assert shown.sentence == "Country is one of Germany"


def test_people_can_be_chosen_by_what_their_company_is() -> None:
    alfa, west = partner("Alfa"), partner("West", country="US")
    person("anna@alfa.example", "sales", alfa), person("wendy@west.example", "sales", west)
    assert [row.email for row in audiences.members(germans(), subject="person")] == ["anna@alfa.example"]


def test_an_audience_is_saved_changed_and_deleted_with_its_story() -> None:
    saved = services.save_audience(name=" DACH  resellers", subject="partner", predicate=germans(), by=SYSTEM, at=NOW)
    services.save_audience(audience=saved, name="Germans", subject="partner", predicate=germans(), by=SYSTEM, at=NOW)
    services.delete_audience(audience=saved, by=SYSTEM, at=NOW)
    assert not Audience.objects.exists()
    story = list(Event.objects.filter(name__startswith="audience.").order_by("id").values_list("name", "payload"))
    assert [name for name, _payload in story] == ["audience.saved", "audience.saved", "audience.deleted"]
    assert story[1][1]["changes"] == {"name": ["DACH resellers", "Germans"]}


def test_two_audiences_cannot_have_one_name() -> None:
    services.save_audience(name="Germans", subject="partner", predicate=germans(), by=SYSTEM, at=NOW)
    with pytest.raises(Refusal, match="already an audience"):
        services.save_audience(name="germans", subject="partner", predicate=germans(), by=SYSTEM, at=NOW)


def test_conditions_that_mean_nothing_are_not_saved() -> None:
    with pytest.raises(Invalid):
        services.save_audience(name="X", subject="partner", predicate={"field": "partner.mood"}, by=SYSTEM, at=NOW)
