"""``openprm user``: people, for those who have the server but no sign-in."""

import click


@click.group()
def user() -> None:
    """Create, invite, reset or deactivate people."""
