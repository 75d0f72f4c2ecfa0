"""What if: what a draft is said to do is what it does when it is published, whatever happened before."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.jobs import work_off
from openprm.program import queries, replay, services
from openprm.program.definition import Definition
from openprm.program.models import Membership, Programme, Proposal, TierMove, TrialRun
from openprm.program.rules import Step
from openprm.program.services.editing import TierHasMembers
from openprm.program.services.moving import KINDS
from openprm.program.tests.conftest import LADDER, ladder
from tests.world import NOW, World, company

Win = Callable[..., None]
DAY = timedelta(days=1)
STEPS = st.tuples(
    st.integers(0, 3),  # which partner
    st.sampled_from(["people", "satisfaction", "hold", "release", "assess", "expire"]),
    st.integers(0, 100),  # the value
    st.integers(0, 60),  # days later
)


class Undo(Exception):
    """Takes one example back."""


def people_ladder(silver: int, gold: int, grace: int, review: bool) -> Definition:
    """Return a ladder over figures that can be recorded."""

    def needs(kpi: str, least: int) -> dict[str, Any]:
        return {"criteria": [{"kpi": kpi, "at_least": str(least), "months": None}]}

    return Definition.model_validate(
        {**LADDER, "review": review, "tiers": [
            {"code": "registered", "name": "Registered"},
            {"code": "silver", "name": "Silver", "grace_days": grace,
             "requirements": [needs("program.certified_people", silver)]},
            {"code": "gold", "name": "Gold", "grace_days": grace, "requirements": [
                needs("program.certified_people", gold), needs("program.satisfaction", 50),
            ]},
        ]}
    )  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(STEPS, max_size=14),
    silver=st.integers(1, 40), more=st.integers(0, 50), grace=st.sampled_from([0, 30]), review=st.booleans(),
)  # fmt: skip
def test_the_simulated_difference_is_the_actual_one_and_the_history_can_be_recomputed(
    history: list[tuple[int, str, int, int]], silver: int, more: int, grace: int, review: bool
) -> None:
    try:
        with transaction.atomic(), as_system():
            programme = services.create(
                code="trial", definition=people_ladder(10, 40, 30, review=False), by=SYSTEM, at=NOW
            )
            services.publish(programme=programme, by=SYSTEM, at=NOW)
            members = [
                services.enroll(partner=company(name), programme=programme, by=SYSTEM, at=NOW)
                for name in ("One", "Two", "Three", "Four")
            ]
            at = _live(programme, members, history)
            services.edit(
                programme=programme, definition=people_ladder(silver, silver + more, grace, review), by=SYSTEM, at=at
            )
            draft = programme.draft.says  # type: ignore[attr-defined]
            foreseen = services.foresee(programme, draft, at=at)
            expected = sorted((one.partner_id, one.step.value, one.before, one.after) for one in foreseen.outcomes)
            seen = set(TierMove.objects.values_list("pk", flat=True))
            services.publish(programme=programme, by=SYSTEM, at=at)
            steps = {kind: step.value for step, kind in KINDS.items()}
            moved = [
                (row.partner_id, steps[row.kind], row.before, row.after)
                for row in TierMove.objects.exclude(pk__in=seen)
                if row.kind in steps
            ]
            waits = Proposal.objects.filter(state="open")
            order = draft.codes.index
            moved += [
                (row.partner_id, "raise" if order(row.after) > order(row.before) else "lower", row.before, row.after)
                for row in waits
            ]
            assert sorted(moved) == expected
            assert list(replay.check()) == []
            raise Undo
    except Undo:
        pass


def _live(programme: Programme, members: list[Membership], history: list[tuple[int, str, int, int]]) -> Any:
    at = NOW
    for who, what, value, days in history:
        at += days * DAY
        member = Membership.objects.select_related("partner", "programme").get(pk=members[who].pk)
        match what:
            case "people" | "satisfaction":
                key = "program.certified_people" if what == "people" else "program.satisfaction"
                services.record_value(
                    partner=member.partner, kpi=key, value=Decimal(value), source="Test", by=SYSTEM, at=at
                )
                services.assess_partner(member.partner_id, at=at)
            case "hold":
                tier = ("registered", "silver", "gold")[value % 3]
                until = at + 20 * DAY if value % 2 else None
                services.set_tier(member=member, tier=tier, reason="Test", until=until, by=SYSTEM, at=at)
            case "release" if member.held:
                services.release(member=member, by=SYSTEM, at=at)
            case "assess":
                services.assess_all(programme, at=at)
            case "expire":
                for pk, when in queries.due(at):
                    services.assess(pk, at=when)
    services.assess_all(programme, at=at)
    return at


def test_a_draft_tells_what_margin_and_funds_it_costs(world: World, alfa: Membership, win: Win) -> None:
    win(world.alfa, 25_000)
    with as_system():
        work_off()
        tiers = [dict(tier) for tier in LADDER["tiers"]]
        tiers[1] = {**tiers[1], "benefits": [
            {"code": "margin", "kind": "discount", "amount": "12"},
            {"code": "funds", "kind": "funds", "amount": "1000", "per": "year"},
        ]}  # fmt: skip
        found = services.foresee(alfa.programme, ladder(tiers=tiers), at=NOW)
    assert (found.now.margin, found.then.margin) == (Decimal(2500), Decimal(3000))
    assert (found.now.funds, found.then.funds) == (Decimal(0), Decimal(1000))
    assert found.outcomes == []


def test_a_worker_tries_a_draft_out_and_keeps_the_result(world: World, alfa: Membership) -> None:
    with as_system():
        trial = services.try_out(programme=alfa.programme, definition=ladder(), by=SYSTEM, at=NOW)
        work_off()
        trial = TrialRun.objects.get(pk=trial.pk)
    assert (trial.state, trial.done, trial.result["counts"][Step.RAISE.value]) == ("done", 1, 0)


def test_a_tier_with_members_cannot_be_taken_away(world: World, alfa: Membership) -> None:
    with as_system():
        services.set_tier(member=alfa, tier="gold", reason="Test", by=SYSTEM, at=NOW)
        services.edit(programme=alfa.programme, definition=ladder(tiers=LADDER["tiers"][:2]), by=SYSTEM, at=NOW)
        with pytest.raises(TierHasMembers):
            services.publish(programme=alfa.programme, by=SYSTEM, at=NOW)
