"""``openprm receipt``: verifying receipts without a database, and the keys."""

import json
import sys
from pathlib import Path

import click

from openprm.config.cli.setting_up import get_ready


@click.group()
def receipt() -> None:
    """Verify receipts; print and rotate the keys that sign them."""


@receipt.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    "key_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The published keys (from /.well-known/openprm-receipt-keys.json), one JWK, or PEM.",
)
def verify(file: Path, key_file: Path) -> None:
    """Say whether a receipt (JSON or PDF) was signed with one of the keys, and what it says.

    Needs no database and no server. Exit code 0 if it is valid, 1 if not.
    """
    from openprm.receipts import pdf, signing

    try:
        said = signing.verify(pdf.document_of(file.read_bytes()), signing.read_keys(key_file.read_bytes()))
    except (signing.NotValid, signing.NoKeys) as problem:
        raise click.ClickException(f"{file.name}: {problem}") from None
    click.echo(f"Valid. {said['title']} {said['deal']['reference']} of {said['partner']['name']}")
    for label, words in said["says"]:
        click.echo(f"  {label}: {words}")
    click.echo(f"  Position in the chain: {said['chain']['position']}, hash {said['chain']['hash']}")


@receipt.command()
def keys() -> None:
    """Print the public keys as they are published."""
    get_ready()
    from openprm.receipts import queries

    json.dump(queries.key_set(), sys.stdout, indent=2)
    click.echo()


@receipt.command("rotate-key")
def rotate_key() -> None:
    """Let a new key sign receipts from now on; those given so far stay valid."""
    get_ready()
    from django.utils import timezone

    from openprm.kernel.access import SYSTEM, as_system
    from openprm.receipts import services

    with as_system():
        key = services.rotate(by=SYSTEM, at=timezone.now())
    click.echo(f"{key.kid} signs receipts from now on.")
