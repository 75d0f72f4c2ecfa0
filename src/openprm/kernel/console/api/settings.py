"""Programme settings, for programs."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel import services, settings_store
from openprm.kernel.api import Field, File, Router, Schema, UploadedFile, operation, require_match, tagged
from openprm.kernel.errors import Invalid, Missing
from openprm.kernel.http import Request
from openprm.kernel.settings_store import Kind, Setting

MANAGE = "kernel.manage_settings"
router = Router(tags=["Settings"])


class SettingOut(Schema):
    """A setting of the programme, with the value in force and its bounds."""

    key: str = Field(examples=["deals.protection_days"])
    label: str = Field(examples=["Protection window"])
    help: str
    group: str
    kind: Kind
    value: Any = Field(examples=[90])
    default: Any = Field(examples=[90])
    unit: str = Field(examples=["days"])
    minimum: int | None
    maximum: int | None
    choices: list[str]


class SettingIn(Schema):
    """The value that shall be in force."""

    value: Any = Field(examples=[120])


@router.get("/settings", response=list[SettingOut], operation_id="list_settings")
@operation(MANAGE)
def list_settings(request: Request) -> Any:
    """List all settings of the programme."""
    values = settings_store.many(*settings_store.declared)
    return [_shown(setting, values[setting.key]) for setting in settings_store.declared.values()]


@router.get("/settings/{key}", response=SettingOut, operation_id="get_setting")
@operation(MANAGE)
def get_setting(request: Request, key: str, response: HttpResponse) -> Any:
    """Read one setting."""
    return _one(key, response)


@router.put("/settings/{key}", response=SettingOut, operation_id="change_setting")
@operation(MANAGE)
def change_setting(request: Request, key: str, payload: SettingIn, response: HttpResponse) -> Any:
    """Put another value in force, at once. A picture can only be taken away here, by an empty text."""
    setting = _declared(key)
    require_match(request, settings_store.row(key))
    acts: dict[str, Any] = {"key": key, "by": request.actor, "at": timezone.now()}
    if setting.kind != "image":
        services.change_setting(value=payload.value, **acts)
    elif payload.value == "":
        services.change_picture(upload=None, **acts)
    else:
        problem = _("Send the picture to /settings/%(key)s/picture; here it can be taken away with “”.") % {"key": key}
        raise Invalid(problem, fields={"value": problem})
    return _one(key, response)


@router.post("/settings/{key}/picture", response=SettingOut, operation_id="change_setting_picture")
@operation(MANAGE)
def change_setting_picture(request: Request, key: str, file: File[UploadedFile], response: HttpResponse) -> Any:
    """Put another picture in force: PNG, JPEG, GIF or WebP."""
    if _declared(key).kind != "image":
        problem = _("“%(key)s” is no picture. Give its value with PUT /settings/%(key)s.") % {"key": key}
        raise Invalid(problem, fields={"file": problem})
    services.change_picture(key=key, upload=file, by=request.actor, at=timezone.now())
    return _one(key, response)


def _declared(key: str) -> Setting:
    setting = settings_store.declared.get(key)
    if setting is None:
        raise Missing(_("There is no setting of this name. GET /settings lists all."))
    return setting


def _one(key: str, response: HttpResponse) -> dict[str, Any]:
    setting = _declared(key)
    row = tagged(response, settings_store.row(key))
    return _shown(setting, row.value)


def _shown(setting: Setting, value: Any) -> dict[str, Any]:
    return {
        "key": setting.key,
        "label": str(setting.label),
        "help": str(setting.help),
        "group": str(setting.group),
        "kind": setting.kind,
        "value": value,
        "default": setting.default,
        "unit": str(setting.unit),
        "minimum": setting.minimum,
        "maximum": setting.maximum,
        "choices": [key for key, _label in setting.choices],
    }
