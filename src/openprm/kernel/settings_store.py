"""Settings of the programme, declared by features and edited in the console."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import models
from django.utils.translation import gettext as _

from openprm.kernel.entity import Entity
from openprm.kernel.errors import Invalid

Kind = Literal["integer", "text", "boolean", "colour", "choice", "integers", "image"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key ``feature.word``, its words, its value until somebody changes it, and its bounds.

    ``changed`` is called with a new value in the transaction that stores it; it may refuse by raising a Problem.
    """

    key: str
    label: Any
    default: Any
    kind: Kind
    help: Any = ""
    minimum: int | None = None
    maximum: int | None = None
    choices: Sequence[tuple[str, Any]] = ()
    unit: Any = ""
    group: Any = ""
    changed: Callable[[Any, datetime], None] | None = None


class StoredSetting(Entity):
    """A setting that somebody changed."""

    key = models.CharField(max_length=80, unique=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return str(declared[self.key].label) if self.key in declared else self.key


declared: dict[str, Setting] = {}
_kept: dict[str, Any] = {}  # values that features keep here to be read with the settings; no page shows them
_held: ContextVar[dict[str, Any] | None] = ContextVar("openprm_held_settings", default=None)


def register(setting: Setting) -> None:
    """Make a declared setting known."""
    declared[setting.key] = setting


def get(key: str) -> Any:
    """Return the value in force."""
    return many(key)[key]


def many(*keys: str) -> dict[str, Any]:
    """Return the values in force, with one query; within ``held()`` with one query for all that ask."""
    held = _held.get()
    if held is None:
        stored = dict(StoredSetting.objects.filter(key__in=keys).values_list("key", "value"))
    else:
        if not held:
            held |= _kept | {key: setting.default for key, setting in declared.items()}
            held |= dict(StoredSetting.objects.values_list("key", "value"))
        stored = held
    return {key: stored.get(key, declared[key].default if key in declared else _kept.get(key)) for key in keys}


def reserve(key: str, default: Any) -> None:
    """Make a key known whose value a feature keeps by itself, to be read together with the settings."""
    _kept[key] = default


def keep(key: str, value: Any, at: datetime) -> None:
    """Keep the value of a reserved key."""
    if key not in _kept:
        raise KeyError(key)
    StoredSetting.objects.update_or_create(key=key, defaults={"value": value, "updated_at": at})
    forget()


@contextmanager
def held() -> Iterator[None]:
    """Read the settings once for all who ask within the block; ``forget`` has them read anew."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def forget() -> None:
    """Have settings that are held read anew: one was changed."""
    if (held := _held.get()) is not None:
        held.clear()


def row(key: str) -> StoredSetting:
    """Return the setting's row; one of version 0 with the default where nobody changed it yet."""
    stored = StoredSetting.objects.filter(key=key).first()
    return stored or StoredSetting(key=key, value=declared[key].default, version=0)


def checked(setting: Setting, value: Any) -> Any:
    """Return the value in its plain form, or raise Invalid saying what is allowed."""
    problem = _problem(setting, value)
    if problem:
        raise Invalid(problem, code="setting_invalid", fields={setting.key: problem})
    return value


def _problem(setting: Setting, value: Any) -> str:
    match setting.kind:
        case "integer":
            return "" if _within(setting, value) else _range(setting)
        case "integers":
            good = isinstance(value, list) and all(_within(setting, item) for item in value)
            return "" if good else _range(setting)
        case "boolean":
            return "" if isinstance(value, bool) else _("Choose yes or no.")
        case "choice":
            allowed = [key for key, _label in setting.choices]
            return "" if value in allowed else _("Choose one of: %(values)s.") % {"values": ", ".join(allowed)}
        case "colour":
            good = isinstance(value, str) and len(value) == 7 and value[0] == "#" and _is_hex(value[1:])
            return "" if good else _("Give a colour such as #1a5fb4.")
        case _:
            good = isinstance(value, str) and len(value) <= 500
            return "" if good else _("Give a text of at most 500 characters.")


def _within(setting: Setting, value: Any) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    above = setting.minimum is None or value >= setting.minimum
    return above and (setting.maximum is None or value <= setting.maximum)


def _range(setting: Setting) -> str:
    return _("Give whole numbers from %(least)s to %(most)s.") % {"least": setting.minimum, "most": setting.maximum}


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdefABCDEF" for character in text)
