"""``openprm import``: accounts, opportunities, figures and whatever else features take in, from a file."""

import sys
from pathlib import Path
from uuid import UUID

import click

from openprm.config.cli.setting_up import get_ready

SHOWN_PROBLEMS = 10


def _columns(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Read ``field=column`` pairs."""
    pairs = [pair.partition("=") for pair in given]
    wrong = [field for field, separator, column in pairs if not separator or not column]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is not of the form field=column")
    return {field.strip(): column.strip() for field, _separator, column in pairs}


class Kind(click.ParamType[str]):
    """What can be imported: the kinds that features declare, so it is known once they are loaded."""

    name = "kind"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the kind as it is, or say which there are."""
        get_ready()
        from openprm.customers import importing

        known = sorted(kind.key for kind in importing.kinds())
        if value not in known:
            self.fail(f"{value!r} cannot be imported. There are: {', '.join(known)}.", param, ctx)
        return value


@click.command("import")
@click.argument("what", type=Kind())
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--column",
    "columns",
    multiple=True,
    callback=_columns,
    metavar="FIELD=COLUMN",
    help="Which column is which field, by its heading or number from 0; the headings decide otherwise.",
)
@click.option(
    "--same-company",
    type=click.Choice(["update", "skip", "create"]),
    default="update",
    show_default=True,
    help="What to do with a row without a known external id whose company is known already.",
)
def import_(what: str, file: Path, columns: dict[str, str], same_company: str) -> None:
    """Import accounts, opportunities, figures or another WHAT from a CSV or XLSX file.

    What a feature can take in is offered as soon as it is there; a word that is none lists them.

    Rows with a known external id are updated, so the same file may be imported again. Exit code 1 if a row could not
    be read; the others are in. The console shows the import and can take it back.
    """
    from django.utils import timezone

    from openprm.customers import services
    from openprm.kernel.access import SYSTEM

    item = services.import_file(
        file, what, columns, by=SYSTEM, at=timezone.now(), progress=_progress, same_company=same_company
    )
    if sys.stderr.isatty():
        click.echo(err=True)
    click.echo(
        f"{item.created} created, {item.updated} updated, {item.unchanged} unchanged, {item.skipped} skipped,"
        f" {item.failed} failed"
    )
    if item.problem:
        raise click.ClickException(f"the import stopped after row {item.position}: {item.problem}")
    if item.failed:
        _tell_problems(item.pk)
        sys.exit(1)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {total} rows", nl=False, err=True)


def _tell_problems(pk: UUID) -> None:
    from openprm.customers.models import ImportRow
    from openprm.kernel.access import as_system

    with as_system():
        rows = list(ImportRow.objects.filter(parent_id=pk, outcome="failed").order_by("number")[: SHOWN_PROBLEMS + 1])
    for row in rows[:SHOWN_PROBLEMS]:
        click.echo(f"row {row.number}: {row.problem}", err=True)
    if len(rows) > SHOWN_PROBLEMS:
        click.echo("…; the console has all of them as a file", err=True)
