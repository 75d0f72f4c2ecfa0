"""The rules that OpenPRM ships, as version 1. Their words are the product's own (``words.py``), under the same keys."""

from openprm.engagement.rules import Kind, Level, Likeness, Lines, Rule, Step

FAMILY, ALIKE = frozenset({Likeness.FAMILY}), frozenset({Likeness.POSSIBLE})
BLOCKED, POSSIBLE = Level.BLOCKED, Level.POSSIBLE

SHIPPED: tuple[Rule, ...] = (
    Rule("on_hold", Kind.HELD, BLOCKED, lines=Lines.ANY, steps=(Step.ASK,)),
    Rule("direct_opportunity", Kind.DIRECT, BLOCKED, steps=(Step.COLLABORATE, Step.REVIEW)),
    Rule("own_registration", Kind.OWN, BLOCKED, steps=(Step.OPEN_OWN, Step.OTHER_LINE)),
    Rule("protected_by_another", Kind.PROTECTED, BLOCKED, steps=(Step.OTHER_LINE, Step.REVIEW)),
    Rule("another_in_review", Kind.PENDING, POSSIBLE, steps=(Step.SUBMIT,)),
    Rule("direct_other_lines", Kind.DIRECT, POSSIBLE, lines=Lines.OTHER, steps=(Step.SUBMIT,)),
    Rule("existing_customer", Kind.CUSTOMER, POSSIBLE, lines=Lines.ANY, steps=(Step.SAY_NEW,)),
    Rule("named_account", Kind.NAMED, POSSIBLE, lines=Lines.ANY, steps=(Step.SAY_NEW, Step.COLLABORATE)),
    Rule("protected_other_lines", Kind.PROTECTED, POSSIBLE, lines=Lines.OTHER, steps=(Step.SUBMIT,)),
    Rule("related_company", Kind.ANYTHING, POSSIBLE, FAMILY, steps=(Step.NAME_ENTITY,)),
    Rule("similar_name", Kind.ANYTHING, POSSIBLE, ALIKE, steps=(Step.NAME_ENTITY,)),
)
