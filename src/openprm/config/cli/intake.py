"""``openprm import``: accounts from a file."""

import click


@click.command("import")
def import_() -> None:
    """Import accounts from a CSV or XLSX file."""
    raise click.ClickException("not available yet")
