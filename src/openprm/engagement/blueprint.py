"""The rules of engagement as text: those in force. Writing others publishes them as the next version."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict

from openprm.customers.models import ProductLine
from openprm.engagement import plain, services, versions
from openprm.engagement.rules import Kind, Level, Likeness, Lines, Rule, Step
from openprm.kernel import audiences, drafts
from openprm.kernel.access import Actor
from openprm.kernel.blueprints import Audience, Document, Section
from openprm.kernel.errors import Invalid, Refusal

IN_FORCE = "in_force"


class RuleDocument(BaseModel):
    """A rule; what it leaves out is as a rule has it at first, and empty words are the product's own."""

    model_config = ConfigDict(extra="forbid")

    key: str
    kind: Kind
    verdict: Level
    likeness: list[Likeness] = [Likeness.SAME]
    lines: Lines = Lines.SHARED
    stages: list[str] = []
    least_days: int | None = None
    most_days: int | None = None
    countries: list[str] = []
    not_in_countries: bool = False
    claimed_lines: list[str] = []
    audience: Audience = {}
    outside: bool = False
    told: str = ""
    advice: str = ""
    told_vendor: str = ""
    steps: list[Step] = []
    enabled: bool = True


class RulesDocument(Document):
    """All rules, in the order in which their reasons are told."""

    rules: list[RuleDocument]


def read() -> Iterable[RulesDocument]:
    """Return the rules in force."""
    keys = {str(pk): key for pk, key in ProductLine.objects.values_list("pk", "key")}
    yield RulesDocument(code=IN_FORCE, rules=[_read(values, keys) for values in versions.newest().rules])


def write(document: RulesDocument, by: Actor, at: datetime) -> None:
    """Publish the rules as the next version, if they say something else than those in force."""
    if document.code != IN_FORCE:
        message = _("There is one document here: %(code)s.") % {"code": IN_FORCE}
        raise Invalid(message, fields={"code": message})
    ids = {key: str(pk) for pk, key in ProductLine.objects.values_list("pk", "key")}
    rules = tuple(_rule(one, ids, f"rules[{place}]") for place, one in enumerate(document.rules))
    if plain.dump_all(rules) == plain.dump_all(plain.load_all(versions.newest().rules)):
        return
    if waiting := services.draft():
        message = _("%(name)s has a draft of the rules of engagement. Publish or discard it first.")
        raise Refusal(message % {"name": waiting.changed_by or _("Somebody")}, code="draft_waits")
    draft = services.edit(rules=rules, by=by, at=at, seen=drafts.NONE)
    services.publish(note=_("Programme as code"), by=by, at=at, seen=drafts.stamp(draft))


def _read(values: dict[str, Any], keys: dict[str, str]) -> RuleDocument:
    said = plain.dump(plain.load(values))
    said["claimed_lines"] = sorted(keys[pk] for pk in said["claimed_lines"] if pk in keys)
    if said["audience"]:
        said["audience"] = audiences.by_words(said["audience"], subject="partner")
    return RuleDocument(**said)


def _rule(document: RuleDocument, ids: dict[str, str], place: str) -> Rule:
    said = document.model_dump()
    unknown = [key for key in document.claimed_lines if key not in ids]
    if unknown:
        message = _("There is no product line “%(key)s”. Add it to the product lines.") % {"key": unknown[0]}
        raise Invalid(message, fields={f"{place}.claimed_lines": message})
    said["claimed_lines"] = [ids[key] for key in document.claimed_lines]
    if document.audience:
        try:
            found = audiences.by_ids(document.audience, subject="partner")
            said["audience"] = audiences.validate(found, subject="partner")
        except Invalid as wrong:
            raise Invalid(str(wrong), fields={f"{place}.audience": str(wrong)}) from wrong
    rule = plain.load(said)
    if problems := plain.problems(rule):
        told = {f"{place}.{field}": text for field, text in problems.items()}
        raise Invalid(_("A rule cannot be stored like this."), fields=told)
    return rule


rules = Section(
    key="rules_of_engagement",
    label=gettext_lazy("Rules of engagement"),
    order=200,
    shape=RulesDocument,
    read=read,
    write=write,
    together=True,
)
