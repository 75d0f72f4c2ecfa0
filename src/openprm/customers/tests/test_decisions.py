"""What people decide about two companies counts at once, for everybody, and can be taken back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openprm.customers import services
from openprm.customers.models import Account, CompanyDecision
from openprm.customers.services import applying
from openprm.customers.tests.conftest import AT
from openprm.customers.tests.test_api import Program
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Forbidden, Refusal
from openprm.kernel.events.models import Event
from openprm.matching import Decision, Query
from tests.world import World

pytestmark = pytest.mark.django_db


def decide(account: Account, verdict: str, other: Account | None = None, query: Query | None = None) -> CompanyDecision:
    with as_system():
        return services.decide(account=account, verdict=verdict, other=other, query=query, by=SYSTEM, at=AT)


def answers(name: str, domain: str | None = None) -> dict[str, Decision]:
    """Return what is found, but for what is different."""
    matches = services.find(Query(name, domain))
    return {match.company_id: match.decision for match in matches if match.decision is not Decision.DIFFERENT}


@pytest.fixture
def granit(world: World) -> Account:
    return world.account("Granitwerk AG")


@pytest.fixture
def granitwerke(world: World) -> Account:
    return world.account("Granitwerk Süd Holding AG")


def test_companies_that_are_not_the_same_are_not_shown_for_each_other(granit: Account, granitwerke: Account) -> None:
    assert str(granitwerke.pk) in answers("Granitwerk AG")
    decide(granit, "different", granitwerke)
    assert answers("Granitwerk AG") == {str(granit.pk): Decision.SAME}


def test_companies_that_are_the_same_come_with_each_other(world: World, granit: Account) -> None:
    fjord = world.account("Fjordbank ASA")
    decide(granit, "same", fjord)
    assert answers("Granitwerk AG") == {str(granit.pk): Decision.SAME, str(fjord.pk): Decision.SAME}


def test_a_subsidiary_is_of_the_family_and_has_its_parent(world: World, granit: Account) -> None:
    fjord = world.account("Fjordbank ASA")
    decide(granit, "subsidiary_of", fjord)
    with as_system():
        assert Account.objects.get(pk=granit.pk).parent == fjord
    assert answers("Fjordbank") == {str(fjord.pk): Decision.SAME, str(granit.pk): Decision.FAMILY}


def test_a_name_that_is_another_company_finds_it_no_more_and_is_added(granit: Account) -> None:
    decide(granit, "different", query=Query("Granitwerk AG", "granitwerk.example.fr"))
    with as_system():
        assert services.identify(query=Query("Granitwerk", "granitwerk.example.fr"), by=SYSTEM, at=AT) != granit


def test_a_name_that_is_the_company_finds_it_under_any_spelling(granit: Account) -> None:
    decide(granit, "same", query=Query("Quarzhütte Lindau GmbH"))
    with as_system():
        assert services.identify(query=Query("QUARZHUETTE LINDAU"), by=SYSTEM, at=AT) == granit


def test_a_pair_has_one_decision_and_the_log_has_them_all(granit: Account, granitwerke: Account) -> None:
    decide(granit, "different", granitwerke)
    decide(granitwerke, "same", granit)
    with as_system():
        assert CompanyDecision.objects.get().verdict == "same"
        told = Event.objects.filter(name="account.decided", subject_id=granit.pk).order_by("id")
        assert [event.payload["verdict"] for event in told] == ["different", "same"]
        assert told[1].payload["before"] == "different"


def test_a_decision_taken_back_leaves_likeness_to_judge(granit: Account, granitwerke: Account) -> None:
    before = answers("Granitwerk AG")
    decision = decide(granitwerke, "subsidiary_of", granit)
    with as_system():
        services.undo_decision(decision=decision, by=SYSTEM, at=AT)
        assert Account.objects.get(pk=granitwerke.pk).parent is None
    assert answers("Granitwerk AG") == before


def test_what_contradicts_other_decisions_is_refused(world: World, granit: Account, granitwerke: Account) -> None:
    fjord = world.account("Fjordbank ASA")
    decide(granit, "same", granitwerke)
    decide(granitwerke, "same", fjord)
    with pytest.raises(Refusal) as refused:
        decide(granit, "different", fjord)
    assert refused.value.problem_code == "decision_contradicts"


def test_a_parent_is_not_the_same_company_as_its_subsidiary(world: World, granit: Account) -> None:
    below = world.account("Quarzwerk AG", parent=granit)
    with pytest.raises(Refusal):
        decide(below, "same", granit)


def test_those_who_only_read_do_not_decide(world: World, granit: Account, granitwerke: Account) -> None:
    analyst = world.actor("analyst")
    with enter(analyst), pytest.raises(Forbidden):
        services.decide(account=granit, other=granitwerke, verdict="same", by=analyst, at=AT)


def test_a_decision_is_made_and_taken_back_on_the_company_page(
    world: World, granit: Account, granitwerke: Account
) -> None:
    manager = world.browser("channel_manager")
    url = granit.get_absolute_url()
    assert b"Not the same" in manager.get(url).content
    manager.post(f"{url}decide/", {"other": granitwerke.pk, "verdict": "parent_of", "why": "Trade register"})
    with as_system():
        decision = CompanyDecision.objects.get()
        assert (decision.account, decision.other, decision.person_name) == (
            granitwerke,
            granit,
            "northwind.channel_manager",
        )
    page = manager.get(url).content.decode()
    assert "Trade register" in page
    manager.post(f"{url}decisions/{decision.pk}/undo/")
    with as_system():
        assert not CompanyDecision.objects.exists()


def test_a_program_decides_too(world: World, granit: Account, granitwerke: Account) -> None:
    program = Program(world, "channel_manager")
    path = f"/accounts/{granit.pk}/decisions"
    made = program("POST", path, {"verdict": "same", "other_id": str(granitwerke.pk)})
    assert made.status_code == 201
    assert [row["verdict"] for row in program("GET", path).json()["items"]] == ["same"]
    assert program("DELETE", f"{path}/{made.json()['id']}").status_code == 204
    assert program("GET", path).json()["items"] == []


def test_a_name_like_a_subsidiarys_finds_the_group_however_it_is_called(world: World) -> None:
    group = world.account("General Electric Company")
    with as_system():
        child = services.create_account(name="GE HealthCare Technologies Inc.", parent=group, by=SYSTEM, at=AT)
        cousin = services.create_account(name="Baker Hughes", parent=group, by=SYSTEM, at=AT)
    assert answers("GE HealthCare Technologies") == {
        str(child.pk): Decision.SAME,
        str(group.pk): Decision.FAMILY,
        str(cousin.pk): Decision.FAMILY,
    }
    assert answers("GE Healthcare")[str(group.pk)] is Decision.POSSIBLE
    assert answers("GE Healthcare")[str(cousin.pk)] is Decision.POSSIBLE


def test_a_family_costs_one_question_and_its_answer_is_bounded(
    world: World, granit: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "MOST_RELATIVES", 3)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            answers("Granitwerk AG")
        return len(captured)

    alone = asked()
    with as_system():
        for name in ("Quarz", "Basalt", "Schiefer", "Marmor", "Sandstein"):
            services.create_account(name=f"{name} Handel", parent=granit, by=SYSTEM, at=AT)
    assert asked() <= alone
    assert len(answers("Granitwerk AG")) == 4
