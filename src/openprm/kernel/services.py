"""The kernel's own verbs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.kernel import events, settings_store
from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid
from openprm.kernel.facts import SettingChanged
from openprm.kernel.settings_store import StoredSetting


def change_setting(*, key: str, value: Any, by: Actor, at: datetime) -> None:
    """Put a new value of a programme setting in force."""
    by.require("kernel.manage_settings")
    setting = settings_store.declared.get(key)
    if setting is None:
        raise Invalid(_("There is no setting “%(key)s”.") % {"key": key})
    value = settings_store.checked(setting, value)
    before = settings_store.get(key)
    if before == value:
        return
    row, created = StoredSetting.objects.get_or_create(key=key, defaults={"value": value})
    if not created:
        row.value = value
        row.write("value", at=at)
    events.announce(SettingChanged(key=key, changes={key: [before, value]}), about=row, by=by, at=at)
