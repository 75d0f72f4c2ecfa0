"""The facts that the kernel itself announces."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("setting.changed", _("A programme setting was changed"), shared=False)
@dataclass(frozen=True)
class SettingChanged:
    """``changes`` maps the setting's key to its value before and after."""

    key: Annotated[str, events.Words(_("setting"))]
    changes: Annotated[dict[str, list[Any]], events.Words(_("changed settings"))]


@events.declare("delivery.replayed", _("A failed delivery was tried again"), shared=False)
@dataclass(frozen=True)
class DeliveryReplayed:
    """Which event goes to which subscriber again."""

    event: Annotated[str, events.Words(_("event"))]
    subscriber: Annotated[str, events.Words(_("what follows from it"))]
