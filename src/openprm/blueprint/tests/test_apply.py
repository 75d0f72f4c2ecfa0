"""Plan and apply: told in words, all or nothing, and every mistake with its file, line and field."""

import json
from typing import Any

import pytest

from openprm.automation import services as automation
from openprm.automation.models import Automation
from openprm.blueprint import services, starters, uploads, words, zipped
from openprm.blueprint.mistakes import NotApplicable
from openprm.blueprint.models import Application, Upload
from openprm.blueprint.rules import Plan
from openprm.customers.models import ProductLine
from openprm.kernel import blueprints, settings_store
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Forbidden, Missing
from openprm.kernel.events.models import Event
from openprm.partners.models import Audience
from openprm.pricing.models import Entry
from openprm.program import versions
from openprm.program.models import Programme
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

LINES = "cloud:\n  name: Cloud\n"


def folder(**files: str) -> dict[str, str]:
    """Return a folder; a key such as ``audiences__x`` is a file in a folder."""
    named = {name.replace("__", "/") + ".yaml": content for name, content in files.items()}
    listed = sorted({name.split("/")[0].removesuffix(".yaml") for name in named})
    return {"programme.yaml": f"format: 1\nsections: {json.dumps(listed)}\n", **named}


def plan(files: dict[str, str], *, keep: bool = False) -> Plan:
    return services.plan(files=files, keep=keep, by=SYSTEM, at=NOW)


def apply(files: dict[str, str], *, keep: bool = False, **options: Any) -> Plan:
    return services.apply(files=files, keep=keep, source="staging", by=SYSTEM, at=NOW, **options)


def mistakes(files: dict[str, str]) -> list[str]:
    with pytest.raises(NotApplicable) as refused:
        plan(files)
    return [str(one) for one in refused.value.mistakes]


def test_a_plan_says_in_words_what_is_added_changed_and_removed(world: World) -> None:
    world.edge  # noqa: B018 - is not in the folder
    said = plan(folder(product_lines=LINES, settings="deals.protection_days: 120\n"))
    assert list(words.sentences(said)) == [
        "Programme settings: deals.protection_days: value: 90 → 120",
        "Product lines: cloud is added (name: Cloud, active: yes)",
        "Product lines: edge is removed",
    ]
    assert words.summary(said).startswith("1 to add, 1 to change, 1 to remove; ")
    with as_system():
        assert [line.key for line in ProductLine.objects.all()] == ["edge"]  # a plan changes nothing
        assert not Event.objects.filter(name__in=["product_line.created", "programme.applied"]).exists()
        assert settings_store.get("deals.protection_days") == 90


def test_applying_changes_it_at_once_and_says_who_did_what(world: World) -> None:
    admin = world.actor("admin")
    files = folder(product_lines=LINES, settings="deals.protection_days: 120\n")
    with enter(admin):
        services.apply(files=files, keep=False, source="commit 4b2254a", by=admin, at=NOW)
        assert settings_store.get("deals.protection_days") == 120
    with as_system():
        event = Event.objects.get(name="programme.applied")
        assert (event.actor_name, event.payload["source"]) == ("northwind.admin", "commit 4b2254a")
        assert "Product lines: cloud is added (name: Cloud, active: yes)" in event.payload["sentences"]
        assert Application.objects.get().who == "northwind.admin"
        assert Event.objects.filter(name="setting.changed", actor_name="northwind.admin").count() == 1
    assert not plan(files).size


def test_what_the_folder_does_not_have_is_kept_if_asked_for(world: World) -> None:
    world.edge  # noqa: B018 - is not in the folder
    kept = apply(folder(product_lines=LINES), keep=True)
    assert (kept.count("kept"), kept.count("removed")) == (1, 0)
    with as_system():
        assert ProductLine.objects.count() == 2


def test_sections_that_the_folder_does_not_speak_of_are_not_touched(world: World) -> None:
    world.edge  # noqa: B018 - belongs to another section
    assert plan(folder(settings="deals.protection_days: 90\n")).size == 0


def test_settings_that_a_file_does_not_name_stay(world: World) -> None:
    done = plan(folder(settings="deals.protection_days: 100\n"))
    assert (done.count("changed"), done.count("removed")) == (1, 0)


