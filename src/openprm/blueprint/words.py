"""A plan in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.blueprint.plain import as_text
from openprm.blueprint.rules import Difference, Plan, SectionPlan, is_predicate
from openprm.kernel import audiences
from openprm.kernel.blueprints import sections
from openprm.kernel.errors import Invalid

LONGEST = 160


def summary(plan: Plan) -> str:
    """Return the plan in one sentence."""
    if not plan.size:
        return _("Nothing to change: the programme is as the folder says.") + _kept(plan)
    counts = _("%(added)s to add, %(changed)s to change, %(removed)s to remove; %(unchanged)s stay as they are.") % {
        "added": plan.count("added"),
        "changed": plan.count("changed"),
        "removed": plan.count("removed"),
        "unchanged": plan.unchanged,
    }
    return counts + _kept(plan)


def _kept(plan: Plan) -> str:
    number = plan.count("kept")
    if not number:
        return ""
    return " " + ngettext(
        "%(number)s of them is not in the folder and is kept.",
        "%(number)s of them are not in the folder and are kept.",
        number,
    ) % {"number": number}


def sentences(plan: Plan) -> Iterator[str]:
    """Yield each change as a sentence."""
    for section in plan.sections:
        label = _label(section)
        for code, values in section.added.items():
            yield _("%(section)s: %(code)s is added (%(values)s)") % {
                "section": label, "code": code, "values": told(values),
            }  # fmt: skip
        for changed in section.changed:
            for one in changed.differences:
                yield f"{label}: {changed.code}: {difference(one)}"
        for code in section.removed:
            yield _("%(section)s: %(code)s is removed") % {"section": label, "code": code}


def difference(one: Difference) -> str:
    """Return a difference as ``days: 60 → 90``."""
    return f"{one.field}: {value(one.before)} → {value(one.after)}"


def told(values: Mapping[str, Any]) -> str:
    """Return what a new document says, as far as it fits a line."""
    filled = {name: said for name, said in values.items() if said not in ("", None, [], {})}
    return _shortened(", ".join(f"{name}: {value(said)}" for name, said in filled.items()))


def value(said: Any) -> str:
    """Return a value as people read it."""
    if said in (None, "", [], {}):
        return _("nothing")
    match said:
        case bool():
            return _("yes") if said else _("no")
        case str():
            return _shortened(" ".join(said.split()))
        case list() if all(isinstance(one, str | int | float) for one in said):
            return _shortened(", ".join(map(str, said)))
        case Mapping() if is_predicate(said):
            return _shortened(_audience(said))
        case _:
            return _shortened(as_text(said))


def outline(plan: Plan) -> dict[str, Any]:
    """Return the plan as values for programs, templates and files."""
    return {
        "digest": plan.digest,
        "summary": summary(plan),
        "changes": plan.size,
        "added": plan.count("added"),
        "changed": plan.count("changed"),
        "removed": plan.count("removed"),
        "kept": plan.count("kept"),
        "unchanged": plan.unchanged,
        "sections": [_outlined(section) for section in plan.sections],
    }


def _outlined(section: SectionPlan) -> dict[str, Any]:
    return {
        "key": section.key,
        "label": _label(section),
        "size": section.size,
        "added": [{"code": code, "words": told(values)} for code, values in section.added.items()],
        "changed": [
            {
                "code": one.code,
                "differences": [
                    {"field": each.field, "before": value(each.before), "after": value(each.after)}
                    for each in one.differences
                ],
            }
            for one in section.changed
        ],
        "removed": [{"code": code, "words": told(values)} for code, values in section.removed.items()],
        "kept": list(section.kept),
        "unchanged": section.unchanged,
    }


def _label(section: SectionPlan) -> str:
    return next((str(known.label) for known in sections() if known.key == section.key), section.key)


def _audience(predicate: Any) -> str:
    for subject in ("partner", "person"):
        try:
            return audiences.describe(predicate, subject=subject)
        except Invalid:
            continue
    return as_text(predicate)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
