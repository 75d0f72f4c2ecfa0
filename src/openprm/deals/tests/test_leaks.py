"""Nothing leaks: two worlds that differ only in what a partner must not learn answer it byte for byte alike.

A *situation* says what stands there: rivals by kind, likeness and product line, the partner's own deals. A *secret*
fills it with what must not show: who the other partner is, how many of a kind there are, names, ids, amounts, dates,
owners. Every situation is built twice, with two secrets, and every answer that the partner can get is compared.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from openprm.accounts import services as accounts
from openprm.customers import services as customers
from openprm.customers.blind import digests
from openprm.customers.models import Account, Opportunity, ProductLine
from openprm.deals import services as deals
from openprm.deals.models import DealLine, DealRegistration, Protection
from openprm.deals.rules import Claim, Level, Likeness, Rival, RivalKind, verdict
from openprm.engagement import services as engagement
from openprm.engagement.defaults import SHIPPED
from openprm.engagement.models import Hold
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.audiences import EVERYBODY
from openprm.partners.models import Partner
from tests.world import NOW, World, company

NAMES = {Likeness.SAME: "Contoso Industries GmbH", Likeness.POSSIBLE: "Contoso Industrial Holding"}
DEAL = UUID("0192e4a0-0000-7000-8000-000000000001")
STATES = {RivalKind.PROTECTED: ("approved",), RivalKind.PENDING: ("submitted", "in_review", "action_required")}
BUILT = (RivalKind.PROTECTED, RivalKind.PENDING, RivalKind.DIRECT, RivalKind.CUSTOMER, RivalKind.NAMED, RivalKind.HELD)
CLOSED = ("rejected", "withdrawn", "lost", "expired", "duplicate", "won")


@dataclass(frozen=True)
class Standing:
    """Something that stands at the company, as far as the partner may know."""

    kind: RivalKind
    likeness: Likeness
    shared_line: bool


@dataclass(frozen=True)
class Secret:
    """What must not show, drawn from a seed."""

    seed: int

    @property
    def hand(self) -> random.Random:
        """Return the hand that deals it."""
        return random.Random(self.seed)


PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking would take minutes; a situation is small as it is

standings = st.builds(
    Standing,
    st.sampled_from(BUILT),
    st.sampled_from(list(NAMES)),
    st.booleans(),
)
situations = st.lists(standings, max_size=4, unique=True)
secrets = st.builds(Secret, st.integers(0, 2**32))

Ruling = dict[str, Level]  # what rules of engagement say instead, by key; clear switches one off
SHIPPED_RULES: st.SearchStrategy[Ruling | None] = st.none()
rulings: st.SearchStrategy[Ruling | None] = st.dictionaries(
    st.sampled_from([rule.key for rule in SHIPPED]), st.sampled_from(Level), max_size=5
)

# --- the pure part: the verdict itself, over thousands of situations ---

LINES = [uuid4(), uuid4()]
ME = uuid4()
rivals = st.builds(
    Rival,
    st.sampled_from([kind for kind in RivalKind if kind is not RivalKind.OWN]),
    st.sampled_from(Likeness),
    st.sets(st.sampled_from(LINES)).map(frozenset),
)
own = st.builds(
    lambda lines: Rival(RivalKind.OWN, Likeness.SAME, lines, own_reference="DR-MINE"),
    st.sets(st.sampled_from(LINES)).map(frozenset),
)


@settings(max_examples=2000, deadline=None)
@given(st.lists(st.one_of(rivals, own), max_size=8), st.sets(st.sampled_from(LINES)), st.integers(0, 2**32))
def test_a_verdict_tells_neither_how_many_there_are_nor_in_which_order(
    found: list[Rival], lines: set[UUID], seed: int
) -> None:
    claim, hand = Claim(ME, frozenset(lines)), random.Random(seed)
    more = found + hand.choices(found, k=hand.randrange(6)) if found else found
    hand.shuffle(more)
    assert verdict(claim, more) == verdict(claim, found)


@settings(max_examples=2000, deadline=None)
@given(st.lists(rivals, max_size=8), st.sets(st.sampled_from(LINES)))
def test_no_reason_names_anything_but_the_partners_own_deal(found: list[Rival], lines: set[UUID]) -> None:
    told = verdict(Claim(ME, frozenset(lines)), found)
    assert all(asdict(reason).keys() == {"code", "reference"} and not reason.reference for reason in told.reasons)


# --- the mask: what may differ between two answers ---

MASKS = (
    (re.compile(rb'(?<= data-live="/live/\?since=)[0-9]{10}(?=">)'), b"TIME"),  # when the page was drawn
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'), b"CSRF"),
    (re.compile(rb'"X-CSRFToken": ?"[^"]+"|"x-csrftoken": ?"[^"]+"'), b"CSRF"),
    (re.compile(rb"<time [^>]*>[^<]*</time>"), b"TIME"),
    (re.compile(rb"The vendor decides by [0-9A-Za-z ,:]{10,40} at the latest"), b"DUE"),
    (re.compile(rb'"(created|updated|submitted|decided|due|closed|renews)_at": ?"[^"]*"'), b"TIME"),
    (re.compile(rb'"(state_since|protected_until)": ?"[^"]*"'), b"TIME"),
)
OWN_IDS = re.compile(rb"DR-[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def masked(answer: bytes, *, ids: bool = False) -> bytes:
    """Return an answer without tokens and times; without ids, too, where it shows a deal that was just made."""
    for pattern, word in MASKS:
        answer = pattern.sub(word, answer)
    return OWN_IDS.sub(b"ID", answer) if ids else answer


def test_the_mask_hides_tokens_and_times_and_nothing_else() -> None:
    page = (
        b'<input name="csrfmiddlewaretoken" value="abc"><time datetime="2026">now</time> Beta GmbH 25000 DR-7KQ2-M9XV'
    )
    assert masked(page) == b"<input CSRF>TIME Beta GmbH 25000 DR-7KQ2-M9XV"
    assert masked(b"Beta 3 partners", ids=True) == b"Beta 3 partners"


def test_an_answer_that_names_another_partner_would_be_noticed() -> None:
    one, other = (b"<p>Registered by %s</p>" % name for name in (b"Beta", b"Gamma"))
    assert masked(one, ids=True) != masked(other, ids=True)


# --- the whole way: real requests against a real database ---


class Stage:
    """Alfa's sales with browser and program; builds situations and asks everything there is to ask."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.me, self.line, self.other_line = world.alfa, world.cloud, world.edge
        self.rivals = [world.beta, world.delta, company("Gamma Confidential Trading")]
        self.browser = world.browser("sales", world.alfa)
        by = world.actor("sales", world.alfa)
        with as_system():
            token = accounts.create_token(name="test", verbs=sorted(by.grants), expires_at=None, by=by, at=NOW)[1]
            customers.shelve_blind()
        self.program = Client(headers={"Authorization": f"Bearer {token}"})

    def answers(
        self,
        situation: list[Standing],
        secret: Secret,
        lines: list[ProductLine],
        *,
        pages: bool = False,
        ruling: Ruling | None = None,
    ) -> dict[str, bytes]:
        """Build a situation with a secret, ask everything, and take it all back."""
        with transaction.atomic():
            with as_system():
                if ruling is not None:
                    _rule(ruling)
                self._build(situation, secret.hand)
            told = dict(self._ask(lines, pages=pages))
            transaction.set_rollback(True)
        return told

    def _build(self, situation: list[Standing], hand: random.Random) -> None:
        at: dict[Likeness, Account] = {}
        for likeness in {one.likeness for one in situation}:
            details = {"owner_name": f"Owner {hand.randrange(10**6)}", "industry": f"Trade {hand.randrange(10**6)}"}
            at[likeness] = customers.create_account(name=NAMES[likeness], by=SYSTEM, at=NOW, country="DE")
            kinds = {one.kind for one in situation if one.likeness is likeness}
            flags = {"is_customer": RivalKind.CUSTOMER in kinds, "named": RivalKind.NAMED in kinds}
            Account.objects.filter(pk=at[likeness].pk).update(**flags, **details)
            if RivalKind.HELD in kinds:
                Hold.objects.create(
                    account=at[likeness], why=f"Case {hand.random()}", held_by=f"Counsel {hand.random()}"
                )
        for one in situation:
            many = 1 if one.kind is RivalKind.PROTECTED else hand.randint(1, 3)  # two protections cannot be
            for _copy in range(many):
                self._rival(one, at[one.likeness], hand)
        for account in at.values():  # what is over stands in nobody's way, and does not show either
            for _copy in range(hand.randint(0, 2)):
                self._deal(account, hand, hand.choice(CLOSED), self.line)

    def _rival(self, one: Standing, account: Account, hand: random.Random) -> None:
        line = self.line if one.shared_line else self.other_line
        if one.kind in STATES:
            self._deal(account, hand, hand.choice(STATES[one.kind]), line)
        elif one.kind is RivalKind.DIRECT:
            opportunity = Opportunity.objects.create(
                account=account, name=f"Secret {hand.randrange(10**6)}", stage=hand.choice("abc"),
                amount=hand.randrange(10**6), currency=hand.choice(["EUR", "USD"]), owner_name=f"Owner {hand.random()}",
                close_date=date(2027, hand.randint(1, 12), hand.randint(1, 28)),
                partner=hand.choice([None, *self.rivals]),
            )  # fmt: skip
            opportunity.product_lines.add(line)

    def _deal(self, account: Account, hand: random.Random, state: str, line: ProductLine) -> None:
        since = timezone.now() - timedelta(days=hand.randint(1, 60))
        partner: Partner = hand.choice(self.rivals)
        closed = state in CLOSED
        deal = DealRegistration.objects.create(
            partner=partner, account=account, state=state, state_since=since, customer_name=account.name,
            owner_name=f"Seller {hand.randrange(10**6)}", value=Decimal(hand.randrange(1, 10**7)), currency="EUR",
            submitted_at=since, due_at=since, description=f"Secret {hand.random()}", verdict="clear",
            decided_at=since, protected_until=since + timedelta(days=90), closed_at=since if closed else None,
            closing_code="other" if closed else "", close_date=date(2027, 1, hand.randint(1, 28)),
        )  # fmt: skip
        DealLine.objects.create(deal=deal, partner=partner, product_line=line)
        if state == "approved":
            period = DateTimeTZRange(since, since + timedelta(days=90 + hand.randrange(90)))
            common = {"deal": deal, "partner": partner, "account": account, "product_line": line}
            Protection.objects.create(**common, period=period)

    def _ask(self, lines: list[ProductLine], *, pages: bool) -> Iterator[tuple[str, bytes]]:
        keys, ids = [line.key for line in lines], [str(line.pk) for line in lines]
        said = {"key": str(DEAL), "customer_name": NAMES[Likeness.SAME], "country": "DE", "product_lines": ids}
        blind = digests.of(NAMES[Likeness.SAME])
        sent = {"key": str(DEAL), "name": blind.name.hex(), "beginning": blind.beginning.hex(), "product_lines": ids}
        rest = {"close_date": f"{timezone.now() + timedelta(days=300):%Y-%m-%d}", "description": "Needs new servers."}
        deal = {**rest, "customer_name": said["customer_name"], "country": "DE", "product_lines": keys}
        if pages:
            yield from self._ask_pages(said, rest)
            return
        yield "typing", self._page("/portal/deals/verdict/", said)
        yield "api", self._api("/deals/check", deal)
        yield "blind", self._page("/portal/check/blind/", sent)
        yield "blind api", self._api("/checks/blind", {**sent, "product_lines": keys})
        submitted = {**deal, "value": "1000.00", "currency": "EUR", "submit": True}
        yield "submitted by program", self._api("/deals", submitted, ids=True)
        yield "budget", masked(self.program.get("/api/v1/checks").content)

    def _ask_pages(self, said: dict[str, Any], rest: dict[str, str]) -> Iterator[tuple[str, bytes]]:
        """Yield whole pages, all their bytes, through a registration: on the way to it, refused, and on record."""
        whole = {**said, **rest, "value": "1000", "value_currency": "EUR"}
        evidence = {"evidence": "The customer asked us for this offer in writing."}
        yield "check page", self._page("/portal/check/", said)
        yield "form", self._page("/portal/deals/register/", whole, ids=True)
        yield "submitted with evidence", self._page("/portal/deals/register/", {**whole, **evidence}, ids=True)
        yield "deal page", masked(self.browser.get(f"/portal/deals/{DEAL}/").content, ids=True)
        yield "deals", masked(self.browser.get("/portal/deals/").content, ids=True)
        yield "deals api", masked(self.program.get("/api/v1/deals").content, ids=True)

    def _page(self, address: str, form: dict[str, Any], *, ids: bool = False) -> bytes:
        response = self.browser.post(address, form)
        return _whole(response, ids=ids)

    def _api(self, address: str, body: dict[str, Any], *, ids: bool = False) -> bytes:
        response = self.program.post(f"/api/v1{address}", body, content_type="application/json")
        return _whole(response, ids=ids)


