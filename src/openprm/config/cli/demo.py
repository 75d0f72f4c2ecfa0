"""``openprm demo``: try the product with one command."""

import sys
from typing import Any

import click

from openprm.config.cli.progress import Progress
from openprm.config.cli.setting_up import get_ready

SHOWN = ("partner-sales", "rival-sales", "channel-manager", "admin")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; by default 8000 or the next free one.")
def demo(host: str, port: int | None) -> None:
    """Try OpenPRM with a made-up programme.

    Sets up the database, loads the demo data (the first time), starts web server and worker, and prints where to go.
    Ctrl-C stops everything; what you did is there again the next time.
    """
    from openprm.config import supervisor

    supervisor.run_demo(host=host, port=port)


@click.command("demo-prepare", hidden=True)
def demo_prepare() -> None:
    """Migrate, load the demo data unless it is there, collect static files; then print who one can be.

    One process does it all: getting ready is most of the work the second time.
    """
    get_ready(owner=True)
    from django.core.management import call_command
    from django.db import connection

    from openprm.config import roles, static_files

    with Progress(sys.stderr).counting() as progress:
        if not _is_there(connection):
            progress.begin("Making the tables")
        call_command("migrate", interactive=False, verbosity=0)
        roles.become(connection, owner=False)
        _load(progress)
    static_files.collect_if_changed()
    _print_people()


def _is_there(connection: Any) -> bool:
    return "partners_partner" in connection.introspection.table_names()


def _load(progress: Progress) -> None:
    from openprm.demo import services
    from openprm.kernel.access import as_system
    from openprm.partners.models import Partner

    with as_system():
        if Partner.objects.exists():
            return
    services.load(tell=progress.begin)


def _print_people() -> None:
    from openprm.demo.personas import PASSWORD, PERSONAS

    shown = [person for person in PERSONAS if person.key in SHOWN]
    click.echo("  Choose there who you want to be, with one click; for example")
    for person in shown:
        click.echo(f"    {person.name:<14} {person.title}, {person.company}")
    click.echo(f"  By hand: {shown[0].email}, password {PASSWORD}")
