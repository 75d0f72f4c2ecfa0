"""Programmes as text: one document for each, with its tiers, requirements and benefits; figures and rates beside."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from openprm.kernel import audiences
from openprm.kernel.access import Actor, as_system
from openprm.kernel.blueprints import Document, Section
from openprm.kernel.errors import Invalid, Missing
from openprm.program import services, versions
from openprm.program.definition import Definition, Number
from openprm.program.models import CustomKpi, ExchangeRate, Programme


class ProgrammeDocument(Document):
    """A programme in force."""

    archived: bool = False
    definition: Definition


class KpiDocument(Document):
    """A figure of the vendor's own; its values are partners' data and stay where they are."""

    label: str
    unit: Literal["count", "money", "percent", "score"]


class RateDocument(Document):
    """An exchange rate to the reporting currency; the code is the currency in small letters."""

    rate: Number = Field(gt=0)


def _programmes() -> Iterable[ProgrammeDocument]:
    with as_system():
        rows = Programme.objects.filter(versions__isnull=False).distinct().order_by("code")
        return [
            ProgrammeDocument(code=row.code, archived=row.archived, definition=_named(versions.in_force(row.pk).says))
            for row in rows
        ]


def _write_programme(document: ProgrammeDocument, by: Actor, at: datetime) -> None:
    try:
        _put_into_force(document, by, at)
    except Invalid as problem:
        fields = {f"definition.{place}": said for place, said in problem.fields.items()}
        raise Invalid(str(problem), fields=fields) from None


def _put_into_force(document: ProgrammeDocument, by: Actor, at: datetime) -> None:
    with as_system():
        found = Programme.objects.filter(code=document.code).first()
        published = found is not None and found.versions.exists()
    definition = _joining(document.definition, audiences.by_ids)
    if found is None:
        found = services.create(code=document.code, definition=definition, by=by, at=at)
    if not published or (found is not None and versions.in_force(found.pk).says != definition):
        services.edit(programme=found, definition=definition, by=by, at=at)
        services.publish(programme=found, note=_("From the programme as code"), by=by, at=at)
    services.archive(programme=found, archived=document.archived, by=by, at=at)


def _named(definition: Definition) -> Definition:
    return _joining(definition, audiences.by_words)


def _joining(definition: Definition, change: Callable[..., audiences.Predicate]) -> Definition:
    """Return the definition with the audience of who joins as it is on this server, or as it can be taken along."""
    if definition.joins is None:
        return definition
    return definition.model_copy(update={"joins": audiences.tidy(change(definition.joins, subject="partner"))})


def _remove_programme(code: str, by: Actor, at: datetime) -> None:
    with as_system():
        found = Programme.objects.filter(code=code).first()
    if found is None:
        raise Missing(_("There is no programme “%(code)s”.") % {"code": code})
    services.archive(programme=found, by=by, at=at)


def _kpis() -> Iterable[KpiDocument]:
    with as_system():
        return [
            KpiDocument(code=row.code, label=row.label, unit=row.unit)  # type: ignore[arg-type]
            for row in CustomKpi.objects.order_by("code")
        ]


def _write_kpi(document: KpiDocument, by: Actor, at: datetime) -> None:
    services.define_kpi(code=document.code, label=document.label, unit=document.unit, by=by, at=at)


def _rates() -> Iterable[RateDocument]:
    with as_system():
        return [RateDocument(code=row.currency.lower(), rate=row.rate) for row in ExchangeRate.objects.all()]


def _write_rate(document: RateDocument, by: Actor, at: datetime) -> None:
    services.set_rate(currency=document.code, rate=document.rate, by=by, at=at)


def _remove_rate(code: str, by: Actor, at: datetime) -> None:
    with as_system():
        found = ExchangeRate.objects.filter(currency=code.upper()).first()
    if found is None:
        raise Missing(_("There is no such rate."))
    services.remove_rate(rate=found, by=by, at=at)


DECLARED = (
    Section("figures", gettext_lazy("Figures of your own"), 20, KpiDocument, _kpis, _write_kpi),
    Section("exchange_rates", gettext_lazy("Exchange rates"), 21, RateDocument, _rates, _write_rate, _remove_rate),
    Section(
        "programmes",
        gettext_lazy("Programmes"),
        30,
        ProgrammeDocument,
        _programmes,
        _write_programme,
        _remove_programme,
    ),
)
