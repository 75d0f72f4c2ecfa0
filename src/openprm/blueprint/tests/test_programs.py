"""The same for programs: through the API, and on the command line as CI calls it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from openprm.accounts import services as accounts
from openprm.blueprint import zipped
from openprm.config.cli import openprm as command_line
from openprm.customers.models import ProductLine
from openprm.kernel.access import as_system
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

Run = Callable[..., Any]
ADDRESS = "/api/v1/programme-as-code"


@pytest.fixture
def program(world: World) -> Client:
    actor = world.actor("admin")
    with as_system():
        verbs = sorted(set(actor.grants) - {"accounts.manage_roles"})
        secret = accounts.create_token(name="CI", verbs=verbs, expires_at=None, by=actor, at=NOW)[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def run(db: None) -> Run:
    runner = CliRunner()

    def call(*words: str, **options: Any) -> Any:
        return runner.invoke(command_line, ["programme", *words], **options)

    return call


def test_a_programme_is_promoted_in_three_requests(program: Client, world: World) -> None:
    files = program.get(ADDRESS, {"section": ["settings", "product_lines"]}).json()["files"]
    assert set(files) == {"programme.yaml", "settings.yaml", "product_lines.yaml"}
    files["product_lines.yaml"] = "cloud:\n  name: Cloud\n"
    body: dict[str, Any] = {"files": files}
    plan = program.post(f"{ADDRESS}/plan", body, content_type="application/json").json()
    assert (plan["changes"], plan["added"]) == (1, 1)
    refused = program.post(f"{ADDRESS}/apply", body | {"digest": "0"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "blueprint_plan_changed")
    done = program.post(f"{ADDRESS}/apply", body | {"digest": plan["digest"]}, content_type="application/json")
    assert done.status_code == 200, done.content
    with as_system():
        assert ProductLine.objects.get().name == "Cloud"


def test_mistakes_are_told_with_file_line_and_field(program: Client) -> None:
    files = {"programme.yaml": "format: 1\nsections: [product_lines]\n", "product_lines.yaml": "cloud: {}\n"}
    answer = program.post(f"{ADDRESS}/plan", {"files": files}, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "product_lines.yaml:1 cloud.name", "message": "This is missing. Add it."}
    ]


def test_whoever_applies_needs_the_permissions_for_what_changes(program: Client) -> None:
    files = {"programme.yaml": "format: 1\nsections: [roles]\n", "roles/vendor.x.yaml": "name: X\n"}
    answer = program.post(f"{ADDRESS}/plan", {"files": files}, content_type="application/json")
    assert "Your role does not include this" in answer.json()["detail"]


def test_the_programme_comes_as_a_zip_as_well(program: Client) -> None:
    answer = program.get(ADDRESS, {"format": "zip"})
    assert answer["Content-Type"] == "application/zip"
    assert "programme/settings.yaml" in zipped.unpack(answer.content)


def test_starters_are_listed_planned_and_set_up(program: Client) -> None:
    assert next(one["key"] for one in program.get(f"{ADDRESS}/starters").json()) == "reseller"
    assert program.post(f"{ADDRESS}/starters/none/plan", {}, content_type="application/json").status_code == 404
    plan = program.post(f"{ADDRESS}/starters/reseller/plan", {}, content_type="application/json").json()
    body = {"digest": plan["digest"]}
    assert program.post(f"{ADDRESS}/starters/reseller/apply", body, content_type="application/json").status_code == 200
    with as_system():
        assert ProductLine.objects.filter(key="hardware").exists()


def test_export_plan_and_apply_on_the_command_line(run: Run, tmp_path: Path) -> None:
    assert run("export", str(tmp_path)).exit_code == 0
    nothing = run("plan", str(tmp_path))
    assert (nothing.exit_code, nothing.output.splitlines()[-1][:18]) == (0, "Nothing to change:")
    (tmp_path / "product_lines.yaml").write_text("cloud:\n  name: Cloud\n")
    planned = run("plan", str(tmp_path))
    assert planned.exit_code == 2
    assert "+ cloud  name: Cloud" in planned.output
    seen = run("plan", str(tmp_path), "--json")
    (tmp_path.parent / "plan.json").write_text(seen.stdout)
    assert json.loads(seen.stdout)["added"] == 1
    assert run("apply", str(tmp_path), input="n\n").exit_code == 1
    with as_system():
        assert not ProductLine.objects.exists()
    done = run("apply", str(tmp_path), "--yes", "--plan", str(tmp_path.parent / "plan.json"))
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Applied.")
    with as_system():
        assert ProductLine.objects.get().name == "Cloud"
    again = run("apply", str(tmp_path), "--yes", "--plan", str(tmp_path.parent / "plan.json"))
    assert again.exit_code == 1
    assert "not the plan that was seen" in again.output


def test_mistakes_are_a_line_each_and_exit_code_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "programme.yaml").write_text("format: 1\nsections: [settings]\n")
    (tmp_path / "settings.yaml").write_text("deals.protection_days: 0\ndeals.grace_days: 1000\n")
    refused = run("plan", str(tmp_path))
    assert refused.exit_code == 1
    assert refused.stderr.splitlines() == [
        "settings.yaml:1 value: Give whole numbers from 1 to 730.",
        "settings.yaml:2 value: Give whole numbers from 0 to 90.",
        "Error: 2 mistakes; nothing was changed",
    ]


def test_an_export_takes_away_files_of_what_is_no_more(run: Run, tmp_path: Path) -> None:
    assert run("export", str(tmp_path)).exit_code == 0
    (tmp_path / "audiences").mkdir(exist_ok=True)
    (tmp_path / "audiences" / "old.yaml").write_text("name: Old\n")
    (tmp_path / "README.md").write_text("Ours")
    again = run("export", str(tmp_path))
    assert "audiences/old.yaml is gone" in again.output
    assert (tmp_path / "README.md").exists()


def test_an_export_does_not_overwrite_files_of_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("mine: 1\n")
    refused = run("export", str(tmp_path))
    assert refused.exit_code == 1
    assert (tmp_path / "settings.yaml").read_text() == "mine: 1\n"


def test_a_starter_is_set_up_on_the_command_line(run: Run) -> None:
    assert "reseller" in run("start").output
    done = run("start", "msp", "--yes")
    assert done.exit_code == 0, done.output
    with as_system():
        assert ProductLine.objects.filter(key="managed-services").exists()
    assert run("start", "franchise").exit_code == 1
