"""What the fields of accounts and opportunities may hold, and how a cell of a file is read. Pure; no database."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.customers import registrations
from openprm.customers.registrations import Wrong
from openprm.kernel.ui import countries
from openprm.matching.domains import registrable_domain
from openprm.matching.normalise import fold

LARGEST_AMOUNT = Decimal(10) ** 16
MOST_ALIASES = 30
_WEBSITE = re.compile(r"^[^\s\"'<>]+\.[^\s\"'<>]+$")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y")
YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si", "won", "open"})
NO = frozenset({"no", "n", "false", "0", "", "nein", "non", "lost", "closed"})


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field: its words, how its value is read, and the headings that files give it."""

    label: Any
    read: Callable[[Any], Any]
    headings: tuple[str, ...] = ()
    help: Any = ""


@dataclass(slots=True)
class Cleaned:
    """What a row says: the values that can be used, and for each other field what is wrong with it."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """Return all problems as one text."""
        return " ".join(self.problems.values())


def text(most: int) -> Callable[[Any], str]:
    """Return a reader of one line of text."""

    def read(value: Any) -> str:
        plain = " ".join(str(value).replace("\x00", "").split())
        if len(plain) > most:
            raise Wrong(_("is longer than %(most)s characters.") % {"most": most})
        return plain

    return read


def name(value: Any) -> str:
    """Read a name: a text that has something in it."""
    plain = text(300)(value)
    if not any(letter.isalnum() for letter in plain):
        raise Wrong(_("is empty; every row needs one."))
    return plain


def external_id(value: Any) -> str | None:
    """Read the id that another system gave; empty means none."""
    return text(100)(value) or None


def aliases(value: Any) -> list[str]:
    """Read other names: a list, or a text in which they are separated by ``;`` or ``|``."""
    parts = value if isinstance(value, list | tuple) else re.split(r"[;|\n]", str(value))
    names = list(dict.fromkeys(plain for part in parts if (plain := text(300)(part))))
    if len(names) > MOST_ALIASES:
        raise Wrong(_("has more than %(most)s names.") % {"most": MOST_ALIASES})
    return names


def domains(value: Any) -> list[str]:
    """Read further web domains: a list, or a text in which they are separated by ``;``, ``|`` or spaces."""
    parts = value if isinstance(value, list | tuple) else re.split(r"[;|,\s]+", str(value))
    found: dict[str, None] = {}
    for part in parts:
        plain = text(300)(part)
        domain = registrable_domain(plain)
        if plain and not domain:
            raise Wrong(_("“%(value)s” is no company's web domain.") % {"value": plain[:60]})
        if domain:
            found[domain] = None
    if len(found) > MOST_ALIASES:
        raise Wrong(_("has more than %(most)s domains.") % {"most": MOST_ALIASES})
    return list(found)


def phone(value: Any) -> str:
    """Read a telephone number: digits with what people put between them."""
    plain = text(40)(value)
    if plain and (not re.fullmatch(r"[+\d][\d\s()./-]*", plain) or sum(map(str.isdigit, plain)) < 5):
        raise Wrong(_("is not a telephone number such as +49 40 123456."))
    return plain


def registration_ids(value: Any) -> list[str]:
    """Read registration numbers, each ``scheme:value``: LEI, VAT, DUNS, CIK, or a national register's."""
    parts = value if isinstance(value, list | tuple) else re.split(r"[;|\n]", str(value))
    found = dict.fromkeys(registrations.read(plain) for part in parts if (plain := text(100)(part)))
    if len(found) > MOST_ALIASES:
        raise Wrong(_("has more than %(most)s numbers.") % {"most": MOST_ALIASES})
    return list(found)


def website(value: Any) -> str:
    """Read a web address, with or without ``https://``."""
    plain = text(300)(value)
    if plain and not _WEBSITE.match(plain):
        raise Wrong(_("is not a web address such as https://example.com."))
    return plain


def country(value: Any) -> str:
    """Read a country: its two letters, or its name."""
    plain = text(100)(value)
    if not plain:
        return ""
    code = plain.upper() if len(plain) == 2 else _country_names().get(" ".join(fold(plain)), "")
    if code not in countries.NAMES:
        raise Wrong(_("“%(value)s” is no country; write two letters such as DE.") % {"value": plain[:40]})
    return code


def yes_or_no(value: Any) -> bool:
    """Read yes or no."""
    if isinstance(value, bool):
        return value
    plain = str(value).strip().casefold()
    if plain in YES:
        return True
    if plain in NO:
        return False
    raise Wrong(_("“%(value)s” is neither yes nor no.") % {"value": plain[:40]})


def amount(value: Any) -> Decimal | None:
    """Read an amount that is not below zero, as ``number`` reads it."""
    found = number(value)
    if found is not None and found < 0:
        raise Wrong(_("must not be below zero, nor above 16 digits."))
    return found