def _rule(ruling: Ruling) -> None:
    """Put rules of engagement into force, and have approved at once what they let through."""
    off = {key for key, level in ruling.items() if level is Level.CLEAR}
    said = {key: level for key, level in ruling.items() if key not in off}
    rules = [replace(one, verdict=said.get(one.key, one.verdict), enabled=one.key not in off) for one in SHIPPED]
    if rules != list(SHIPPED):
        engagement.edit(rules=rules, by=SYSTEM, at=NOW)
        engagement.publish(note="As drawn", by=SYSTEM, at=NOW)
    may = [Level.CLEAR.value, Level.POSSIBLE.value]
    deals.save_rule(name="All", audience=EVERYBODY, most=10**6, currency="EUR", levels=may, by=SYSTEM, at=NOW)


def _difference(one: bytes, other: bytes) -> str:
    """Return both answers around the first byte in which they differ."""
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    around = slice(max(0, place - 80), place + 80)
    return f"{one[around]!r} but {other[around]!r}"


def _whole(response: Any, *, ids: bool) -> bytes:
    """Return status, telling headers and body of an answer."""
    head = f"{response.status_code} {response.headers.get('Location', '')}\n".encode()
    return masked(head + response.content, ids=ids)


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage(world)


def compare(
    stage: Stage, *, examples: int, pages: bool, rules: st.SearchStrategy[Ruling | None] = SHIPPED_RULES
) -> dict[str, set[bytes]]:
    """Compare the answers of many pairs of worlds, and return all that were given."""
    seen: dict[str, set[bytes]] = {}

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
    @given(situations, secrets, secrets, st.booleans(), rules)
    def hold(situation: list[Standing], one: Secret, other: Secret, named: bool, ruling: Ruling | None) -> None:
        lines = [stage.line] if named or pages else []
        first, second = (stage.answers(situation, secret, lines, pages=pages, ruling=ruling) for secret in (one, other))
        for what, answer in first.items():
            assert answer == second[what], f"{what}: {_difference(answer, second[what])}"
            seen.setdefault(what, set()).add(answer)

    hold()
    return seen


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [kind for kind in RivalKind if kind in BUILT])
def test_every_kind_that_situations_are_made_of_changes_the_answer(stage: Stage, kind: RivalKind) -> None:
    """What stands there must be seen by the verdict, or the comparison would prove nothing."""
    told = stage.answers([Standing(kind, Likeness.SAME, True)], Secret(1), [stage.line])
    assert told["api"] != stage.answers([], Secret(1), [stage.line])["api"]


