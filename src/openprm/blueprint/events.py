"""The facts of the programme as code."""

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("programme.applied", _("The programme was changed as code"), shared=False)
@dataclass(frozen=True)
class Applied:
    """What changed, in words (the first of it), from where it came, and the digest of the plan."""

    source: Annotated[str, events.Words(_("where the change came from"))]
    added: Annotated[int, events.Words(_("number of additions"))]
    changed: Annotated[int, events.Words(_("number of changes"))]
    removed: Annotated[int, events.Words(_("number of removals"))]
    sentences: Annotated[list[str], events.Words(_("changes in words"))]
    digest: Annotated[str, events.Words(_("digest of the plan"))]
