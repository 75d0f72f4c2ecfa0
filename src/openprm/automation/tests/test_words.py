"""What events tell, and conditions, as a channel manager reads them: no technical name, no code, no empty group."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from openprm.accounts import services as accounts
from openprm.automation import fields, known, merging, payload, words
from openprm.automation.definition import condition
from openprm.automation.models import Automation
from openprm.automation.tests.makers import add_vertical, definition, live, only_run
from openprm.deals.lifecycle import DUPLICATE_OF, LOST_BECAUSE, REJECTED_BECAUSE, WITHDRAWN_BECAUSE
from openprm.engagement.rules import Level
from openprm.kernel import audiences, events, jobs
from openprm.kernel.access import as_system
from openprm.kernel.events import EventType
from openprm.partners import services as partners
from tests.world import NOW, World

SUBMITTED = {"kind": "event", "event": "deal.submitted"}
CHECKED = {"field": "verdict", "op": "is", "value": "possible"}
EMPTY: dict[str, Any] = {"any": []}
GERMAN = {"field": "partner.country", "op": "in", "value": ["DE"]}


@pytest.mark.parametrize("kind", events.event_types(), ids=lambda kind: kind.name)
def test_every_field_that_an_event_tells_says_its_name_in_words(kind: EventType) -> None:
    offered = {name.partition(".")[0] for name in known.fields_of(kind.name)}
    assert offered <= set(kind.words), "give the field Annotated[…, events.Words(_(…))] in the feature's events.py"
    for one in kind.words.values():
        assert "_" not in str(one.title)
        assert str(one.title)[0].islower()
        assert all(said.strip() for said in one.options().values())


def test_all_the_codes_that_are_announced_have_words() -> None:
    codes = {
        ("deal.submitted", "verdict"): set(Level),
        ("deal.rejected", "code"): {*REJECTED_BECAUSE},
        ("deal.marked_duplicate", "code"): {*DUPLICATE_OF},
        ("deal.withdrawn", "code"): {*WITHDRAWN_BECAUSE},
        ("deal.lost", "code"): {*LOST_BECAUSE},
    }
    for (event, field), announced in codes.items():
        assert announced <= set(known.fields_of(event)[field].values)


def test_a_sentence_says_fields_and_values_by_their_names() -> None:
    said = words.condition(condition(None, CHECKED), "deal.submitted")
    assert said == "result of the check is Possible conflict"
    joined = {"field": "product_lines", "op": "includes", "value": "cloud"}
    assert words.condition(condition(None, joined), "deal.submitted") == "product lines include cloud"


def test_a_value_outside_of_the_set_is_refused_with_those_that_are_in_it() -> None:
    fields = known.fields_of("deal.submitted")
    said = payload.problem({**CHECKED, "value": "posible"}, fields)
    assert "“posible” is no value of “result of the check”" in said
    assert "Possible conflict (possible)" in said
    assert payload.problem({"field": "verdict", "op": "contains", "value": "poss"}, fields) == ""


def test_the_builder_offers_values_by_their_names(world: World) -> None:
    browser = world.browser("channel_manager")
    assert browser.post("/console/automations/new/", {"name": "Look"}).status_code == 302
    with as_system():
        made = Automation.objects.get(name="Look")
    address = f"/console/automations/{made.pk}/"
    assert browser.post(f"{address}trigger/", SUBMITTED).status_code == 302
    page = browser.get(f"{address}condition/").content.decode()
    assert '<option value="verdict|is">result of the check is</option>' in page
    assert '<option value="possible">Possible conflict</option>' in page
    assert "verdict|contains" not in page
    sent = {"match": "all", "told": ["verdict|is"], "told_value": ["possible conflict"]}  # typed, without a script
    assert browser.post(f"{address}condition/", {**sent, "audience": ""}).status_code == 302
    with as_system():
        made.refresh_from_db()
    assert made.edited["condition"]["payload"]["conditions"] == [CHECKED]
    assert "if result of the check is Possible conflict, then" in browser.get(address).content.decode()
    chosen = browser.get(f"{address}condition/").content.decode()
    assert '<option value="possible" selected>Possible conflict</option>' in chosen
    sent["told_value"] = ["red"]
    refused = browser.post(f"{address}condition/", {**sent, "audience": ""})
    assert refused.status_code == 422
    assert "“red” is no value of “result of the check”" in refused.content.decode()


def test_a_trace_shows_the_value_that_was_met_by_its_name(world: World) -> None:
    held = [{"field": "reason", "op": "is_not", "value": "inactivity"}]
    trigger = {"kind": "event", "event": "partner.status_changed"}
    made = live(add_vertical("a", "retail"), trigger=trigger, told=held)
    manager = world.actor("admin")
    with as_system():
        partners.change_status(partner=world.alfa, status="suspended", reason="payment_overdue", by=manager, at=NOW)
    jobs.work_off()
    page = world.browser("channel_manager").get(only_run(made).get_absolute_url()).content.decode()
    assert "reason is not No activity" in page
    assert "Payment overdue" in page


def test_programs_are_told_the_words_too(world: World) -> None:
    by = world.actor("admin")
    with as_system():
        secret = accounts.create_token(name="test", verbs=sorted(by.grants), expires_at=None, by=by, at=NOW)[1]
    program = Client(headers={"authorization": f"Bearer {secret}"})
    described = {one["name"]: one["payload_schema"] for one in program.get("/api/v1/webhooks/event-types").json()}
    verdict = described["deal.submitted"]["properties"]["verdict"]
    values = {"clear": "Clear", "possible": "Possible conflict", "blocked": "Blocked"}
    assert verdict == {"type": "string", "title": "result of the check", "x-values": values}
    triggers = {one["event"]: one for one in program.get("/api/v1/automations/offered").json()["triggers"]}
    fields = {one["name"]: one for one in triggers["deal.submitted"]["told"]}
    assert fields["verdict"] == {
        "name": "verdict",
        "label": "result of the check",
        "kind": "text",
        "values": values,
    }


def test_what_an_event_told_is_filled_into_a_text_by_its_name() -> None:
    text = "Rejected: {{ event.code }} ({{ event.customer }}) {{ event.nothing | as ever }}"
    told = {"code": "not_qualified", "customer": "Contoso"}
    values = fields.of_event("deal.rejected", told, text)
    assert merging.render(text, values) == "Rejected: Not qualified (Contoso) as ever"


@pytest.mark.parametrize("empty", [{"all": []}, EMPTY, {"all": [EMPTY, {"all": []}]}, {"any": [GERMAN, EMPTY]}])
def test_a_group_without_conditions_is_not_spoken_of(empty: Any) -> None:
    assert words.condition(condition(empty)) == ""
    assert words.sentence(definition(add_vertical("a", "retail"), trigger=SUBMITTED, audience=empty)).startswith(
        "When a partner submitted a deal registration, then "
    )


def test_an_empty_group_beside_a_condition_is_left_out() -> None:
    assert words.condition(condition({"all": [GERMAN, EMPTY]})) == "Country is one of Germany"


def test_a_condition_that_nobody_can_fulfil_is_refused(world: World) -> None:
    browser = world.browser("channel_manager")
    made = live(add_vertical("a", "retail"), trigger=SUBMITTED)
    sent = {"match": "all", "audience": json.dumps({"all": [GERMAN, {"not": EMPTY}]})}
    refused = browser.post(f"/console/automations/{made.pk}/condition/", sent)
    assert refused.status_code == 422
    assert "No partner can ever fulfil this" in refused.content.decode()


PREDICATES = st.recursive(
    st.just(GERMAN),
    lambda inner: st.one_of(
        st.builds(lambda word, parts: {word: parts}, st.sampled_from(["all", "any"]), st.lists(inner, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)


@given(PREDICATES)
def test_what_holds_for_everybody_or_nobody_is_said_so_and_nothing_else(predicate: Any) -> None:
    def holds(node: Any, german: bool) -> bool:
        if "field" in node:
            return german
        if "not" in node:
            return not holds(node["not"], german)
        parts = [holds(part, german) for part in node.get("all", node.get("any"))]
        return (all(parts) if "all" in node else any(parts)) if parts else True

    both = {holds(predicate, True), holds(predicate, False)}
    known_by_form = audiences.always(predicate)
    assert known_by_form is None or both == {known_by_form}
