"""Three programmes with requirements: what the partners of the demo earned with the deals they won."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from openprm.accounts import actors
from openprm.demo.personas import DISTRIBUTOR, RESELLER, RIVAL
from openprm.demo.programme import Programme as Made
from openprm.kernel import events
from openprm.kernel.access import SYSTEM
from openprm.partners.models import Partner
from openprm.program import figures, services
from openprm.program.definition import Benefit, Definition
from openprm.program.models import Membership, Programme
from openprm.program.starting import CODE as STARTING

RATES = {
    "GBP": "1.17", "USD": "0.92", "CAD": "0.68", "INR": "0.011", "AUD": "0.61", "SEK": "0.088", "CHF": "1.05",
    "PLN": "0.23",
}  # fmt: skip
CERTIFIED = "program.certified_people"
SATISFACTION = "program.satisfaction"
REVENUE, WON, REGISTERED = "deals.won_revenue", "deals.won", "deals.registered"


def _group(*criteria: tuple[str, int, int | None], need: str = "all") -> dict[str, Any]:
    return {
        "need": need,
        "criteria": [{"kpi": kpi, "at_least": str(least), "months": months} for kpi, least, months in criteria],
    }


def _gives(*benefits: tuple[str, str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"code": code, "kind": kind, **details} for code, kind, details in benefits]


def _types(*types: str) -> dict[str, Any]:
    return {"field": "partner.type", "op": "any_of", "value": list(types)}


RESELLERS: dict[str, Any] = {
    "name": "Reseller programme",
    "description": "For companies that sell our products to their own customers.",
    "reporting": "Deals won: within a week of the order.\nCertified people: whenever somebody joins or leaves.",
    "place": 1,
    "joins": _types("reseller", "system_integrator", "distributor"),
    "tiers": [
        {"code": "registered", "name": "Registered", "benefits": _gives(
            ("margin", "discount", {"amount": "5"}),
            ("portal", "content", {"text": "Sales decks and price lists"}),
        )},
        {"code": "silver", "name": "Silver", "grace_days": 60, "requirements": [
            _group((REVENUE, 30_000, 12)), _group((REGISTERED, 3, 12)),
        ], "benefits": _gives(
            ("margin", "discount", {"amount": "10"}),
            ("support", "support", {"text": "Technical support on working days"}),
            ("badge", "badge", {"text": "Silver badge for your website"}),
            ("content", "content", {"text": "Campaigns to send in your own name"}),
        )},
        {"code": "gold", "name": "Gold", "grace_days": 90, "requirements": [
            _group((REVENUE, 120_000, 12)),
            _group((CERTIFIED, 2, None), (SATISFACTION, 85, None), need="any"),
        ], "benefits": _gives(
            ("margin", "discount", {"amount": "15"}),
            ("cloud", "discount", {"amount": "20", "line": "cloud"}),
            ("protection", "protection", {"amount": "120"}),
            ("funds", "funds", {"amount": "2"}),
            ("support", "support", {"text": "A technical account manager of your own"}),
            ("badge", "badge", {"text": "Gold badge for your website"}),
        )},
        {"code": "platinum", "name": "Platinum", "grace_days": 90, "requirements": [
            _group((REVENUE, 600_000, 12), (WON, 12, 12)),
            _group((CERTIFIED, 5, None)),
        ], "benefits": _gives(
            ("margin", "discount", {"amount": "20"}),
            ("cloud", "discount", {"amount": "25", "line": "cloud"}),
            ("protection", "protection", {"amount": "180"}),
            ("funds", "funds", {"amount": "4"}),
            ("support", "support", {"text": "Answer within two hours, day and night"}),
            ("badge", "badge", {"text": "Platinum badge, and a place on our front page"}),
            ("council", "text", {"text": "A seat on the partner council"}),
        )},
    ],
}  # fmt: skip
MANAGED: dict[str, Any] = {
    "name": "MSP programme",
    "description": "For companies that run our products for their customers. Tiers follow a score of 100 points.",
    "place": 2,
    "joins": _types("msp"),
    "scorecard": [
        {"kpi": REVENUE, "full_at": "150000", "points": 50, "category": "Performance"},
        {"kpi": WON, "full_at": "6", "points": 15, "category": "Performance"},
        {"kpi": CERTIFIED, "full_at": "4", "points": 20, "months": None, "category": "Skills"},
        {"kpi": SATISFACTION, "full_at": "90", "points": 15, "months": None, "category": "Customers"},
    ],
    "tiers": [
        {"code": "registered", "name": "Registered", "benefits": _gives(("margin", "discount", {"amount": "8"}))},
        {"code": "silver", "name": "Silver", "grace_days": 60, "score": {"least": 40}, "benefits": _gives(
            ("margin", "discount", {"amount": "14"}),
            ("support", "support", {"text": "Service desk for providers"}),
        )},
        {"code": "gold", "name": "Gold", "grace_days": 90,
         "score": {"least": 70, "minimums": {"Skills": 10}}, "benefits": _gives(
            ("margin", "discount", {"amount": "20"}),
            ("funds", "funds", {"amount": "5000", "per": "year"}),
            ("support", "support", {"text": "Engineers on call"}),
        )},
    ],
}  # fmt: skip
REFERRALS: dict[str, Any] = {
    "name": "Referral programme",
    "description": "For those who bring us together with their customers. Moves up are looked at by a person.",
    "place": 3,
    "review": True,
    "joins": _types("referral", "isv"),
    "tiers": [
        {"code": "registered", "name": "Registered", "benefits": _gives(
            ("fee", "text", {"text": "5% of the first order"}),
        )},
        {"code": "silver", "name": "Silver", "grace_days": 60, "requirements": [_group((WON, 2, 12))],
         "benefits": _gives(("fee", "text", {"text": "8% of the first order"}))},
        {"code": "gold", "name": "Gold", "grace_days": 60, "requirements": [_group((WON, 5, 12))],
         "benefits": _gives(("fee", "text", {"text": "10% of the first order"}))},
    ],
}  # fmt: skip


def live(made: Made, *, now: datetime, rng: Random) -> None:
    """Set the programmes up a year ago, take the partners in, and let them move as their deals let them."""
    start = now - timedelta(days=365)
    with events.silently():
        programmes = [
            _begin(code, says, start)
            for code, says in (("reseller", RESELLERS), ("msp", MANAGED), ("referral", REFERRALS))
        ]
        services.archive(programme=Programme.objects.get(code=STARTING), by=SYSTEM, at=start)
        for currency, rate in RATES.items():
            services.set_rate(currency=currency, rate=Decimal(rate), by=SYSTEM, at=start)
        _record(made, start, rng)
        for partner in made.partners:
            if partner.status == Partner.Status.ACTIVE:
                services.join_by_itself(partner.pk, at=start)
        _strategic(made, start)
        for days in range(30, 365, 45):
            for programme in programmes:
                services.assess_all(programme, at=start + timedelta(days=days))
    for programme in programmes:  # of today's moves people are told
        services.assess_all(programme, at=now - timedelta(hours=2))
    figures.keep(figures.known(), None, now)


def _begin(code: str, says: dict[str, Any], at: datetime) -> Programme:
    programme = services.create(code=code, definition=Definition.model_validate(says), by=SYSTEM, at=at)
    services.publish(programme=programme, note="The programme begins.", by=SYSTEM, at=at)
    return programme


def _record(made: Made, at: datetime, rng: Random) -> None:
    """Record certified people and surveys as the vendor's people would."""
    for number, partner in enumerate(made.partners):
        if partner.status != Partner.Status.ACTIVE:
            continue
        known = partner.trading_name in (RESELLER, DISTRIBUTOR)
        people = 4 if known else 2 if partner.trading_name == RIVAL else rng.choice((0, 0, 1, 2, 3, 5))
        if people:
            services.record_value(
                partner=partner, kpi=CERTIFIED, value=Decimal(people), source="Training academy", by=SYSTEM, at=at
            )
        if number % 2 == 0:
            services.record_value(
                partner=partner, kpi=SATISFACTION, value=Decimal(rng.randrange(62, 97)), source="Customer survey",
                by=SYSTEM, at=at,
            )  # fmt: skip


def _strategic(made: Made, at: datetime) -> None:
    """Give the distributor a tier by hand, and the reseller something of its own."""
    by = actors.of(made.managers["emea"])
    leading = Membership.objects.select_related("partner", "programme").filter(programme__code="reseller")
    distributor = leading.get(partner__trading_name=DISTRIBUTOR)
    services.set_tier(member=distributor, tier="gold", reason="Our only distributor in the region", by=by, at=at)
    reseller = leading.get(partner__trading_name=RESELLER)
    launch = Benefit(code="launch", kind="discount", amount=Decimal(18), line="secure")
    services.grant(member=reseller, benefit=launch, reason="Launch partner of Halden Secure", by=by, at=at)
