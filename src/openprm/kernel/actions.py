"""Actions: what can be made to happen to a partner, by a rule or by hand.

A feature declares its actions (``Feature.actions``); the engine of automations offers them to whoever builds one,
draws a form from their parameters, and runs them. A new feature's actions appear there by being declared::

    Action(
        "journeys.assign",
        _("Assign a journey"),
        sentence=_("assign the journey {journey}"),
        parameters=[Parameter("journey", _("Journey"), "choice", choices=_published_journeys)],
        run=_assign,
    )
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid

Kind = Literal["text", "long_text", "number", "days", "date", "choice", "choices", "boolean", "predicate"]
Choices = Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something an action needs to be told. Values are plain JSON; ``choices`` are lasting codes with their words."""

    name: str
    label: Any
    kind: Kind
    required: bool = True
    choices: Choices | Callable[[], Choices] = ()
    help: Any = ""
    default: Any = None

    def options(self) -> list[tuple[str, str]]:
        """Return the values that can be chosen now, with their words."""
        return [(str(value), str(label)) for value, label in self.listed()]

    def listed(self) -> Choices:
        """Return the values as they are declared: words that nobody reads are not looked up."""
        return self.choices() if callable(self.choices) else self.choices

    def words(self, value: Any) -> str:
        """Return a value as people read it."""
        if self.kind in ("choice", "choices"):
            known = dict(self.options())
            given = value if isinstance(value, list) else [value]
            return ", ".join(known.get(str(one), str(one)) for one in given)
        if self.kind == "boolean":
            return str(_("yes") if value else _("no"))
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why an action runs: the partner it is for, the fact that led to it (if one did), who acts and when.

    ``key`` is the same whenever the same step of the same run is tried again: an action that creates something keeps
    it, and creates nothing twice.
    """

    partner_id: UUID
    by: Actor
    at: datetime
    key: str
    event_id: UUID | None = None
    event: str = ""
    payload: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be made to happen to a partner.

    ``run`` does it in the caller's transaction, by the feature's own service, and returns in a few words what it did
    ("assigned the journey Healthcare"). It refuses with Invalid or Forbidden, in words that say what to do. ``foresee``
    says without writing what it would do; without it the sentence is told. ``sentence`` names parameters in braces.
    """

    key: str
    label: Any
    sentence: Any
    run: Callable[[Occasion, Mapping[str, Any]], str]
    parameters: Sequence[Parameter] = ()
    foresee: Callable[[Occasion, Mapping[str, Any]], str] | None = None
    icon: str = "bolt"
    group: Any = ""

    def describe(self, given: Mapping[str, Any]) -> str:
        """Return the action with its values as the part of a sentence."""
        words = {known.name: known.words(given.get(known.name)) or "…" for known in self.parameters}
        return str(self.sentence).format_map(words)

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values to keep, or raise Invalid with a message for each parameter that is wrong."""
        wrong: dict[str, str] = {}
        kept: dict[str, Any] = {}
        for known in self.parameters:
            value = given.get(known.name, known.default)
            if value in (None, "", []):
                if known.required:
                    wrong[known.name] = _("This is needed.")
                continue
            problem = _problem(known, value)
            if problem:
                wrong[known.name] = problem
            else:
                kept[known.name] = value
        wrong |= {
            name: _("This action knows no such value.") for name in given.keys() - {p.name for p in self.parameters}
        }
        if wrong:
            raise Invalid(_("Some fields need your attention."), fields=wrong)
        return kept


def _problem(known: Parameter, value: Any) -> str:
    match known.kind:
        case "number" | "days":
            fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
            return "" if fits else _("Give a number that is not negative.")
        case "boolean":
            return "" if isinstance(value, bool) else _("Say yes or no.")
        case "date":
            try:
                datetime.fromisoformat(value)
            except (TypeError, ValueError):
                return _("Give a date, as in 2027-01-31.")
        case "choice" | "choices":
            many = value if known.kind == "choices" and isinstance(value, list) else [value]
            values = {str(option) for option, _label in known.listed()}
            if any(str(one) not in values for one in many):
                return _("Choose from the list.")
        case "text" | "long_text":
            return "" if isinstance(value, str) else _("Write a text.")
        case "predicate":
            return "" if isinstance(value, dict) else _("Give a condition.")
    return ""


_actions: dict[str, Action] = {}


def register(action: Action) -> None:
    """Make a declared action known."""
    if _actions.setdefault(action.key, action) is not action:
        raise ValueError(f"action {action.key} is declared twice")


def action(key: str) -> Action:
    """Return an action; KeyError if no feature declares it."""
    return _actions[key]


def actions() -> list[Action]:
    """Return all declared actions, by group and label."""
    return sorted(_actions.values(), key=lambda known: (str(known.group), str(known.label)))
