"""Messages to people: in the app, by e-mail, at once or as a digest, as each person prefers."""

from typing import Any


def notify(**_message: Any) -> None:
    """Stand in until the messages land."""
