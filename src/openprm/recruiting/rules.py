"""What can be decided about answers without a database: what is asked, what is missing, the score, who need not wait.

Plain values in and out. An answer is a text or a list of texts; a yes or no is ``yes`` or ``no``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from openprm.recruiting.shapes import (
    Answers,
    Approval,
    Comparison,
    Condition,
    FormDefinition,
    FormQuestion,
    ScoreRule,
    Value,
)

LONGEST_TEXT, LONGEST_LONG_TEXT, MOST_FILES = 300, 5000, 5
_HOST = re.compile(r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$", re.IGNORECASE)
ALWAYS = (  # asked on the first step of every form: without these there is no partner
    FormQuestion(key="legal_name", field="legal_name", required=True),
    FormQuestion(key="country", field="country", kind="choice", required=True),
)


class Unfit(ValueError):
    """An answer that cannot be taken; ``code`` says what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def listed(value: Value | None) -> list[str]:
    """Return an answer as a list of its values; an empty one has none."""
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str) else list(value)


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Say whether a question with this condition is asked."""
    if condition is None:
        return True
    meets = bool(set(listed(answers.get(condition.question))) & set(condition.values))
    return meets if condition.op == "is" else not meets


def asked(questions: Sequence[FormQuestion], answers: Answers) -> list[FormQuestion]:
    """Return the questions that are asked, in order; what is not asked counts as not answered for those after it."""
    heard: Answers = {}
    found = []
    for one in questions:
        if holds(one.when, heard):
            found.append(one)
            if one.key in answers:
                heard[one.key] = answers[one.key]
    return found


def heard(questions: Sequence[FormQuestion], answers: Answers) -> Answers:
    """Return the answers to questions that are asked; others were typed before an earlier answer changed."""
    return {one.key: answers[one.key] for one in asked(questions, answers) if listed(answers.get(one.key))}


def missing(questions: Sequence[FormQuestion], answers: Answers) -> list[str]:
    """Return the keys of questions that must be answered and are not."""
    return [one.key for one in asked(questions, answers) if one.required and not listed(answers.get(one.key))]


def stopped_at(questions: Sequence[FormQuestion], answers: Answers) -> str:
    """Return the first question that is asked and waits for its answer: the needed ones first; "" if there is none."""
    waiting = missing(questions, answers)
    if waiting:
        return waiting[0]
    return next((one.key for one in asked(questions, answers) if not listed(answers.get(one.key))), "")


def clean(question: FormQuestion, given: Value, options: Sequence[str]) -> Value:
    """Return an answer in its plain form; raise Unfit where it is none. Nothing is an answer, too: it is missing."""
    if question.kind in ("choices", "file"):
        return _several(listed(given), options if question.kind == "choices" else None)
    text = given if isinstance(given, str) else " ".join(given)
    text = text.replace("\x00", "").strip()
    if not text:
        return ""
    if question.kind == "long_text":
        if len(text) > LONGEST_LONG_TEXT:
            raise Unfit("too_long")
        return text.replace("\r\n", "\n")
    text = " ".join(text.split())
    if len(text) > LONGEST_TEXT:
        raise Unfit("too_long")
    if question.kind == "number":
        return _number(text)
    if question.kind == "url":
        return _address(text)
    if question.kind in ("choice", "yes_no"):
        allowed = ("yes", "no") if question.kind == "yes_no" else options
        if text not in allowed:
            raise Unfit("not_offered")
    return text


def _several(given: list[str], options: Sequence[str] | None) -> list[str]:
    if options is None:
        if len(given) > MOST_FILES:
            raise Unfit("too_many")
        return list(dict.fromkeys(given))
    if any(value not in options for value in given):
        raise Unfit("not_offered")
    return [value for value in options if value in given]


_SPACE = re.compile(r"[\s'’]")
_GROUPED = re.compile(r"^[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+$")


def _number(text: str) -> str:
    bare = _SPACE.sub("", text)
    mark = max(".,", key=bare.rfind)  # the last one is the decimal mark, unless it sets thousands apart
    if _GROUPED.match(bare):
        mark = ""
    try:
        number = Decimal("".join(sign if sign not in ".," else "." * (sign == mark) for sign in bare))
    except InvalidOperation:
        raise Unfit("no_number") from None
    if not number.is_finite() or abs(number) > 10**15:
        raise Unfit("no_number")
    return format(number.normalize(), "f")


def _address(text: str) -> str:
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise Unfit("no_address") from None
    if parts.scheme not in ("http", "https") or not _HOST.match(host):
        raise Unfit("no_address")
    return address


def meets(test: Comparison, answers: Answers) -> bool:
    """Say whether a comparison holds over the answers (and the facts found, which stand among them)."""
    given = listed(answers.get(test.field))
    match test.op:
        case "answered":
            return bool(given)
        case "is":
            return bool(set(given) & set(test.values))
        case "is_not":
            return not set(given) & set(test.values)
        case "contains":
            return any(part.casefold() in value.casefold() for value in given for part in test.values)
        case "at_least":
            return any(_compared(value, test.values, least=True) for value in given)
        case _:
            return any(_compared(value, test.values, least=False) for value in given)


def _compared(value: str, bounds: Sequence[str], *, least: bool) -> bool:
    try:
        number, bound = Decimal(value), Decimal(bounds[0])
    except (InvalidOperation, IndexError):
        return False
    return number >= bound if least else number <= bound


@dataclass(frozen=True, slots=True)
class Line:
    """A rule of the score and whether it gave its points."""

    rule: ScoreRule
    held: bool


def score(rules: Sequence[ScoreRule], answers: Answers) -> list[Line]:
    """Return every rule with whether it gave its points."""
    return [Line(rule, all(meets(test, answers) for test in rule.tests)) for rule in rules]


def total(lines: Sequence[Line]) -> int:
    """Return the points of the rules that held."""
    return sum(line.rule.points for line in lines if line.held)


def most(rules: Sequence[ScoreRule]) -> int:
    """Return the points that an application can have at most."""
    return sum(rule.points for rule in rules if rule.points > 0)


def obstacles(
    approval: Approval, *, points: int, duplicates: int, own_domain: bool, answers: Answers
) -> list[tuple[str, str]]:
    """Return what keeps an application from being approved by itself, as codes with a detail; nothing: it may be."""
    if not approval.enabled:
        return [("off", "")]
    found = []
    if approval.least_score is not None and points < approval.least_score:
        found.append(("score", str(approval.least_score)))
    if approval.no_duplicates and duplicates:
        found.append(("duplicates", str(duplicates)))
    if approval.own_domain and not own_domain:
        found.append(("domain", ""))
    found += [("test", str(index)) for index, test in enumerate(approval.tests) if not meets(test, answers)]
    return found


def problems(definition: FormDefinition, fields: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return what is wrong with a form as (part, key, code). ``fields`` maps each partner field to its kind."""
    found: list[tuple[str, str, str]] = []
    before, used = {one.key for one in ALWAYS}, {one.field for one in ALWAYS}
    for one in definition.questions:
        if one.key in before:
            found.append(("questions", one.key, "twice"))
        if one.field:
            if one.field not in fields:
                found.append(("questions", one.key, "no_field"))
            if one.field in used:
                found.append(("questions", one.key, "field_twice"))
            used.add(one.field)
        elif not one.label:
            found.append(("questions", one.key, "no_label"))
        elif one.kind in ("choice", "choices") and len({choice.value for choice in one.choices}) < 2:
            found.append(("questions", one.key, "no_choices"))
        if one.when and one.when.question not in before:
            found.append(("questions", one.key, "condition_not_before"))
        before.add(one.key)
    if len({one.key for one in definition.consents}) < len(definition.consents):
        found.append(("consents", "", "twice"))
    tests = [test for rule in definition.score for test in rule.tests] + list(definition.approval.tests)
    found += [("score", test.field, "no_field") for test in tests if not _known(test.field, before)]
    found += [("score", test.field, "no_value") for test in tests if test.op != "answered" and not test.values]
    return found


FACTS = ("fact.own_domain", "fact.free_mail", "fact.known_account", "fact.known_partner", "fact.country_matches")


def _known(field: str, keys: set[str]) -> bool:
    return field in keys or field in FACTS
