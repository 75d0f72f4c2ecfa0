"""The form of a rule: what was not touched stays as it was."""

import pytest

from openprm.engagement import defaults, forms
from openprm.kernel.access import as_system

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rule", defaults.SHIPPED, ids=lambda rule: rule.key)
def test_a_rule_that_is_kept_untouched_is_the_same_rule(rule: forms.Rule) -> None:
    initial = forms.filled(rule)
    sent = {name: value for name, value in initial.items() if value not in (None, False)}
    sent["steps"] = [step for step, _words in forms.RuleForm.base_fields["steps"].choices if step in initial["steps"]]  # type: ignore[attr-defined]
    with as_system():
        form = forms.RuleForm(rule.kind, sent, initial=initial)
        assert form.is_valid(), form.errors
        assert form.rule(rule.key, dict(rule.audience)) == rule
