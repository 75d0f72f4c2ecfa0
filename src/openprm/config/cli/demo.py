"""``openprm demo``: try the product with one command."""

import click


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


@click.command("demo-data", hidden=True)
def demo_data() -> None:
    """Load the demo data unless it is there."""
    from openprm.config.cli.setting_up import get_ready

    get_ready()
    from openprm.demo import services

    services.load()


@click.command("demo-people", hidden=True)
def demo_people() -> None:
    """Print the demo's people and how to sign in."""
    from openprm.config.cli.setting_up import get_ready

    get_ready()
    from openprm.demo import services

    people = services.sign_ins()
    width = max(len(email) for _who, email in people)
    for who, email in people:
        click.echo(f"  {email:<{width}}  {who}")
