"""The kernel's own verbs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.kernel import events, files, settings_store
from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid
from openprm.kernel.events import delivery
from openprm.kernel.events.models import Delivery
from openprm.kernel.facts import DeliveryReplayed, SettingChanged
from openprm.kernel.files.models import StoredFile
from openprm.kernel.settings_store import StoredSetting


@transaction.atomic
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
    settings_store.forget()
    if setting.changed is not None:
        setting.changed(value, at)
    events.announce(SettingChanged(key=key, changes={key: [before, value]}), about=row, by=by, at=at)


def replay(failed: Iterable[Delivery], *, by: Actor, at: datetime) -> int:
    """Try failed deliveries again and return how many; those that did not fail are left alone."""
    chosen = [row for row in failed if row.state == Delivery.State.FAILED]
    for row in chosen:
        delivery.replay(row)
        events.announce(DeliveryReplayed(event=row.event.name, subscriber=row.subscriber), about=row, by=by, at=at)
    return len(chosen)


def change_picture(*, key: str, upload: Any, by: Actor, at: datetime) -> None:
    """Put a new picture in force as the value of a setting, or (without an upload) none; the old one is forgotten."""
    by.require("kernel.manage_settings")
    if upload is None:
        change_setting(key=key, value="", by=by, at=at)
        row = StoredSetting.objects.filter(key=key).first()
    else:
        row, _created = StoredSetting.objects.get_or_create(key=key, defaults={"value": settings_store.get(key)})
        picture = files.store(upload, owner=row, by=by, at=at, allow=files.IMAGES)
        change_setting(key=key, value=picture.url, by=by, at=at)
    kept = settings_store.get(key)
    pictures = StoredFile.objects.filter(owner_type="kernel.StoredSetting", owner_id=row.pk) if row else []
    for file in pictures:
        if file.url != kept:
            files.remove(file)
