"""What people read about rules: reasons, kinds, steps, and a whole rule as a sentence."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from openprm.engagement import versions
from openprm.engagement.rules import Kind, Level, Likeness, Lines, Reason, Rule, Step
from openprm.kernel import audiences

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Said:
    """A reason as it is told: what is the case, and what the partner can do; ``vendor`` is for the vendor alone."""

    code: str
    title: Any
    advice: Any
    reference: str = ""
    steps: tuple[tuple[str, Any], ...] = ()
    vendor: str = ""


REASONS: dict[str, tuple[Text, Text]] = {
    "on_hold": (
        _("This company cannot be sold to at present"),
        _("Ask your channel manager; please make no offer until then."),
    ),
    "own_registration": (
        _("Your company has registered this deal already"),
        _("Open your own registration and go on there, or choose another product line."),
    ),
    "protected_by_another": (
        _("Registered by another partner; until when is not disclosed"),
        _("Choose another product line, or send it for review with your evidence that the customer chose you."),
    ),
    "direct_opportunity": (
        _("Active direct opportunity: the vendor's own team is working on this"),
        _("Ask your channel manager about working on it together, or send it for review with your evidence."),
    ),
    "another_in_review": (
        _("Another registration for this company is being decided"),
        _("Submit yours: both are looked at side by side, and the order of submission counts."),
    ),
    "named_account": (
        _("A named account of the vendor's own team"),
        _("Say in the description what you bring to this customer; a channel manager decides."),
    ),
    "existing_customer": (
        _("This company is a customer already"),
        _("Say in the description what is new: another department, site or need."),
    ),
    "protected_other_lines": (
        _("Another partner has registered this company for other product lines"),
        _("Nothing to do: a channel manager checks that both can stand side by side."),
    ),
    "direct_other_lines": (
        _("The vendor's own team is working with this company on other product lines"),
        _("Nothing to do: a channel manager coordinates both."),
    ),
    "related_company": (
        _("A company of the same group is registered or being worked on"),
        _("Name the legal entity that buys, and its country and website: that often settles it."),
    ),
    "similar_name": (
        _("A company with a similar name is registered or being worked on"),
        _("Add the customer's website and country: if they differ, this point goes away."),
    ),
}

KINDS: dict[Kind, Text] = {
    Kind.HELD: _("the account is on hold (compliance)"),
    Kind.OWN: _("the partner has an open deal of its own"),
    Kind.PROTECTED: _("another partner's deal is protected"),
    Kind.PENDING: _("another partner's deal is being decided"),
    Kind.DIRECT: _("the vendor has an open opportunity"),
    Kind.CUSTOMER: _("the company is a customer already"),
    Kind.NAMED: _("the account is a named account"),
    Kind.LOST: _("the customer was lost"),
    Kind.ANYTHING: _("anything is registered or worked on"),
    Kind.COUNTRY: _("the customer's country"),
    Kind.SPECIALITY: _("the product lines claimed"),
}
GENERAL: dict[Kind, tuple[Text, Text]] = {
    Kind.HELD: REASONS["on_hold"],
    Kind.OWN: REASONS["own_registration"],
    Kind.PROTECTED: REASONS["protected_by_another"],
    Kind.PENDING: REASONS["another_in_review"],
    Kind.DIRECT: REASONS["direct_opportunity"],
    Kind.CUSTOMER: REASONS["existing_customer"],
    Kind.NAMED: REASONS["named_account"],
    Kind.LOST: (
        _("This customer decided against us not long ago"),
        _("Say in the description what has changed since."),
    ),
    Kind.ANYTHING: REASONS["related_company"],
    Kind.COUNTRY: (
        _("The customer's country is outside your territory"),
        _("Ask your channel manager before you go on."),
    ),
    Kind.SPECIALITY: (
        _("A product line needs a specialisation that your company does not have"),
        _("Choose another product line, or ask your channel manager how to get the specialisation."),
    ),
}
STEPS: dict[Step, Text] = {
    Step.REVIEW: _("Request a review with evidence"),
    Step.COLLABORATE: _("Ask to collaborate"),
    Step.OTHER_LINE: _("Choose another product line"),
    Step.OPEN_OWN: _("Open your own registration"),
    Step.SUBMIT: _("Submit it; a person decides"),
    Step.NAME_ENTITY: _("Name the legal entity, its country and website"),
    Step.SAY_NEW: _("Say what is new"),
    Step.ASK: _("Ask your channel manager"),
}
LIKENESS: dict[Likeness, Text] = {
    Likeness.SAME: _("at the same company"),
    Likeness.FAMILY: _("at a company of the same group"),
    Likeness.POSSIBLE: _("at a company of a similar name"),
}
LINES: dict[Lines, Text] = {
    Lines.SHARED: _("for a product line of the claim"),
    Lines.OTHER: _("for other product lines only"),
    Lines.ANY: _("whatever the product line"),
}
LEVELS: dict[Level, Text] = {
    Level.CLEAR: _("clear"),
    Level.POSSIBLE: _("a possible conflict"),
    Level.BLOCKED: _("blocked"),
}


def said(reason: Reason, rules: UUID | None = None) -> Said:
    """Return a reason in the words of the version that gave it."""
    rule = versions.version(rules).rule(reason.code) if rules else None
    if rule is None:
        title, advice = REASONS[reason.code]
        return Said(reason.code, title, advice, reason.reference)
    title, advice = told(rule)
    steps = tuple((step.value, STEPS[step]) for step in rule.steps)
    return Said(rule.key, title, advice, reason.reference, steps, rule.told_vendor)


def told(rule: Rule) -> tuple[Text, Text]:
    """Return what the partner reads: the vendor's own words where there are any, else the product's."""
    title, advice = REASONS.get(rule.key) or GENERAL[rule.kind]
    return rule.told or title, rule.advice or advice


def sentence(rule: Rule) -> str:
    """Return a rule as a person would say it."""
    who = _who(rule)
    said = f"{who}{_condition(rule)}: {LEVELS[rule.verdict]}."
    return said[:1].upper() + said[1:]


def _who(rule: Rule) -> str:
    if rule.is_for_all:
        return ""
    audience = audiences.describe(dict(rule.audience), subject="partner")
    pattern = _t("for partners outside of “%(audience)s”, ") if rule.outside else _t("for partners in “%(audience)s”, ")
    return pattern % {"audience": audience}


def _condition(rule: Rule) -> str:
    if rule.kind is Kind.COUNTRY:
        pattern = _t("customer outside of %(list)s") if rule.not_in_countries else _t("customer in %(list)s")
        return pattern % {"list": ", ".join(rule.countries)}
    if rule.kind is Kind.SPECIALITY:
        return _t("a claim for one of %(n)s product lines") % {"n": len(rule.claimed_lines)}
    where = _t(" or ").join(str(LIKENESS[like]) for like in Likeness if like in rule.likeness)
    return ", ".join([f"{KINDS[rule.kind]} {where}", str(LINES[rule.lines]), *_details(rule)])


def _details(rule: Rule) -> list[str]:
    found = []
    if rule.stages:
        found.append(_t("in stage %(stages)s") % {"stages": _t(" or ").join(rule.stages)})
    if rule.least_days:
        found.append(_t("at least %(n)s days ago") % {"n": rule.least_days})
    if rule.most_days is not None:
        found.append(_t("at most %(n)s days ago") % {"n": rule.most_days})
    return found
