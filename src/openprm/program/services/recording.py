"""Recording figures that nothing counts, and the exchange rates that money is counted with."""

import re
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from openprm.kernel.access import Actor, as_system
from openprm.kernel.entity import changes
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events import announce
from openprm.partners.models import Partner
from openprm.program import events, figures, kpis, policies
from openprm.program.definition import CODE
from openprm.program.models import CustomKpi, ExchangeRate, KpiValue
from openprm.program.services import together

LARGEST = Decimal(10) ** 13


@transaction.atomic
def record_value(
    *,
    partner: Partner,
    kpi: str,
    value: Decimal,
    source: str,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> KpiValue:
    """Record a figure about a partner: the newest of each source counts while it is valid."""
    if not policies.can_be_recorded_by(by).filter(pk=partner.pk).exists():
        raise Forbidden(_("You do not record figures about this partner. Ask its channel manager."))
    since = valid_from or at
    with as_system():
        found = figures.known().get(kpi)
        wrong = {}
        if found is None or found.category != kpis.RECORDED:
            wrong["kpi"] = _("Choose a figure that is recorded by hand.")
        if not abs(value) < LARGEST:
            wrong["value"] = _("This number is too large.")
        if not source.strip() or len(source.strip()) > 120:
            wrong["source"] = _("Say where the number comes from, in at most 120 characters.")
        if valid_until is not None and valid_until <= since:
            wrong["valid_until"] = _("Give a time after it begins to count.")
        if len(note) > 400:
            wrong["note"] = _("At most 400 characters.")
        if wrong or found is None:
            raise Invalid(_("Some fields need your attention."), fields=wrong)
        row = KpiValue.objects.create(
            partner=partner, kpi=kpi, value=value, source=source.strip(), valid_from=since, valid_until=valid_until,
            note=note.strip(), recorded_by=by.name, created_at=at, updated_at=at,
        )  # fmt: skip
        fact = events.KpiRecorded(kpi, str(found.label), str(value), row.source, since, valid_until)
        announce(fact, about=row, by=by, at=at)
    return row


@transaction.atomic
def remove_value(*, value: KpiValue, by: Actor, at: datetime) -> None:
    """Remove a figure that was recorded by mistake."""
    if not policies.can_be_recorded_by(by).filter(pk=value.partner_id).exists():
        raise Forbidden(_("You do not record figures about this partner. Ask its channel manager."))
    with as_system():
        announce(events.KpiRemoved(value.kpi, str(value.value), value.source), about=value, by=by, at=at)
        KpiValue.objects.filter(pk=value.pk).delete()


@transaction.atomic
def define_kpi(*, code: str, label: str, unit: str, by: Actor, at: datetime) -> CustomKpi:
    """Make up a figure, or call it otherwise; its unit stays what it was."""
    by.require(policies.MANAGE)
    wrong = {}
    if not re.match(CODE, code) or len(code) > 40:
        wrong["code"] = _("Give a code of small letters, digits, - and _, such as “training-days”.")
    if not label.strip() or len(label.strip()) > 80:
        wrong["label"] = _("Give a name of at most 80 characters.")
    if unit not in CustomKpi.Unit.values:
        wrong["unit"] = _("Choose one of: %(values)s.") % {"values": ", ".join(CustomKpi.Unit.values)}
    found = CustomKpi.objects.filter(code=code).first()
    if found is not None and found.unit != unit and "unit" not in wrong:
        wrong["unit"] = _("Its numbers are kept as %(unit)s; define another figure.") % {"unit": found.unit}
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    if found is None:
        try:
            with transaction.atomic():
                found = CustomKpi.objects.create(
                    code=code, label=label.strip(), unit=unit, created_at=at, updated_at=at
                )
        except IntegrityError:
            found = CustomKpi.objects.get(code=code)
    elif found.label == label.strip():
        return found
    found.label = label.strip()
    found.write("label", at=at)
    announce(events.KpiDefined(code, found.label, unit), about=found, by=by, at=at)
    return found


@transaction.atomic
def set_rate(*, currency: str, rate: Decimal, by: Actor, at: datetime) -> ExchangeRate:
    """Say what one unit of a currency is worth in the reporting currency; everybody is assessed anew."""
    by.require(policies.MANAGE)
    wrong = {}
    code = currency.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        wrong["currency"] = _("Give a currency by its three letters, such as USD.")
    elif code == figures.currency():
        wrong["currency"] = _("This is the reporting currency itself: its rate is 1.")
    if not Decimal(0) < rate < Decimal(10) ** 9:
        wrong["rate"] = _("Give a number above zero.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    row = ExchangeRate.objects.select_for_update().filter(currency=code).first()
    before = row.rate if row else None
    if row is None:
        row = ExchangeRate.objects.create(currency=code, rate=rate, created_at=at, updated_at=at)
    elif row.rate == rate:
        return row
    else:
        row.rate = rate
        row.write("rate", at=at)
    announce(events.RateChanged(code, changes({"rate": before}, {"rate": rate})), about=row, by=by, at=at)
    together.assess_everybody_soon()
    return row


@transaction.atomic
def remove_rate(*, rate: ExchangeRate, by: Actor, at: datetime) -> None:
    """Forget a rate: amounts in that currency are not counted any more."""
    by.require(policies.MANAGE)
    fact = events.RateChanged(rate.currency, changes({"rate": rate.rate}, {"rate": None}))
    announce(fact, about=rate, by=by, at=at)
    ExchangeRate.objects.filter(pk=rate.pk).delete()
    together.assess_everybody_soon()
