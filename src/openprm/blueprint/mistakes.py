"""What is wrong with a folder: each mistake with its file, line and field, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.kernel.errors import Invalid

MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that cannot be applied as it stands."""

    file: str
    line: int
    field: str
    message: str

    @property
    def place(self) -> str:
        """Return where it is: ``roles/vendor.sales.yaml:12 grants.deals.approve``."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where} {self.field}".rstrip()

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class NotApplicable(Invalid):
    """The folder cannot be applied; nothing was changed."""

    code = "blueprint_invalid"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = list(mistakes)[:MOST_TOLD]
        self.number = len(mistakes)
        told: dict[str, str] = {}
        for one in self.mistakes:
            told[one.place] = f"{told[one.place]} {one.message}" if one.place in told else one.message
        first = str(self.mistakes[0])
        message = ngettext(
            "There is %(number)s mistake, so nothing was changed: %(first)s",
            "There are %(number)s mistakes, so nothing was changed. The first: %(first)s",
            self.number,
        )
        super().__init__(message % {"number": self.number, "first": first}, fields=told)


def too_much(message: str) -> NotApplicable:
    """Return the refusal of something that is too large to be read."""
    return NotApplicable([Mistake(_("The folder"), 0, "", message)])