@pytest.mark.django_db
def test_no_byte_of_an_answer_differs_by_what_must_not_be_known(stage: Stage) -> None:
    seen = compare(stage, examples=100, pages=False)
    assert len(seen["api"]) >= 4  # the situations do lead to different answers
    assert len(seen["blind api"]) == 4  # clear or not, with product lines or without
    assert len(seen["submitted by program"]) >= 3


@pytest.mark.django_db
def test_no_byte_of_an_answer_differs_whatever_the_rules_say(stage: Stage) -> None:
    seen = compare(stage, examples=80, pages=False, rules=rulings)
    assert len(seen["api"]) >= 4
    assert any(b'"approved"' in answer for answer in seen["submitted by program"])


@pytest.mark.django_db
def test_a_claim_that_the_rules_let_through_waits_without_telling_for_whom(stage: Stage) -> None:
    protected = [Standing(RivalKind.PROTECTED, Likeness.SAME, True)]
    through: Ruling = {"protected_by_another": Level.POSSIBLE}
    told = [stage.answers(protected, Secret(seed), [stage.line], ruling=through) for seed in (1, 2)]
    assert told[0] == told[1]
    assert b'"submitted"' in told[0]["submitted by program"]


@pytest.mark.django_db
def test_no_byte_of_a_page_differs_by_what_must_not_be_known(stage: Stage) -> None:
    seen = compare(stage, examples=60, pages=True)
    assert all(NAMES[Likeness.SAME].encode() in page for page in seen["deal page"])
    assert len(seen["deal page"]) >= 3
    assert len(seen["check page"]) >= 4


@pytest.mark.django_db
def test_the_comparison_notices_a_leak(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verdict that carried a count would be found out."""
    from openprm.deals import conflicts

    honest: Callable[..., Any] = conflicts.verdict

    def leaking(claim: Claim, found: list[Rival], *rules: Any) -> Any:
        return honest(claim, found if len(found) < 2 else [], *rules)

    monkeypatch.setattr(conflicts, "verdict", leaking)
    situation = [Standing(RivalKind.PENDING, Likeness.SAME, True)]
    answers = {stage.answers(situation, Secret(seed), [stage.line])["api"] for seed in range(8)}
    assert len(answers) == 2
