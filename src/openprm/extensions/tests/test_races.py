"""At the same moment: one clean winner each, and no error of ours."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from openprm.deals import services as deals
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, Protection
from openprm.deals.tests.test_races import all_at_once, unlike_all_others
from openprm.extensions import addresses, services
from openprm.extensions.models import Activity, ExtensionRequest
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.kernel.errors import Problem
from openprm.kernel.settings_store import StoredSetting
from tests.world import NOW, World

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
END = NOW + 90 * DAY
ROUNDS = 12


def as_(by: Actor, act: Callable[[], Any]) -> Callable[[], Any]:
    """Return what acts in somebody's scope, and gives back what came of it."""

    def call() -> Any:
        with enter(by):
            return act()

    return call


def asked(world: World, deal: DealRegistration) -> ExtensionRequest:
    sales = world.actor("sales", deal.partner)
    with enter(sales):
        return services.ask(deal=deal, days=30, reason="The tender is late.", by=sales, at=END - DAY)


def granting(request: ExtensionRequest, by: Actor, at: Any = END - DAY) -> Callable[[], Any]:
    return as_(by, lambda: services.grant(request=request, by=by, at=at))


def declining(request: ExtensionRequest, by: Actor) -> Callable[[], Any]:
    return as_(by, lambda: services.decline(request=request, code="other", by=by, at=END - DAY))


def asking(deal: DealRegistration, by: Actor) -> Callable[[], Any]:
    with as_system():
        mine = DealRegistration.objects.select_related("partner").get(pk=deal.pk)
    return as_(by, lambda: services.ask(deal=mine, days=9, reason="Late.", by=by, at=END - DAY))


def approving(deal: DealRegistration, by: Actor) -> Callable[[], Any]:
    return as_(by, lambda: deals.approve(deal=deal, by=by, at=END))


def codes(answers: list[Any]) -> Counter[str]:
    return Counter(answer.problem_code if isinstance(answer, Problem) else "done" for answer in answers)


def again(request: ExtensionRequest) -> ExtensionRequest:
    with as_system():
        return ExtensionRequest.objects.select_related("deal__partner").get(pk=request.pk)


def test_of_four_decisions_about_one_request_one_is_made(world: World) -> None:
    manager = world.actor("channel_manager")
    for number in range(ROUNDS):
        request = asked(world, world.approved(world.alfa, customer=unlike_all_others(number)))
        decisions = [granting(again(request), manager) for _time in range(3)]
        decisions.append(declining(again(request), manager))
        assert codes(all_at_once(decisions)) == {"done": 1, "extension_not_pending": 3}
        with as_system():
            end = Protection.objects.get(deal=request.deal).period.upper
        granted = again(request).state == "granted"
        assert end == (END + 30 * DAY if granted else END)


def test_of_four_requests_for_one_deal_one_is_kept(world: World) -> None:
    sales = world.actor("sales", world.alfa)
    for number in range(ROUNDS):
        deal = world.approved(world.alfa, customer=unlike_all_others(number))
        calls = [asking(deal, sales) for _time in range(4)]
        assert codes(all_at_once(calls)) == {"done": 1, "extension_pending": 3}


def test_of_four_requests_that_a_rule_would_grant_once_one_is_granted(world: World) -> None:
    admin, sales = world.actor("admin"), world.actor("sales", world.alfa)
    with enter(admin):
        services.save_rule(name="Active", allowed="once", grant_from=1, grant_days=30, most_days=30, by=admin, at=NOW)
    for number in range(ROUNDS):
        deal = world.approved(world.alfa, customer=unlike_all_others(number))
        with enter(sales):
            services.log(deal=deal, kind="call", title="Called", by=sales, at=END - 2 * DAY)
        answers = all_at_once([asking(deal, sales) for _time in range(4)])
        assert codes(answers)["done"] == 1
        with as_system():
            assert DealRegistration.objects.get(pk=deal.pk).protected_until == END + 9 * DAY


def test_extension_expiry_and_another_approval_leave_one_holder(world: World) -> None:
    manager = world.actor("channel_manager")
    for number in range(ROUNDS):
        customer = unlike_all_others(number)
        mine = world.approved(world.alfa, customer=customer)
        request = again(asked(world, mine))
        rival = world.submitted(world.beta, customer=customer, at=END - DAY, evidence="The customer chose us long ago.")
        answers = all_at_once(
            [
                granting(request, manager, END),
                as_(SYSTEM, lambda: deals.expire_due(at=END)),
                approving(rival, manager),
            ]
        )
        refused = [answer.problem_code for answer in answers if isinstance(answer, Problem)]
        assert set(refused) <= {"already_protected"}
        with as_system():
            running = Protection.objects.filter(account=mine.account, period__contains=END + DAY)
            holders = list(running.values_list("deal_id", flat=True))
            mine.refresh_from_db()
            rival.refresh_from_db()
        assert len(holders) == 1
        assert len(refused) == 1
        assert (mine.state == State.APPROVED) == (holders == [mine.pk])
        assert (rival.state == State.APPROVED) == (holders == [rival.pk])
        assert (again(request).state == "granted") == (holders == [mine.pk])


def test_the_same_message_delivered_at_once_is_one_entry(world: World) -> None:
    with as_system():
        StoredSetting.objects.create(key="extensions.mail_domain", value="deals.example")
    deal = world.submitted(world.alfa)
    to = addresses.address_of(deal.reference, "deals.example")
    raw = f"From: alfa.sales@example.com\r\nTo: {to}\r\nMessage-ID: <1@x>\r\nSubject: Hi\r\n\r\nHello".encode()
    calls = [as_(SYSTEM, lambda: services.receive(raw=raw, by=SYSTEM, at=NOW)) for _time in range(6)]
    assert Counter(answer.outcome for answer in all_at_once(calls)) == {"logged": 1, "repeated": 5}
    with as_system():
        assert Activity.objects.count() == 1
