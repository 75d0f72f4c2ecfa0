"""Generated programmes: documents of each section as people could have set them up."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from openprm.accounts.blueprint import RoleDocument
from openprm.customers.blueprint import ProductLineDocument
from openprm.deals.blueprint import ApprovalRuleDocument, WindowDocument
from openprm.engagement.blueprint import RuleDocument, RulesDocument
from openprm.engagement.rules import Kind, Level, Likeness, Lines, Step
from openprm.extensions.blueprint import ExtensionRuleDocument
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.blueprints import Document
from openprm.kernel.console.blueprint import SettingDocument
from openprm.partners.blueprint import AudienceDocument
from openprm.partners.lists import Tier, Vertical

Programme = dict[str, list[Document]]

codes = st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]", fullmatch=True)
names = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=40)
sentences = st.lists(names, max_size=30).map(" ".join).map(lambda text: text[:180].strip())
countries = st.lists(st.sampled_from(["AT", "CH", "DE", "NO", "US"]), min_size=1, unique=True)
comparisons = st.one_of(
    st.builds(lambda values: {"field": "partner.country", "op": "in", "value": values}, countries),
    st.builds(
        lambda values: {"field": "partner.vertical", "op": "any_of", "value": values},
        st.lists(st.sampled_from(Vertical.values), min_size=1, max_size=3),
    ),
    st.just({"field": "partner.since", "op": "since", "value": "2026-01-01"}),
    st.just({"field": "partner.parent", "op": "in", "value": ["Delta"]}),
)
predicates: st.SearchStrategy[Any] = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
)
audiences = st.just(dict(EVERYBODY)) | predicates
limits = st.decimals(Decimal("0.01"), Decimal("999999999.99"), places=2)


def coded(shape: type[Document], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Document]]:
    """Return lists of documents with codes of their own."""
    one = st.builds(shape, code=codes, **fields)
    return st.lists(one, max_size=4, unique_by=lambda document: document.code)


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Draw a programme that fits together."""
    lines = draw(coded(ProductLineDocument, name=names, active=st.booleans()))
    keys = [line.code for line in lines]
    audience_names = draw(st.lists(names, max_size=4, unique_by=str.casefold))
    return {
        "settings": [
            SettingDocument(code="deals.protection_days", value=draw(st.integers(1, 730))),
            SettingDocument(code="deals.notices_after", value=draw(st.lists(st.integers(1, 730), max_size=4))),
            SettingDocument(code="brand.vendor", value=draw(sentences)),
            SettingDocument(code="partners.distributors_see_resellers", value=draw(st.booleans())),
        ],
        "roles": [
            RoleDocument(code=f"partner.{draw(codes)}", name=name, grants={"deals.view": scope})
            for name, scope in draw(st.lists(st.tuples(names, st.sampled_from(["own", "team", "company"])), max_size=2))
        ][:1],
        "product_lines": lines,
        "protection_windows": draw(_windows(keys)),
        "approval_rules": draw(
            coded(
                ApprovalRuleDocument,
                name=names,
                enabled=st.booleans(),
                audience=audiences,
                most=limits,
                currency=st.sampled_from(["EUR", "USD"]),
                levels=st.sampled_from([["clear"], ["clear", "possible"]]),
            )
        ),
        "extension_rules": draw(
            coded(
                ExtensionRuleDocument,
                name=names,
                position=st.integers(1, 999),
                audience=audiences,
                allowed=st.sampled_from(["none", "once", "unlimited"]),
                grant_from=st.integers(0, 100),
                kinds=st.sampled_from([[], ["call"], ["call", "meeting"]]),
            )
        ),
        "rules_of_engagement": [RulesDocument(code="in_force", rules=draw(_rules(keys)))],
        "audiences": [
            AudienceDocument(code=f"a{place}", name=name, description=draw(sentences), audience=draw(audiences))
            for place, name in enumerate(audience_names)
        ],
    }


def _windows(keys: list[str]) -> st.SearchStrategy[list[Document]]:
    tiers = [f"tier.{tier}" for tier in Tier.values]
    lines = [f"line.{key}" for key in keys]
    both = [f"{tier}.{line}" for tier in tiers for line in lines]
    one = st.builds(WindowDocument, code=st.sampled_from(tiers + lines + both), days=st.integers(1, 730))
    return st.lists(one, max_size=4, unique_by=lambda window: window.code)


def _rules(keys: list[str]) -> st.SearchStrategy[list[RuleDocument]]:
    usual = st.builds(
        RuleDocument,
        key=st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True),
        kind=st.sampled_from([Kind.DIRECT, Kind.OWN, Kind.PROTECTED, Kind.NAMED]),
        verdict=st.sampled_from(Level),
        likeness=st.sampled_from([[Likeness.SAME], [Likeness.FAMILY], [Likeness.FAMILY, Likeness.SAME]]),
        lines=st.sampled_from(Lines),
        stages=st.lists(names, max_size=2),
        least_days=st.none() | st.integers(0, 100),
        audience=st.just({}) | predicates,
        outside=st.booleans(),
        told=st.just("") | st.just("Our own team is talking to this company about it already, since some time."),
        steps=st.lists(st.sampled_from(Step), max_size=3, unique=True),
        enabled=st.booleans(),
    )
    kinds = [usual]
    if keys:
        lines = st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True).map(sorted)
        kinds.append(
            st.builds(
                RuleDocument,
                key=st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True),
                kind=st.just(Kind.SPECIALITY),
                verdict=st.just(Level.BLOCKED),
                claimed_lines=lines,
            )
        )
    return st.lists(st.one_of(*kinds), min_size=1, max_size=4, unique_by=lambda rule: rule.key)
