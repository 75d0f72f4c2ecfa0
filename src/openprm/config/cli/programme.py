"""``openprm programme``: the programme as code."""

from __future__ import annotations

import getpass
import json
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from openprm.config.cli.setting_up import get_ready
from openprm.config.cli.standing import assess, replay

if TYPE_CHECKING:
    from collections.abc import Callable

    from openprm.blueprint.rules import Plan

T = TypeVar("T")

CHANGES = 2  # the exit code of a plan that changes something
folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
existing_folder = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
keep_option = click.option("--keep", is_flag=True, help="Leave what the folder does not have.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON, for programs and --plan.")


@click.group()
def programme() -> None:
    """The partner programme as a folder of YAML files: export, plan, apply.

    From staging to production: export there, commit, plan here, apply here. See docs/programme-as-code.md.
    ``replay`` and ``assess`` are about where partners stand in it.
    """


for command in (replay, assess):
    programme.add_command(command)


@programme.command()
@folder_argument
@click.option("--section", "only", multiple=True, help="Only this section; may be given several times.")
def export(folder: Path, only: tuple[str, ...]) -> None:
    """Write how the programme is set up into FOLDER.

    Files of an earlier export go where what they told of is no more.
    """
    get_ready()
    from openprm.blueprint import services, zipped
    from openprm.kernel.access import SYSTEM

    files = services.export(by=SYSTEM, only=only)
    gone = _told(lambda: zipped.to_disk(files, folder))
    for name in gone:
        click.echo(f"{name} is gone: what it told of is no more")
    click.echo(f"{len(files)} files are in {folder}")


@programme.command()
@existing_folder
@keep_option
@json_option
def plan(folder: Path, keep: bool, as_json: bool) -> None:
    """Say what applying FOLDER would change, in words.

    Exit code 0 if nothing would change, 2 if something would, 1 if the folder cannot be applied.
    """
    get_ready()
    found = _told(lambda: _planned(folder, keep))
    _show(found, as_json)
    sys.exit(CHANGES if found.size else 0)


@programme.command()
@existing_folder
@keep_option
@click.option(
    "--plan",
    "seen",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Refuse if this is not the plan any more that `plan --json` printed into this file.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def apply(folder: Path, keep: bool, seen: Path | None, yes: bool, as_json: bool) -> None:
    """Make the programme what FOLDER says: all of it, or nothing.

    What the folder does not have is removed from the sections it speaks of, unless --keep is given.
    """
    digest = _digest(seen) if seen else ""
    get_ready()
    found = _told(lambda: _planned(folder, keep))
    if digest and digest != found.digest:
        raise click.ClickException("this is not the plan that was seen; nothing was changed. Plan again.")
    _show(found, as_json)
    if not found.size:
        return
    if not yes:
        click.confirm("Apply this?", abort=True, err=as_json)
    _told(lambda: _applied(folder, keep, found.digest))
    click.echo("Applied.", err=as_json)


@programme.command()
@click.argument("starter", default="")
@click.option("--yes", is_flag=True, help="Do not ask.")
def start(starter: str, yes: bool) -> None:
    """Set the programme up with a STARTER that ships with OpenPRM; without one, list them."""
    get_ready()
    from django.utils import timezone

    from openprm.blueprint import starters
    from openprm.kernel.access import SYSTEM

    if not starter:
        for one in starters.all_of_them():
            click.echo(f"{one.key:<22}{one.title}: {one.about}")
        return
    found = _told(lambda: starters.plan(key=starter, by=SYSTEM, at=timezone.now()))
    _show(found, as_json=False)
    if not found.size:
        return
    if not yes:
        click.confirm("Set this up?", abort=True)
    _told(lambda: starters.start(key=starter, by=SYSTEM, at=timezone.now(), digest=found.digest))
    click.echo("Done. Change it in the console, or export it and change the files.")


def _planned(folder: Path, keep: bool) -> Plan:
    from django.utils import timezone

    from openprm.blueprint import services, zipped
    from openprm.kernel.access import SYSTEM

    return services.plan(files=zipped.from_disk(folder), keep=keep, by=SYSTEM, at=timezone.now())


def _applied(folder: Path, keep: bool, digest: str) -> Plan:
    from django.utils import timezone

    from openprm.blueprint import services, zipped
    from openprm.kernel.access import SYSTEM

    return services.apply(
        files=zipped.from_disk(folder), keep=keep, source=_source(folder), by=SYSTEM, at=timezone.now(), digest=digest
    )


def _source(folder: Path) -> str:
    """Return who applied what from where, for the audit log."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        user = "somebody"
    return f"openprm programme apply {folder.resolve().name}, by {user} on {platform.node()}"


def _digest(seen: Path) -> str:
    try:
        digest = json.loads(seen.read_text(encoding="utf-8"))["digest"]
    except (ValueError, KeyError, TypeError):
        raise click.ClickException(f"{seen} is no plan; write one with `plan FOLDER --json`") from None
    return str(digest)


def _show(found: Plan, as_json: bool) -> None:
    from openprm.blueprint import words

    if as_json:
        click.echo(json.dumps(words.outline(found), ensure_ascii=False, indent=2))
        return
    for section in words.outline(found)["sections"]:
        if section["size"]:
            click.echo(click.style(section["label"], bold=True))
            _show_section(section)
    click.echo(words.summary(found))


def _show_section(section: dict[str, Any]) -> None:
    for one in section["added"]:
        click.echo(click.style(f"  + {one['code']}", fg="green") + (f"  {one['words']}" if one["words"] else ""))
    for one in section["changed"]:
        click.echo(click.style(f"  ~ {one['code']}", fg="yellow"))
        for each in one["differences"]:
            click.echo(f"      {each['field']}: {each['before']} → {each['after']}")
    for one in section["removed"]:
        click.echo(click.style(f"  - {one['code']}", fg="red") + (f"  {one['words']}" if one["words"] else ""))


def _told(act: Callable[[], T]) -> T:
    """Do it; where the folder has mistakes, say each in a line of its own."""
    from openprm.blueprint.mistakes import NotApplicable

    try:
        return act()
    except NotApplicable as problem:
        for mistake in problem.mistakes:
            click.echo(str(mistake), err=True)
        noun = "mistake" if problem.number == 1 else "mistakes"
        raise click.ClickException(f"{problem.number} {noun}; nothing was changed") from None
