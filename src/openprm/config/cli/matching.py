"""``openprm matching``: let matching learn from this deployment's own decisions."""

from pathlib import Path
from typing import Any

import click

from openprm.config.cli.setting_up import get_ready


@click.group()
def matching() -> None:
    """Let matching learn from your own decisions, and go back."""


@matching.command()
@click.argument("data", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--most", type=click.IntRange(10), default=4_000, show_default=True, help="Pairs of DATA to learn from.")
@click.option("--dry-run", is_flag=True, help="Print the report and change nothing.")
@click.option("--anyway", is_flag=True, help="Put it in force even where a figure got worse.")
def train(data: Path | None, most: int, dry_run: bool, anyway: bool) -> None:
    """Learn from the decisions in the database, and from labelled pairs in DATA.

    DATA is a file, or a folder of gold_*.csv or gold_*.csv.gz, with the columns account and query, and if you like
    entity_id and absent (1 where the right answer is none). Half of the companies teach and half judge, then the
    other way round: the report is about pairs that were not seen. What is learnt is kept in the database, for all
    processes at once, and stays with upgrades. `openprm matching forget` goes back.
    """
    get_ready()
    from django.utils import timezone

    from openprm.customers.services import learnt

    found = learnt.train(data=data, at=timezone.now(), most=most, dry_run=dry_run, anyway=anyway)
    for line in _shown(found):
        click.echo(line)
    if found.kept:
        click.echo("In force now. To go back: openprm matching forget")
    elif dry_run:
        click.echo("Nothing was changed (--dry-run).")
    elif not found.after.pairs and not found.after.decisions:
        raise click.ClickException("there is nothing to learn from yet: no decisions, and no DATA was given")
    else:
        raise click.ClickException("not put in force: a figure got worse (--anyway puts it in force all the same)")


@matching.command()
def forget() -> None:
    """Go back to the weights that come with the program; what was learnt stays on record."""
    get_ready()
    from django.utils import timezone

    from openprm.customers.services import learnt

    went = learnt.go_back(at=timezone.now())
    click.echo("Back to the weights that come with the program." if went else "These are in force already.")


def _shown(found: Any) -> list[str]:
    before, after = found.before, found.after
    rows = [
        ("F1", before.f1, after.f1, before.pairs),
        ("recall at 95 % precision", before.recall_at_95, after.recall_at_95, before.pairs),
        ("decisions answered as decided", before.as_decided, after.as_decided, before.decisions),
    ]
    lines = [f"{after.pairs} pairs from files, {after.decisions} decisions of your own", f"{'':32}before   after"]
    return lines + [f"{name:32}{old:6.3f}  {new:6.3f}" for name, old, new, count in rows if count]