def number(value: Any) -> Decimal | None:
    """Read a number: ``1234.5``, ``1,234.50``, ``1.234,50``, with or without a currency or percent sign."""
    if value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool)):
        plain = "" if value is None else str(value)
    else:
        plain = _plain_number(str(value))
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite():
        raise Wrong(_("“%(value)s” is not a number.") % {"value": str(value)[:40]})
    if abs(found) >= LARGEST_AMOUNT:
        raise Wrong(_("must not be below zero, nor above 16 digits."))
    return found.quantize(Decimal("0.01"))


def currency(value: Any) -> str:
    """Read a currency: its three letters."""
    plain = text(20)(value).upper()
    plain = {"€": "EUR", "$": "USD", "£": "GBP"}.get(plain, plain)
    if plain and not re.fullmatch(r"[A-Z]{3}", plain):
        raise Wrong(_("“%(value)s” is no currency; write three letters such as EUR.") % {"value": plain[:20]})
    return plain


def day(value: Any) -> date | None:
    """Read a date: ``2026-03-31``, ``31.3.2026``, ``31 March 2026``. ``3/4/2026`` is refused: it means two days."""
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    plain = str(value).strip()
    if not plain:
        return None
    for form in _DATES:
        try:
            return _sensible(datetime.strptime(plain[:10] if form == _DATES[0] else plain, form).date())
        except ValueError:
            continue
    raise Wrong(_("“%(value)s” is no date; write it as 2026-03-31.") % {"value": plain[:40]})


def keys(value: Any) -> list[str]:
    """Read several short texts: a list, or a text in which they are separated by ``,``, ``;`` or ``|``."""
    parts = value if isinstance(value, list | tuple) else re.split(r"[,;|]", str(value))
    return list(dict.fromkeys(plain for part in parts if (plain := text(120)(part))))


NAME_FIELDS = ("aliases", "former_names", "acronyms", "foreign_names")  # in the order of ``Account.other_names``

ACCOUNT_FIELDS: Mapping[str, FieldRule] = {
    "external_id": FieldRule(
        gettext_lazy("External id"),
        external_id,
        ("external id", "id", "account id", "crm id", "salesforce id", "record id", "customer id", "kundennummer"),
        gettext_lazy("The account's id in your CRM. Rows with an id that is known change that account."),
    ),
    "name": FieldRule(
        gettext_lazy("Name"),
        name,
        (
            "name",
            "account name",
            "account",
            "company",
            "company name",
            "customer",
            "customer name",
            "organisation",
            "organization",
            "firma",
            "kunde",
            "legal name",
            "raison sociale",
            "empresa",
        ),
    ),
    "aliases": FieldRule(
        gettext_lazy("Other names"),
        aliases,
        ("aliases", "alias", "other names", "also known as", "aka", "trading name", "trading names"),
        gettext_lazy("Trading names and whatever else it is called, separated by semicolons."),
    ),
    "former_names": FieldRule(
        gettext_lazy("Former names"), aliases, ("former name", "former names", "previous name", "formerly", "old name")
    ),
    "acronyms": FieldRule(gettext_lazy("Acronyms"), aliases, ("acronym", "acronyms", "abbreviation", "short name")),
    "foreign_names": FieldRule(
        gettext_lazy("Names in other languages"), aliases, ("local name", "foreign name", "name in other languages")
    ),
    "website": FieldRule(
        gettext_lazy("Website"), website, ("website", "web", "url", "domain", "homepage", "web site", "internet")
    ),
    "further_domains": FieldRule(
        gettext_lazy("Further domains"), domains, ("further domains", "other domains", "domains", "other websites")
    ),
    "phone": FieldRule(gettext_lazy("Phone"), phone, ("phone", "telephone", "phone number", "telefon", "tel")),
    "registration_ids": FieldRule(
        gettext_lazy("Registration numbers"),
        registration_ids,
        ("registration numbers", "registration number", "registration ids"),
        gettext_lazy("Such as “LEI:…; VAT:DE136695976; DUNS:…; CIK:…; DE-HRB:12345”, separated by semicolons."),
    ),
    "parent_external_id": FieldRule(
        gettext_lazy("Parent's external id"),
        external_id,
        ("parent external id", "parent id", "parent account id", "parent account", "ultimate parent id"),
        gettext_lazy("The external id of the company that owns it; that account comes first in the file."),
    ),
    "country": FieldRule(
        gettext_lazy("Country"),
        country,
        ("country", "country code", "billing country", "land", "pays", "billing country code"),
    ),
    "industry": FieldRule(gettext_lazy("Industry"), text(120), ("industry", "sector", "branche", "vertical")),
    "is_customer": FieldRule(
        gettext_lazy("Is a customer"), yes_or_no, ("customer yes no", "is customer", "existing customer")
    ),
    "named": FieldRule(
        gettext_lazy("Named account"),
        yes_or_no,
        ("named", "named account", "key account"),
        gettext_lazy("Kept for your own sales team."),
    ),
    "owner_name": FieldRule(
        gettext_lazy("Owner"), text(200), ("owner", "account owner", "owner name", "sales rep", "account manager")
    ),
}

