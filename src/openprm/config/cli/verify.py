"""``openprm verify``: has anybody altered what was recorded?"""

import sys

import click

from openprm.config.cli.setting_up import get_ready


@click.command()
@click.option(
    "--adopt",
    is_flag=True,
    help="First chain the events that were recorded before their kind was chained, where an upgrade asks for it.",
)
def verify(adopt: bool) -> None:
    """Walk the hash chains of all events and the anchors, and name what was altered, first things first.

    Exit code 0 if everything fits, 1 if something does not. The console shows what came of it, too.
    """
    get_ready()
    from django.utils import timezone

    from openprm.kernel.ledger import verifying
    from openprm.kernel.ledger.words import sentence

    if adopt:
        _adopt()
    done = verifying.verify(by="openprm verify", at=timezone.now(), now=timezone.now, progress=_progress)
    if sys.stderr.isatty():
        click.echo(err=True)
    click.echo(f"{done.links} events in {done.chains} chains, {done.anchors} anchors")
    if done.sound:
        click.echo("Everything fits: nothing was altered.")
        return
    click.echo(f"First: {sentence(done.first)}", err=True)
    for finding in done.findings[1:]:
        click.echo(f"Also:  {sentence(finding)}", err=True)
    raise click.ClickException(f"{done.problems} place{'s do' if done.problems > 1 else ' does'} not fit")


def _adopt() -> None:
    from openprm.kernel.access import as_system
    from openprm.kernel.ledger import chaining

    with as_system():
        click.echo(f"{chaining.adopt()} events chained that were in no chain before")


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {total} {what}   ", nl=False, err=True)
