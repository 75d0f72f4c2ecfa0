"""Facts of the tests' own, about the rows the kernel has."""

from dataclasses import dataclass

from openprm.kernel import events


@events.declare("thing.shared", "Something both sides know")
@dataclass(frozen=True)
class Shared:
    """What happened."""

    words: str = "hello"


@events.declare("thing.kept", "Something only the vendor knows", shared=False)
@dataclass(frozen=True)
class Kept:
    """What happened."""

    words: str = "hush"
