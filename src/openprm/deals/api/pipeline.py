"""The pipeline in numbers, for programs: what the dashboard shows, each number with the address of its list."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from openprm.deals import policies, queries, standing, words
from openprm.kernel.api import Field, Query, Router, Schema, operation
from openprm.kernel.http import Request
from openprm.kernel.ui.chart import Chart

router = Router(tags=["Deals"])


class TileOut(Schema):
    """A number in words; `url` is the page with the list behind it."""

    label: str = Field(examples=["Win rate"])
    value: str = Field(examples=["54%"])
    note: str = Field(examples=["21 of 39 in 12 months"])
    url: str


class SeriesOut(Schema):
    """A row of numbers of a chart, one for each of its labels."""

    label: str
    data: list[float | None]


class ChartOut(Schema):
    """A chart as numbers; `urls` are the pages with the lists behind each label."""

    title: str = Field(examples=["Open value by state"])
    currency: str = Field(examples=["EUR"])
    labels: list[str]
    series: list[SeriesOut]
    urls: list[str]


class PipelineOut(Schema):
    """The pipeline of all deals you may see. Amounts of different currencies are never added."""

    currency: str = Field(examples=["EUR"], description="What the charts are in.")
    currencies: list[str] = Field(examples=[["EUR", "USD"]], description="What can be asked for.")
    tiles: list[TileOut]
    charts: list[ChartOut]


class PipelineFilter(Schema):
    """Which currency the charts shall be in."""

    currency: str = Field("", max_length=3, examples=["EUR"])


@router.get("/pipeline", response=PipelineOut, operation_id="get_pipeline")
@operation(policies.VIEW)
def get_pipeline(request: Request, wanted: Query[PipelineFilter]) -> Any:
    """Read the numbers of the pipeline."""
    actor = request.actor
    found = queries.figures(
        policies.visible_to(actor),
        at=timezone.now(),
        list_url=reverse("portal:deals" if actor.is_partner else "console:deals"),
        labels=standing.PORTAL_STATES if actor.is_partner else words.STATES,
        currency=wanted.currency,
    )
    return {
        "currency": found.currency,
        "currencies": [code for code, *_rest in found.currencies],
        "tiles": [
            {"label": str(tile.label), "value": tile.value, "note": str(tile.note), "url": tile.url}
            for tile in found.tiles
        ],
        "charts": [_drawn(chart) for chart in found.charts],
    }


def _drawn(chart: Chart) -> dict[str, Any]:
    data = chart.data()
    series = [{"label": one["label"], "data": one["data"]} for one in data["series"]]
    return {"title": str(chart.title), "series": series} | {name: data[name] for name in ("currency", "labels", "urls")}
