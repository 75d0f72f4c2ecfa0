"""The facts of the programme as code."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("programme.applied", _("The programme was changed as code"), shared=False)
@dataclass(frozen=True)
class Applied:
    """What changed, in words (the first of it), from where it came, and the digest of the plan."""

    source: str
    added: int
    changed: int
    removed: int
    sentences: list[str]
    digest: str
