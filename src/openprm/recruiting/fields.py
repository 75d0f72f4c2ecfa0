"""The partner's fields that an application can ask for, taken from what is declared of partners.

The profile's own checks say which fields can be set, the registry of audience fields says what choices have: a new
field of either appears here by being declared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel.audiences.fields import fields_for
from openprm.partners.services.checks import SETTABLE
from openprm.recruiting.shapes import FormQuestion, Kind

THE_VENDORS = frozenset({"tier", "region"})  # follow from rules, never from what somebody says of themselves
_WORDS: dict[str, tuple[Any, Any, Kind]] = {
    "legal_name": (_("Legal name"), _("As it stands in the register."), "text"),
    "trading_name": (_("Trading name"), _("The name you are known by, if it is not the legal one."), "text"),
    "website": (_("Website"), "", "url"),
}
_KINDS: dict[str, Kind] = {"choice": "choice", "choices": "choices", "text": "text"}


@dataclass(frozen=True, slots=True)
class PartnerField:
    """A field of partners that an applicant can fill in."""

    name: str
    label: Any
    help: Any
    kind: Kind
    options: Sequence[tuple[str, str]]


def known() -> dict[str, PartnerField]:
    """Return the fields by name."""
    found = {
        name: PartnerField(name, label, help_text, kind, [])
        for name, (label, help_text, kind) in _WORDS.items()
        if name in SETTABLE
    }
    for one in fields_for("partner").values():
        if one.path in SETTABLE and one.path not in THE_VENDORS and one.kind in _KINDS and one.path not in found:
            found[one.path] = PartnerField(one.path, one.label, "", _KINDS[one.kind], one.options())
    return found


def kinds() -> dict[str, str]:
    """Return the kind of each field."""
    return {name: field.kind for name, field in known().items()}


def full(question: FormQuestion) -> FormQuestion:
    """Return the question with what its partner field says: kind, and words where the form has none of its own."""
    field = known().get(question.field)
    if field is None:
        return question
    words = {"label": question.label or str(field.label), "help": question.help or str(field.help)}
    return question.model_copy(update={"kind": field.kind, **words})


def options(question: FormQuestion) -> list[tuple[str, str]]:
    """Return the values that can be chosen, with their words."""
    if question.kind == "yes_no":
        return [("yes", str(_("Yes"))), ("no", str(_("No")))]
    field = known().get(question.field)
    if field is not None:
        return [(str(value), str(label)) for value, label in field.options]
    return [(choice.value, choice.label) for choice in question.choices]


def words(question: FormQuestion, value: Any) -> str:
    """Return an answer as people read it."""
    named = dict(options(question))
    given = [str(one) for one in (value if isinstance(value, list) else [value] if value else [])]
    return ", ".join(named.get(one, one) for one in given)