def test_one_mistake_undoes_everything(world: World) -> None:
    files = folder(
        product_lines=LINES,
        approval_rules__small="name: Small\naudience: {field: partner.tier, op: in, value: [wooden]}\n"
        "most: 10\ncurrency: EUR\nlevels: [clear]\n",
    )
    with pytest.raises(NotApplicable):
        apply(files)
    with as_system():
        assert not ProductLine.objects.exists()


def test_mistakes_name_file_line_and_field_and_say_what_to_do(world: World) -> None:
    found = mistakes(
        folder(
            settings="deals.protection_days: 0\ndeals.protecton: 3\n",
            product_lines="cloud:\n  nmae: Cloud\n",
        )
    )
    assert found == [
        "product_lines.yaml:1 cloud.name: This is missing. Add it.",
        "product_lines.yaml:2 cloud.nmae: There is no field “nmae”. Did you mean “name”?",
    ]
    found = mistakes(folder(settings="deals.grace_days: 3\ndeals.protection_days: 0\n"))
    assert found == ["settings.yaml:2 value: Give whole numbers from 1 to 730."]
    found = mistakes(folder(roles__partner_dash="name: x\n"))
    assert "roles/partner_dash.yaml:1: Call a role by its side and key" in found[0]


TIERS = """definition:
  name: Reseller
  tiers:
    - code: registered
      name: Registered
    - code: silver
      name: Silver
      requirements:
        - criteria:
            - kpi: deals.won
              at_least: 3
        - criteria:
            - kpi: deals.registered
              at_least: 5
"""


def test_a_mistake_deep_in_a_programme_is_named_with_its_line(world: World) -> None:
    found = mistakes(folder(programmes__reseller=TIERS.replace("deals.registered", "deals.registerd")))
    place = "programmes/reseller.yaml:13 definition.tiers[1].requirements[1].criteria[0].kpi"
    assert found == [f"{place}: There is no figure “deals.registerd”."]
    found = mistakes(folder(programmes__reseller=TIERS.replace("at_least: 5", "at_leest: 5")))
    assert "There is no field “at_leest”. Did you mean “at_least”?" in " ".join(found)


def test_a_plan_tells_the_one_requirement_that_changes(world: World) -> None:
    apply(folder(programmes__reseller=TIERS))
    changed = plan(folder(programmes__reseller=TIERS.replace("at_least: 5", "at_least: 7")))
    assert list(words.sentences(changed))[-1].endswith(
        "definition.tiers[silver].requirements[1].criteria[0].at_least: 5 → 7"
    )


def test_a_rule_that_is_wrong_is_named_within_its_file(world: World) -> None:
    held = "  - key: on_hold\n    kind: held\n    verdict: blocked\n"
    lost = "  - key: lost\n    kind: lost\n    verdict: possible\n"
    text = f"in_force:\n{held}{lost}"
    assert mistakes(folder(rules_of_engagement=text)) == [
        "rules_of_engagement.yaml:5 rules[1].most_days: Say for how many days a loss counts."
    ]
    text = text.replace("kind: held", "kind: hold")
    assert mistakes(folder(rules_of_engagement=text))[0].startswith(
        "rules_of_engagement.yaml:3 in_force[0].kind: Input should be"
    )


def test_files_in_the_wrong_place_are_found(world: World) -> None:
    files = folder(product_lines=LINES)
    found = mistakes(files | {"audience/x.yaml": "name: x\n", "audiences/y.yaml": "name: y\n", "README.md": "Hello"})
    assert found == [
        "audience/x.yaml: There is no section “audience”. Did you mean “audiences”?",
        "audiences/y.yaml: List “audiences” under “sections” in programme.yaml, or take this file out.",
    ]
    assert "There is no programme.yaml." in mistakes({"product_lines.yaml": LINES})[0]
    assert "Write “format: 1”" in mistakes({"programme.yaml": "format: 2\n"})[0]


def test_a_file_with_another_name_is_the_same_thing_under_another_code(world: World) -> None:
    content = "name: Germany\naudience: {field: partner.country, op: in, value: [DE]}\n"
    apply(folder(audiences__germany=content))
    done = apply(folder(audiences__de=content))
    assert (done.count("added"), done.count("removed")) == (1, 1)
    with as_system():
        assert Audience.objects.get().code == "de"


def test_what_is_in_use_cannot_be_removed_and_the_plan_says_so(world: World) -> None:
    world.submitted(world.alfa)
    found = mistakes(folder(product_lines="edge:\n  name: Edge\n"))
    assert "product_lines.yaml cloud: It is not in the folder, and cannot be removed: Deals" in found[0]


