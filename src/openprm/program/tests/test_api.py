"""Programmes, standing and figures through the API."""

from typing import Any

import pytest
from django.test import Client

from openprm.accounts import services as accounts
from openprm.kernel.access import as_system
from openprm.kernel.jobs import work_off
from openprm.program.definition import dump
from openprm.program.models import Membership
from openprm.program.tests.conftest import LADDER, ladder
from tests.world import NOW, World


class Program:
    """A program that acts for somebody."""

    def __init__(self, world: World, role: str, company: Any = None) -> None:
        by = world.actor(role, company)
        with as_system():
            secret = accounts.create_token(name="test", verbs=["*"], expires_at=None, by=by, at=NOW)[1]
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {} if method == "get" else {"content_type": "application/json"}
        return getattr(self.client, method)(f"/api/v1{path}", body, **given, headers=headers)


@pytest.fixture
def boss(world: World) -> Program:
    """The vendor's administrator as a program."""
    return Program(world, "admin")


def test_a_programme_is_made_tried_out_and_published(world: World, boss: Program) -> None:
    assert world.cloud
    made = boss("post", "/programmes", {"code": "trial", "definition": dump(ladder())})
    assert made.status_code == 201, made.content
    path = f"/programmes/{made.json()['id']}"
    draft = boss("get", f"{path}/draft")
    assert draft.json()["definition"]["tiers"][1]["requirements"][0]["criteria"][0]["at_least"] == "20000"
    assert boss("put", f"{path}/draft", dump(ladder(review=True))).status_code == 428
    assert boss("put", f"{path}/draft", dump(ladder()), **{"If-Match": draft["ETag"]}).status_code == 200
    assert boss("post", f"{path}/publish", {"note": "First"}).status_code == 201
    trial = boss("post", f"{path}/trials", dump(ladder(tiers=LADDER["tiers"][:2])))
    assert trial.status_code == 201
    with as_system():
        work_off()
    assert boss("get", f"/programmes/trials/{trial.json()['id']}").json()["state"] == "done"
    assert boss("get", path).json()["number"] == 1
    assert len(boss("get", f"{path}/versions").json()["items"]) == 1
    assert boss("get", "/programmes").json()["items"][0]["code"] == "trial"
    wrong = dump(ladder(tiers=[{**LADDER["tiers"][0], "requirements": LADDER["tiers"][1]["requirements"]}]))
    assert boss("put", f"{path}/draft", wrong).json()["code"] == "invalid"
    assert boss("put", f"{path}/archived", {"archived": True}).json()["archived"] is True


def test_a_member_is_read_with_why_moved_and_given_benefits(world: World, boss: Program, alfa: Membership) -> None:
    path = f"/memberships/{alfa.pk}"
    value = {"partner_id": str(world.alfa.pk), "kpi": "program.certified_people", "value": "3", "source": "Academy"}
    recorded = boss("post", "/kpi-values", value)
    assert recorded.status_code == 201
    standing = boss("get", path).json()
    assert (standing["membership"]["programme"], standing["next_tier"]) == ("reseller", "silver")
    gold = standing["steps"][2]
    assert [one["met"] for group in gold["groups"] for one in group["criteria"]] == [False, True, False]
    assert boss("get", f"{path}/figures/program.certified_people").json()["rows"][0]["value"] == "3.00"
    assert boss("put", f"{path}/tier", {"tier": "gold", "reason": "Launch"}).json()["held"] is True
    benefit = {"code": "x", "kind": "badge", "text": "Launch"}
    assert boss("post", f"{path}/benefits", {"benefit": benefit, "reason": "Launch"}).status_code == 201
    withheld = boss("post", f"{path}/withhold", {"code": "funds", "reason": "Unpaid"})
    assert boss("post", f"/benefit-grants/{withheld.json()['id']}/end", {"reason": "Paid"}).status_code == 204
    assert boss("delete", f"{path}/tier").json()["grace_until"]
    assert len(boss("get", "/tier-moves").json()["items"]) == 4
    assert boss("get", "/tier-proposals").json()["items"] == []
    assert boss("delete", f"/kpi-values/{recorded.json()['id']}").status_code == 204
    assert boss("put", "/kpis/custom/days", {"label": "Days"}).json()["key"] == "custom.days"
    assert "custom.days" in [one["key"] for one in boss("get", "/kpis").json()]
    assert boss("put", "/exchange-rates/usd", {"rate": "0.9"}).json()["currency"] == "USD"
    assert boss("delete", "/exchange-rates/usd").status_code == 204
    assert boss("post", f"{path}/leave", {"reason": "Moved"}).status_code == 204
    joined = boss("post", "/memberships", {"partner_id": str(world.alfa.pk), "programme": "reseller"})
    assert joined.json()["tier"] == "registered"


def test_a_partner_reads_its_own_standing_and_nobody_elses(world: World, alfa: Membership) -> None:
    mine, theirs = Program(world, "sales", world.alfa), Program(world, "sales", world.beta)
    assert [one["programme"] for one in mine("get", "/memberships?programme=reseller").json()["items"]] == ["reseller"]
    assert mine("get", f"/memberships/{alfa.pk}").status_code == 200
    assert theirs("get", "/memberships").json()["items"] == []
    assert theirs("get", f"/memberships/{alfa.pk}").status_code == 404
    assert mine("get", "/programmes").status_code == 403
