"""The facts of receipts."""

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("receipt_key.rotated", _("The key that signs receipts was rotated"), shared=False)
@dataclass(frozen=True)
class KeyRotated:
    """The new key, and the one that signs nothing any more."""

    key: Annotated[str, events.Words(_("new key"))]
    retired: Annotated[str, events.Words(_("key that was retired"))] = ""