def test_names_are_changed_and_codes_stay(world: World) -> None:
    content = "name: Germany\naudience: {field: partner.country, op: in, value: [DE]}\n"
    apply(folder(audiences__germany=content))
    with as_system():
        before = Audience.objects.get()
    done = apply(folder(audiences__germany=content.replace("name: Germany", "name: Deutschland").replace("DE", "AT")))
    assert [line.partition(": ")[2] for line in words.sentences(done)] == [
        "germany: name: Germany → Deutschland",
        "germany: audience: Country is one of Germany → Country is one of Austria",
    ]
    with as_system():
        after = Audience.objects.get()
    assert (after.pk, after.code) == (before.pk, before.code)


def test_an_apply_with_the_digest_of_another_plan_is_refused(world: World) -> None:
    files = folder(product_lines=LINES)
    seen = plan(files).digest
    with as_system():
        ProductLine.objects.create(key="other", name="Other")
    with pytest.raises(services.AnotherPlan):
        apply(files, digest=seen)
    with as_system():
        assert [line.key for line in ProductLine.objects.all()] == ["other"]
    apply(files, digest=plan(files).digest)


def test_a_draft_of_the_rules_of_engagement_is_not_overwritten(world: World) -> None:
    from openprm.engagement import services as engagement

    admin = world.actor("admin")
    with enter(admin):
        engagement.remove(key="similar_name", by=admin, at=NOW)
    files = folder(rules_of_engagement="in_force:\n  - key: on_hold\n    kind: held\n    verdict: blocked\n")
    assert "northwind.admin has a draft" in mistakes(files)[0]


def test_a_role_gets_exactly_the_permissions_of_its_document(world: World) -> None:
    text = "name: Field team\ngrants:\n  deals.view: own\n"
    files = {"programme.yaml": "format: 1\nsections: [roles]\n", "roles/vendor.field.yaml": text}
    apply(files)
    assert mistakes(files | {"roles/vendor.field.yaml": text + "  deals.fly: own\n"})[0].startswith(
        "roles/vendor.field.yaml:4 grants.deals.fly: "
    )
    changed = plan(files | {"roles/vendor.field.yaml": text.replace("own", "all")})
    assert list(words.sentences(changed)) == ["Roles and permissions: vendor.field: grants.deals.view: own → all"]
    world.person("field")
    gone = {"programme.yaml": "format: 1\nsections: [roles]\n"}
    assert "Somebody holds the role “Field team”" in mistakes(gone)[0]


def test_only_who_may_can_plan_and_apply(world: World) -> None:
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(Forbidden):
        services.plan(files=folder(product_lines=LINES), keep=True, by=manager, at=NOW)
    with enter(manager), pytest.raises(Forbidden):
        services.apply(files=folder(product_lines=LINES), keep=True, source="", by=manager, at=NOW)


def test_a_zip_of_a_folder_is_read_and_one_that_is_none_is_refused(world: World) -> None:
    files = folder(product_lines=LINES)
    assert zipped.unpack(zipped.pack(files)) == {f"programme/{name}": text for name, text in files.items()}
    assert plan(zipped.unpack(zipped.pack(files))).count("added") == 1
    with pytest.raises(NotApplicable):
        zipped.unpack(b"PK\x03\x04 nothing")
    with pytest.raises(NotApplicable):
        zipped.unpack(zipped.pack({"programme.yaml": "#" * (zipped.MOST_BYTES + 1)}))


# -- starters ---------------------------------------------------------------------------------------------------------

TO_COME: set[str] = set()  # sections that starters speak of and no feature declares yet


@pytest.mark.parametrize("key", starters.ORDER)
def test_each_starter_sets_up_an_empty_programme(world: World, key: str) -> None:
    assert starters.are_offered()
    starters.start(key=key, by=SYSTEM, at=NOW)
    assert not starters.are_offered()
    assert not starters.plan(key=key, by=SYSTEM, at=NOW).size


@pytest.mark.parametrize("key", starters.ORDER)
def test_what_a_starter_automates_waits_as_a_draft_that_could_go_live(world: World, key: str) -> None:
    """Nobody is written to because a starter was set up; making a draft live takes no more than to want it."""
    starters.start(key=key, by=SYSTEM, at=NOW)
    with as_system():
        drafts = list(Automation.objects.order_by("code"))
        assert len(drafts) == 3
        for draft in drafts:
            assert draft.state == Automation.State.DRAFT
            automation.publish(automation=draft, by=SYSTEM, at=NOW)
            assert draft.state == Automation.State.LIVE


