"""Commands that run the product: web server, worker, migrations, and Django's own commands."""

import asyncio
import os
import socket
import sys

import click

from openprm.config.cli.setting_up import get_ready

OWNERS_COMMANDS = {
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "flush",
    "dbshell",
    "sqlflush",
    "squashmigrations",
}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes, about one a core."
)
@click.option("--access-log", is_flag=True, help="Write a line for each request.")
@click.option("--fd", type=int, hidden=True, help="Listen on this inherited socket.")
def serve(host: str, port: int, workers: int, access_log: bool, fd: int | None) -> None:
    """Run the web server: pages, API and live updates on one port."""
    import uvicorn

    from openprm.config import processes, static_files

    if fd is None:
        _refuse_taken_port(host, port)
    get_ready()
    static_files.collect_if_changed()
    if workers > 1:
        os.environ[processes.PARENT] = str(os.getpid())
    if fd is None:
        click.echo(f"OpenPRM listens on http://{host}:{port}", err=True)
    uvicorn.run(
        "openprm.config.asgi:application",
        host=host,
        port=port,
        fd=fd,
        workers=workers,
        access_log=access_log,
        log_config=None,
        log_level="info" if access_log else "warning",
        lifespan="on",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=20,
    )


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {host}:{port}: {error.strerror}; choose another --port"
            ) from None


@click.command()
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1, 64), help="Jobs at the same time.")
@click.option("--queue", "queues", multiple=True, help="Only this queue; may be given several times. All by default.")
@click.option("--once", is_flag=True, help="Stop when nothing is left to do.")
def worker(concurrency: int, queues: tuple[str, ...], once: bool) -> None:
    """Run a worker: e-mail, events, schedules, imports.

    Start as many as you like. It finishes the jobs at hand when told to stop, and waits for the database when that is
    away.
    """
    get_ready()
    from openprm.config.working import work

    asyncio.run(work(concurrency=concurrency, queues=list(queues) or None, wait=not once))


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing unless something goes wrong.")
def migrate(quiet: bool) -> None:
    """Bring the database to this version: roles, tables, row-level security."""
    get_ready(owner=True)
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0 if quiet else 1)


@click.command()
def shell() -> None:
    """Open a Python shell with everything loaded, in the scope of the system."""
    get_ready()
    from django.core.management import call_command

    call_command("shell")


@click.command(hidden=True, add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands."""
    if arguments and arguments[0] in OWNERS_COMMANDS:
        os.environ["OPENPRM_DB_OWNER"] = "1"
    from django.core.management import execute_from_command_line

    sys.argv = ["openprm django", *arguments]
    execute_from_command_line(sys.argv)
