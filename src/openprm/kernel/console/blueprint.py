"""Programme settings as text. Pictures stay out: they are files. What a file does not name stays as it is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import settings_store
from openprm.kernel.access import Actor
from openprm.kernel.blueprints import Document, Section
from openprm.kernel.errors import Invalid
from openprm.kernel.services import change_setting


class SettingDocument(Document):
    """A programme setting and its value."""

    value: bool | int | str | list[int]


def read() -> Iterable[SettingDocument]:
    """Return all settings but pictures, with the values in force."""
    keys = [key for key, setting in settings_store.declared.items() if setting.kind != "image"]
    return [SettingDocument(code=key, value=value) for key, value in settings_store.many(*keys).items()]


def write(document: SettingDocument, by: Actor, at: datetime) -> None:
    """Put a value in force."""
    setting = settings_store.declared.get(document.code)
    if setting is None or setting.kind == "image":
        known = ", ".join(sorted(key for key in settings_store.declared if key.startswith(_feature(document.code))))
        message = str(_("There is no setting “%(key)s”. Take the line out.")) % {"key": document.code}
        if known:
            message += " " + str(_("There are: %(known)s.")) % {"known": known}
        raise Invalid(message, fields={"code": message})
    try:
        change_setting(key=document.code, value=document.value, by=by, at=at)
    except Invalid as wrong:
        raise Invalid(str(wrong), fields={"value": str(wrong)}) from wrong


def remark(document: SettingDocument) -> str:
    """Return what the setting is, in a few words."""
    setting = settings_store.declared[document.code]
    return f"{setting.label}, {setting.unit}" if setting.unit else str(setting.label)


def _feature(key: str) -> str:
    return key.partition(".")[0] + "."


settings = Section(
    key="settings",
    label=_("Programme settings"),
    order=10,
    shape=SettingDocument,
    read=read,
    write=write,
    together=True,
    remark=remark,
)

__all__: list[Any] = ["SettingDocument", "settings"]
