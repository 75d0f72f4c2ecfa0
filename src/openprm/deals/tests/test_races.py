"""Many at once: one winner each, and no error of ours."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from openprm.customers import services as customers
from openprm.customers.models import Account
from openprm.customers.services import family
from openprm.deals import services
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, Protection
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.errors import Problem
from openprm.kernel.ids import uuid7
from openprm.kernel.services import change_setting
from openprm.partners.models import Partner
from tests.world import NOW, World
from tests.world import company as make_company

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS, AT_ONCE = 100, 8


def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls at the same moment, each on its own connection; a Problem is an answer, anything else is raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            start.wait(30)
            return call()
        except Problem as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def unlike_all_others(number: int) -> str:
    """Return a company's name that resembles no other round's: a family of names would be a possible conflict."""
    return "".join(Random(number).choices("bcdfghklmnprstvwz", k=10)).capitalize()


@pytest.fixture(autouse=True)
def _many_checks(world: World) -> None:
    """A hundred rounds on one day are more than a partner may ask about."""
    with as_system():
        for key in ("checks.per_day", "checks.per_person", "checks.per_minute"):
            change_setting(key=key, value=10_000, by=SYSTEM, at=NOW)


@pytest.fixture
def partners(world: World) -> list[Partner]:
    return [make_company(f"Partner{number}") for number in range(AT_ONCE)]


def test_of_eight_identical_registrations_one_is_approved_by_the_rule(world: World, partners: list[Partner]) -> None:
    _approve_all_that_is_clear(world)
    sales = [world.actor("sales", partner) for partner in partners]
    for number in range(ROUNDS):
        customer = unlike_all_others(number)
        drafts = [world.draft(partner, customer=customer) for partner in partners]
        answers = all_at_once([_submission(draft, by) for draft, by in zip(drafts, sales, strict=True)])
        _check_round(answers, customer)


def test_of_eight_variants_of_one_customer_one_is_approved_by_the_rule(world: World, partners: list[Partner]) -> None:
    _approve_all_that_is_clear(world)
    sales = [world.actor("sales", partner) for partner in partners]
    for number in range(ROUNDS):
        drafts = [
            world.draft(partner, customer=name)
            for partner, name in zip(partners, variants(unlike_all_others(number)), strict=True)
        ]
        answers = all_at_once([_submission(draft, by) for draft, by in zip(drafts, sales, strict=True)])
        _check_one_won(answers, {draft.pk for draft in drafts})


def test_of_eight_claims_to_a_family_and_to_accounts_decided_to_be_one_a_single_one_wins(
    world: World, partners: list[Partner]
) -> None:
    """Four names, none like another: a parent, its subsidiary, and two accounts that are the parent by decision."""
    _approve_all_that_is_clear(world)
    manager = world.actor("channel_manager")
    with as_system():
        change_setting(key=family.WHOLE_FAMILY, value=True, by=SYSTEM, at=NOW)
    sales = [world.actor("sales", partner) for partner in partners]
    for number in range(ROUNDS):
        names = [unlike_all_others(1000 * number + one) for one in range(1, 5)]
        parent = world.account(names[0])
        world.account(names[1], parent=parent)
        for name in names[2:]:
            with enter(manager):
                customers.decide(account=world.account(name), other=parent, verdict="same", by=manager, at=NOW)
        drafts = [world.draft(partner, customer=names[at % 4]) for at, partner in enumerate(partners)]
        answers = all_at_once([_submission(draft, by) for draft, by in zip(drafts, sales, strict=True)])
        _check_one_won(answers, {draft.pk for draft in drafts})


def test_of_eight_approvals_at_once_one_wins(world: World, partners: list[Partner]) -> None:
    manager = world.actor("channel_manager")
    for number in range(ROUNDS):
        deals = [world.submitted(partner, customer=unlike_all_others(number)) for partner in partners]
        answers = all_at_once([_approval(deal, manager) for deal in deals])
        won = [answer for answer in answers if isinstance(answer, DealRegistration)]
        codes = Counter(answer.problem_code for answer in answers if isinstance(answer, Problem))
        assert len(won) == 1
        assert codes == {"already_protected": AT_ONCE - 1}


def test_a_checked_company_that_is_carried_over_many_times_at_once_is_one_draft(world: World) -> None:
    browsers = [world.browser("sales", world.alfa) for _number in range(4)]
    said = {"key": str(uuid7()), "customer_name": "Quixotic Plc", "country": "GB"}
    answers = all_at_once([partial(browser.post, "/portal/check/register/", said) for browser in browsers])
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    with as_system():
        assert DealRegistration.objects.get(customer_name="Quixotic Plc").state == State.DRAFT


def variants(name: str) -> list[str]:
    """Return eight ways to write one name: case, legal forms, an article, punctuation, and a slip of the finger."""
    slip = name[:4] + name[5] + name[4] + name[6:]
    return [
        name,
        name.upper(),
        f"{name} GmbH",
        f"The {name} Ltd.",
        slip,
        f"{name} AG",
        f"{name}, Inc.",
        f"{name} & Co. KG",
    ]


def _approve_all_that_is_clear(world: World) -> None:
    admin = world.actor("admin")
    with enter(admin):
        services.save_rule(
            name="All clear", audience=EVERYBODY, most=10**6, currency="EUR", levels=["clear"], by=admin, at=NOW
        )


def _submission(draft: DealRegistration, by: Any) -> Callable[[], Any]:
    def call() -> Any:
        with enter(by):
            return services.submit(deal=draft, by=by, at=NOW)

    return call


def _approval(deal: DealRegistration, by: Any) -> Callable[[], Any]:
    def call() -> Any:
        with enter(by):
            return services.approve(deal=deal, by=by, at=NOW)

    return call


def _check_round(answers: list[Any], customer: str) -> None:
    approved = [answer for answer in answers if getattr(answer, "state", "") == State.APPROVED]
    rest = [answer for answer in answers if answer not in approved]
    assert len(approved) == 1
    assert all(getattr(answer, "problem_code", "") == "deal_blocked" for answer in rest)
    with as_system():
        assert Account.objects.filter(name=customer).count() == 1
        assert Protection.objects.filter(account__name=customer).count() == 1


def _check_one_won(answers: list[Any], deals: set[Any]) -> None:
    """One is approved; the others were told why not, or wait for a person: a name nearly the same is a question."""
    submitted = [answer for answer in answers if isinstance(answer, DealRegistration)]
    blocked = [answer for answer in answers if getattr(answer, "problem_code", "") == "deal_blocked"]
    assert len(submitted) + len(blocked) == AT_ONCE
    assert sum(deal.state == State.APPROVED for deal in submitted) == 1
    assert all(deal.verdict == "possible" for deal in submitted if deal.state != State.APPROVED)
    with as_system():
        assert Protection.objects.filter(deal__in=deals).count() == 1
