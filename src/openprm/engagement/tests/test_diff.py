"""What changed from one version to the next is said truly: all of it, and nothing besides."""

from dataclasses import replace

import pytest

from openprm.engagement import diff, plain
from openprm.engagement.defaults import SHIPPED
from openprm.engagement.forms import RuleForm, filled
from openprm.engagement.rules import Kind, Rule

PROTECTED = next(rule for rule in SHIPPED if rule.kind is Kind.PROTECTED)
EVERYBODY = {"all": []}  # as the audience builder writes it


def changes(new: Rule, old: Rule = PROTECTED) -> list[str]:
    return diff.in_words((old,), (new,))


@pytest.mark.django_db
def test_a_form_that_changes_the_advice_alone_changes_nothing_else() -> None:
    form = RuleForm(Kind.PROTECTED, {**filled(PROTECTED), "advice": "Ask us."}, initial=filled(PROTECTED))
    assert form.is_valid(), form.errors
    assert changes(form.rule(PROTECTED.key, EVERYBODY)) == [
        "The advice about “Registered by another partner; until when is not disclosed” was "
        f"“{filled(PROTECTED)['advice']}” and is now “Ask us.”."
    ]


def test_other_words_for_the_partner_are_told_with_the_former_ones() -> None:
    new = replace(PROTECTED, told="Somebody else has it")
    assert changes(new) == [
        "“Registered by another partner; until when is not disclosed” reads now “Somebody else has it”."
    ]


def test_a_version_that_was_stored_with_an_audience_of_everybody_is_no_other_rule() -> None:
    stored = plain.load({**plain.dump(PROTECTED), "audience": EVERYBODY})
    assert changes(stored) == []
