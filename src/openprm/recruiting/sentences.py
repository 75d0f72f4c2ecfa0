"""Rules of a form as sentences: what gives points, when a question is asked, when nobody has to decide."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from openprm.recruiting import fields, words
from openprm.recruiting.models import ApplicationForm
from openprm.recruiting.shapes import Comparison, FormQuestion


def test(form: ApplicationForm, one: Comparison) -> str:
    """Return a comparison in words: ``Country is Germany or Austria``."""
    question = form_question(form, one.field)
    label = question.label if question else str(words.FACTS.get(one.field, one.field))
    operator = str(words.OPERATORS[one.op])
    if one.op == "answered":
        return f"{label} {operator}"
    if one.field in words.FACTS:
        return label if one.values == ["yes"] else _("not: %(fact)s") % {"fact": label}
    named = dict(fields.options(question)) if question else {}
    return f"{label} {operator} {_(' or ').join(named.get(value, value) for value in one.values)}"


def tests(form: ApplicationForm, many: Sequence[Comparison]) -> str:
    """Return comparisons that all must hold."""
    return _(" and ").join(test(form, one) for one in many)


def condition(form: ApplicationForm, one: FormQuestion) -> str:
    """Return when a question is asked; nothing where it always is."""
    if one.when is None:
        return ""
    before = form_question(form, one.when.question)
    named = dict(fields.options(before)) if before else {}
    values = _(" or ").join(named.get(value, value) for value in one.when.values)
    label = before.label if before else one.when.question
    return f"{label} {words.OPERATORS[one.when.op]} {values}"


def approval(form: ApplicationForm, points: int | None = None) -> str:
    """Return when the form approves by itself, or (with points) why it did."""
    rule = form.asks.approval
    if not rule.enabled:
        return _("A person decides about every application.")
    parts = []
    if rule.least_score is not None:
        said = {"points": points, "least": rule.least_score}
        parts.append(_("score %(points)s of at least %(least)s") % said if points is not None
                     else _("score of at least %(least)s") % said)  # fmt: skip
    if rule.no_duplicates:
        parts.append(_("resembles no partner and no other application"))
    if rule.own_domain:
        parts.append(_("e-mail address belongs to the website"))
    parts += [test(form, one) for one in rule.tests]
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def form_question(form: ApplicationForm, key: str) -> FormQuestion | None:
    """Return the question of that key, with its words."""
    return next((one for one in form.questions if one.key == key), None)
