"""What profile values must look like, and the refusals that several verbs share."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.ui import countries
from openprm.matching.domains import registrable_domain
from openprm.partners import tiers
from openprm.partners.lists import BusinessModel, PartnerType, Region, Vertical

LONGEST_NAME = 200
LONGEST_ADDRESS = 300


def require(allowed: bool, message: str = "") -> None:
    """Raise Forbidden unless ``allowed``."""
    if not allowed:
        raise Forbidden(message or _("You may not change this partner. Ask its channel manager, or an administrator."))


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return profile values in their plain form; raise Invalid that names every field that is wrong."""
    cleaned: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in values.items():
        try:
            cleaned[name] = _CHECKS[name](value)
        except KeyError:
            wrong[name] = _("A partner has no such field.")
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(_("Some values cannot be stored."), fields=wrong)
    if "website" in cleaned:
        cleaned["domain"] = registrable_domain(cleaned["website"]) or ""
    return cleaned


def _required_name(value: Any) -> str:
    name = _name(value)
    if not name:
        raise ValueError(_("Give the company's name as it stands in the register."))
    return name


def _name(value: Any) -> str:
    name = " ".join(str(value or "").split())
    if len(name) > LONGEST_NAME:
        raise ValueError(_("Give at most 200 characters."))
    if "\x00" in name:
        raise ValueError(_("There is a character in this name that cannot be stored."))
    return name


def _website(value: Any) -> str:
    address = str(value or "").strip()
    if not address:
        return ""
    if "://" not in address:
        address = f"https://{address}"
    try:
        URLValidator(schemes=["http", "https"])(address)
        urlsplit(address)
    except (ValidationError, ValueError):
        raise ValueError(_("Give a web address such as www.contoso.com.")) from None
    if len(address) > LONGEST_ADDRESS:
        raise ValueError(_("Give a web address of at most 300 characters."))
    return address


def _country(value: Any) -> str:
    code = str(value or "").strip().upper()
    if code not in countries.NAMES:
        raise ValueError(_("Give a country by its two letters, such as DE."))
    return code


def _region(value: Any) -> str:
    return _one_of(Region)(value) if value else ""


def _one_of(choices: type[TextChoices] | type[StrEnum]) -> Callable[[Any], str]:
    allowed = [str(choice.value) for choice in choices]

    def check(value: Any) -> str:
        if str(value) not in allowed:
            raise ValueError(_("Choose one of: %(values)s.") % {"values": ", ".join(allowed)})
        return str(value)

    return check


def _tier(value: Any) -> str:
    allowed = tiers.codes()
    if str(value) not in allowed:
        raise ValueError(_("Choose one of: %(values)s.") % {"values": ", ".join(allowed)})
    return str(value)


def _some_of(choices: type[TextChoices]) -> Callable[[Any], list[str]]:
    allowed = [str(choice.value) for choice in choices]

    def check(value: Any) -> list[str]:
        words = {str(item) for item in value or ()}
        if words - set(allowed):
            raise ValueError(_("Choose among: %(values)s.") % {"values": ", ".join(allowed)})
        return [word for word in allowed if word in words]

    return check


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "legal_name": _required_name,
    "trading_name": _name,
    "website": _website,
    "country": _country,
    "region": _region,
    "partner_types": _some_of(PartnerType),
    "business_models": _some_of(BusinessModel),
    "verticals": _some_of(Vertical),
    "tier": _tier,
}

SETTABLE = frozenset(_CHECKS)  # the fields of a profile, for those who ask for them elsewhere
