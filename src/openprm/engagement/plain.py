"""Rules as plain JSON values and back, with every mistake named. Pure, but for the words of the mistakes."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.engagement.rules import Kind, Level, Likeness, Lines, Rule, Rules, Step

MOST_RULES = 60
LONGEST_WORDS = {"told": 200, "advice": 400, "told_vendor": 400}
KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
PLACEHOLDER = re.compile(r"[{}]|%\(|\$\w")
DAYS = range(3651)
NAMES = tuple(one.name for one in fields(Rule))


def dump(rule: Rule) -> dict[str, Any]:
    """Return a rule as JSON values."""
    return {name: _value(getattr(rule, name)) for name in NAMES}


def load(values: Mapping[str, Any]) -> Rule:
    """Return the rule that ``dump`` wrote; what the values leave out is as a rule has it at first."""
    given = {name: values[name] for name in NAMES if name in values}
    read: dict[str, Any] = {name: tuple(given[name]) for name in ("stages", "countries") if name in given}
    if "audience" in given:
        read["audience"] = _audience(given["audience"])
    if "likeness" in given:
        read["likeness"] = frozenset(map(Likeness, given["likeness"]))
    if "claimed_lines" in given:
        read["claimed_lines"] = frozenset(UUID(str(key)) for key in given["claimed_lines"])
    if "steps" in given:
        read["steps"] = tuple(map(Step, given["steps"]))
    if "lines" in given:
        read["lines"] = Lines(given["lines"])
    return Rule(**{**given, **read, "kind": Kind(given["kind"]), "verdict": Level(given["verdict"])})


def _audience(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an audience. The builder writes "everybody" as an empty group, the shipped rules as nothing."""
    return {} if given == {"all": []} else dict(given)


def load_all(values: Sequence[Mapping[str, Any]]) -> Rules:
    """Return the rules of a version."""
    return tuple(load(one) for one in values)


def dump_all(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Return the rules of a version as JSON values."""
    return [dump(rule) for rule in rules]


def stamp(rule: Rule) -> str:
    """Return letters that are others for every other rule: a form holds on to them, to notice a change meanwhile."""
    return hashlib.sha256(json.dumps(dump(rule), sort_keys=True).encode()).hexdigest()[:16]


def problems(rule: Rule) -> dict[str, str]:
    """Return what is wrong with a rule, by field."""
    wrong: dict[str, str] = {}
    if not KEY.match(rule.key):
        wrong["key"] = _(
            "A key is made of small letters, digits and underscores, at most 40, and begins with a letter."
        )
    for name, longest in LONGEST_WORDS.items():
        if problem := _wording(getattr(rule, name), longest):
            wrong[name] = problem
    if not rule.likeness:
        wrong["likeness"] = _("Choose at least one.")
    if rule.kind is Kind.COUNTRY and not rule.countries:
        wrong["countries"] = _("Choose at least one country.")
    if rule.kind is Kind.SPECIALITY and not rule.claimed_lines:
        wrong["claimed_lines"] = _("Choose at least one product line.")
    if rule.kind is Kind.LOST and rule.most_days is None:
        wrong["most_days"] = _("Say for how many days a loss counts.")
    return wrong | _days(rule)


def _wording(text: str, longest: int) -> str:
    if PLACEHOLDER.search(text):
        return _(
            "Write plain words: braces and placeholders are not filled in, so that nothing of others can slip out."
        )
    return _("At most %(n)s characters.") % {"n": longest} if len(text) > longest else ""


def _days(rule: Rule) -> dict[str, str]:
    wrong = {
        name: _("Give a number of days from 0 to 3650.")
        for name in ("least_days", "most_days")
        if (days := getattr(rule, name)) is not None and days not in DAYS
    }
    if not wrong and rule.most_days is not None and (rule.least_days or 0) > rule.most_days:
        wrong["most_days"] = _("Give at least as many days as in the field before.")
    return wrong


def _value(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(str(item) for item in value)
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, Kind | Level | Lines) else value
