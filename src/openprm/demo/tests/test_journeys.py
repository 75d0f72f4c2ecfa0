"""The demo's journeys: partners at every stage, one stuck, and something waiting for each side."""

import pytest

from openprm.demo import services as demo
from openprm.demo.personas import RESELLER
from openprm.journeys.models import Journey, Task
from openprm.kernel.access import as_system
from tests.world import NOW

pytestmark = pytest.mark.django_db


def test_a_visitor_finds_partners_at_every_stage_and_something_to_decide() -> None:
    demo.load(at=NOW, accounts=300, deals=40)
    with as_system():
        running = Journey.objects.filter(state="running", code="reseller-onboarding")
        assert set(running.values_list("stage", flat=True)) == {"contract", "ready", "first"}
        assert Journey.objects.filter(state="completed").count() == 4
        assert Journey.objects.filter(stuck_told_at__isnull=False).exists()
        assert Task.objects.filter(state="waiting_approval").count() >= 3
        mine = Task.objects.filter(partner__trading_name=RESELLER)
        assert mine.filter(state="action_required").count() == 1
        assert mine.filter(journey=None, state="pending").count() == 1
