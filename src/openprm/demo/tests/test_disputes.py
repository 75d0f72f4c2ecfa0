"""The demo's disputes: one of each kind, with something to read on every page."""

import pytest
from django.db.models import F

from openprm.conduct.models import Case
from openprm.demo import services as demo
from openprm.disputes.lifecycle import State
from openprm.disputes.models import Dispute, Review
from openprm.kernel.access import as_system
from tests.world import NOW

pytestmark = pytest.mark.django_db


def test_a_visitor_finds_disputes_that_wait_ask_are_late_are_appealed_upheld_and_about_an_extension() -> None:
    demo.load(at=NOW, accounts=1500, deals=160)
    with as_system():
        states = sorted(Dispute.objects.values_list("state", flat=True))
        late = Dispute.objects.get(escalated_at__isnull=False)
        review = Review.objects.get()
        about_extensions = Dispute.objects.filter(subject="extension").count()
        assert not Case.objects.filter(decided_at__lt=F("submitted_at")).exists()
    assert states == sorted(
        [State.OPENED] * 2 + [State.EVIDENCE_REQUESTED, State.UNDER_REVIEW, State.APPEALED, State.DECIDED]
    )
    assert about_extensions == 1
    assert late.state == State.UNDER_REVIEW
    assert review.answered_at
