"""``openprm demo``: try the product."""

import click


@click.command()
def demo() -> None:
    """Try OpenPRM with a made-up programme: sets everything up and starts web server and worker."""
    raise click.ClickException("not available yet")
