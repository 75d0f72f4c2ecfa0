"""``openprm match``: one list of companies matched against another, without a database."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import click

EVERY = 1_000  # rows between two words about progress

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command()
@click.option("--pool", required=True, type=FILE, help="The companies on file (CSV).")
@click.option("--queries", required=True, type=FILE, help="The companies to look for (CSV).")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Where the verdicts go (CSV); - is the standard output. Appears when complete.",
)
@click.option(
    "--top",
    type=click.IntRange(1, 40),
    help="List this many candidates for each query, a row each with its rank, whatever the decision.",
)
def match(pool: Path, queries: Path, out: Path, top: int | None) -> None:
    """Match a list of companies against another: the same, one family, possibly the same, or different.

    Both files have a row of headings: name, domain, country, id, phone, registration, aliases, family; name or domain
    is needed, all others may be missing. One row comes out for each query: id and name of the best match, probability,
    decision and reasons. Where the decision is "different", id and name are empty (not so with --top).
    """
    from openprm.matching import files

    if str(out) != "-" and not out.absolute().parent.is_dir():
        raise click.BadParameter(f"the folder {out.absolute().parent} does not exist", param_hint="--out")
    to = nullcontext(sys.stdout) if str(out) == "-" else files.written_whole(out)
    try:
        with to as file:
            done = files.match(pool, queries, file, top=top, loaded=_tell("companies"), asked=_tell("queries"))
    except files.Unusable as error:
        raise click.ClickException(str(error)) from error
    if sys.stderr.isatty():
        click.echo(err=True)
    click.echo(f"{done} queries answered", err=True)


def _tell(what: str) -> Callable[[int], None]:
    """Say on the standard error how far it is: often to a person, seldom to a file."""
    often = sys.stderr.isatty()

    def tell(done: int) -> None:
        if often and done % EVERY == 0:
            click.echo(f"\r{done:,} {what}  ", nl=False, err=True)
        elif not often and done % (100 * EVERY) == 0:
            click.echo(f"{done:,} {what}", err=True)

    return tell