OPPORTUNITY_FIELDS: Mapping[str, FieldRule] = {
    "external_id": FieldRule(
        gettext_lazy("External id"),
        external_id,
        ("external id", "id", "opportunity id", "deal id", "crm id", "record id"),
        gettext_lazy("The opportunity's id in your CRM. Rows with an id that is known change that opportunity."),
    ),
    "account_external_id": FieldRule(
        gettext_lazy("Account's external id"),
        external_id,
        ("account external id", "account id", "customer id", "company id"),
        gettext_lazy("Give this, or the account's name."),
    ),
    "account_name": FieldRule(
        gettext_lazy("Account's name"),
        text(300),
        ("account name", "account", "company", "company name", "customer", "customer name", "firma", "kunde"),
    ),
    "name": FieldRule(
        gettext_lazy("Name"), name, ("name", "opportunity name", "opportunity", "deal", "deal name", "title", "subject")
    ),
    "stage": FieldRule(gettext_lazy("Stage"), text(60), ("stage", "sales stage", "phase", "status")),
    "is_open": FieldRule(gettext_lazy("Is open"), yes_or_no, ("open", "is open")),
    "is_won": FieldRule(gettext_lazy("Is won"), yes_or_no, ("won", "is won")),
    "amount": FieldRule(
        gettext_lazy("Amount"), amount, ("amount", "value", "deal value", "betrag", "revenue", "expected revenue")
    ),
    "currency": FieldRule(
        gettext_lazy("Currency"), currency, ("currency", "currency code", "amount currency", "währung")
    ),
    "close_date": FieldRule(
        gettext_lazy("Close date"),
        day,
        ("close date", "closing date", "expected close", "expected close date"),
    ),
    "owner_name": FieldRule(
        gettext_lazy("Owner"), text(200), ("owner", "opportunity owner", "owner name", "sales rep", "account manager")
    ),
    "product_lines": FieldRule(
        gettext_lazy("Product lines"),
        keys,
        ("product lines", "product line", "products", "product"),
        gettext_lazy("Keys or names of product lines, separated by commas."),
    ),
}


def clean(row: Mapping[str, Any], fields: Mapping[str, FieldRule]) -> Cleaned:
    """Read the fields that a row gives; fields it does not name stay out."""
    cleaned = Cleaned()
    for key, value in row.items():
        rule = fields.get(key)
        if rule is None:
            cleaned.problems[key] = _("There is no field “%(field)s”.") % {"field": str(key)[:60]}
            continue
        try:
            cleaned.values[key] = rule.read("" if value is None else value)
        except Wrong as wrong:
            cleaned.problems[key] = f"{rule.label}: {wrong}"
    return cleaned


def sources_after(
    known: Iterable[str], sources: Mapping[str, str], names: Iterable[str], source: str
) -> dict[str, str]:
    """Return where names came from, now that they are ``names``: what is new among them came from ``source``."""
    before = set(known)
    return {name: sources.get(name, source) for name in names if name in sources or name not in before}


def domain_of(address: str) -> str:
    """Return the registrable domain of a web address; empty for free mail and what proves nothing."""
    return registrable_domain(address) or ""


def _sensible(found: date) -> date:
    if not 1900 <= found.year <= 2200:
        raise ValueError
    return found


def _plain_number(value: str) -> str:
    """Return ``1.234,50 €`` as ``1234.50``: the last sign is the point, unless it sets thousands apart."""
    plain = re.sub(r"[\s'’\u00a0\u202f]|[^\d.,+-]", "", value)
    if not plain and value.strip():
        return "nan"
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return plain
    sign = plain[last]
    other = "," if sign == "." else "."
    groups = plain.count(sign) > 1 or (sign == "," and other not in plain and len(plain) - last == 4)
    if groups:
        return plain.replace(sign, "").replace(other, ".")
    return plain.replace(other, "").replace(sign, ".")


@cache
def _country_names() -> Mapping[str, str]:
    """Countries by their English names and a few that people write instead."""
    known = {" ".join(fold(str(label))): code for code, label in countries.NAMES.items()}
    others = {
        "usa": "US", "united states of america": "US", "u s a": "US", "uk": "GB", "great britain": "GB",
        "england": "GB", "holland": "NL", "deutschland": "DE", "schweiz": "CH", "osterreich": "AT", "espana": "ES",
        "scotland": "GB", "wales": "GB", "northern ireland": "GB", "korea": "KR", "republic of korea": "KR",
        "korea republic of": "KR", "russian federation": "RU", "viet nam": "VN", "turkey": "TR", "uae": "AE",
        "czech republic": "CZ", "macau": "MO", "macedonia": "MK", "hong kong sar": "HK", "republic of ireland": "IE",
        "peoples republic of china": "CN", "cabo verde": "CV", "ivory coast": "CI", "burma": "MM", "swaziland": "SZ",
        "slovak republic": "SK", "bolivarian republic of venezuela": "VE", "iran islamic republic of": "IR",
    }  # fmt: skip
    return {**others, **known}