@pytest.mark.parametrize(
    ("key", "line", "tier", "points"),
    [
        ("reseller", "software", "gold", 25),
        ("reseller", "hardware", "gold", 20),
        ("msp", "subscriptions", "registered", 20),
        ("referral", "subscriptions", "gold", 0),
        ("technology_alliance", "integrations", "gold", 20),
    ],
)
def test_the_price_book_of_a_starter_fits_its_tiers(world: World, key: str, line: str, tier: str, points: int) -> None:
    starters.start(key=key, by=SYSTEM, at=NOW)
    with as_system():
        entry = Entry.objects.get(product_line__key=line) if key != "referral" else Entry.objects.get()
        programme = Programme.objects.get(code=key.replace("_", "-"))
        on_top = entry.edition.adds_tier_points
        given = next(one for one in versions.in_force(programme.pk).says.tiers if one.code == tier)
        margin = sum(one.amount or 0 for one in given.benefits if one.kind == "discount")
        assert (entry.points or 0) + (margin if on_top else 0) == points


def test_starters_can_be_used_after_each_other(world: World) -> None:
    for key in starters.ORDER:
        starters.start(key=key, by=SYSTEM, at=NOW)
    exported = services.export(by=SYSTEM)
    assert not plan(exported).size


def test_starters_speak_of_known_sections_only() -> None:
    from openprm.blueprint import folder as folders

    known = {section.key for section in blueprints.sections()}
    for one in starters.all_of_them():
        assert set(folders.read(one.files, ahead=True).unknown) <= TO_COME - known
        assert one.title
        assert one.about


def test_an_unknown_starter_is_told_with_those_that_there_are(world: World) -> None:
    with pytest.raises(Missing, match="reseller, msp"):
        starters.start(key="franchise", by=SYSTEM, at=NOW)


# -- pages ------------------------------------------------------------------------------------------------------------


def _upload(files: dict[str, str]) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("staging.zip", zipped.pack(files), "application/zip")}


def test_a_folder_is_downloaded_uploaded_looked_at_and_applied_in_the_console(world: World) -> None:
    admin = world.browser("admin")
    packed = admin.get("/console/programme-as-code/download/").content
    files = {name.removeprefix("programme/"): text for name, text in zipped.unpack(packed).items()}
    files["settings.yaml"] = files["settings.yaml"].replace("deals.protection_days: 90", "deals.protection_days: 77")
    sent = admin.post("/console/programme-as-code/upload/", _upload(files))
    assert sent.status_code == 302
    page = admin.get(sent["Location"])
    assert b"1 to change" in page.content
    stale = admin.post(sent["Location"] + "apply/", {"digest": "0"})
    assert stale["Location"] == sent["Location"]
    done = admin.post(sent["Location"] + "apply/", {"digest": page.context["plan"]["digest"]})
    assert done["Location"] == "/console/programme-as-code/"
    with as_system():
        assert settings_store.get("deals.protection_days") == 77
        assert not Upload.objects.exists()
    assert b"staging.zip" in admin.get("/console/programme-as-code/").content


def test_mistakes_of_an_upload_are_all_on_the_page(world: World) -> None:
    answer = world.browser("admin").post(
        "/console/programme-as-code/upload/", _upload(folder(product_lines="cloud:\n  nmae: Cloud\n"))
    )
    assert answer.status_code == 422
    assert b"product_lines.yaml:2 cloud.nmae" in answer.content


def test_an_upload_that_nobody_applies_is_forgotten_after_a_day(world: World) -> None:
    from datetime import timedelta

    with as_system():
        Upload.objects.create(name="x", files={}, created_at=NOW)
    assert uploads.forget(at=NOW + timedelta(hours=23)) == 0
    assert uploads.forget(at=NOW + timedelta(hours=25)) == 1


def test_an_empty_programme_is_offered_starters_on_the_home_page(world: World) -> None:
    admin = world.browser("admin")
    assert b"Start with a programme" in admin.get("/console/").content
    page = admin.get("/console/programme-as-code/starters/reseller/")
    done = admin.post("/console/programme-as-code/starters/reseller/start/", {"digest": page.context["plan"]["digest"]})
    assert done.status_code == 302
    assert b"Start with a programme" not in admin.get("/console/").content
    assert admin.get("/console/programme-as-code/starters/franchise/").status_code == 404
