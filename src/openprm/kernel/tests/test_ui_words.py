"""Money and time as people read them; forms and tags that keep their promises."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from openprm.kernel.ui import countries, money, times
from openprm.kernel.ui.chart import Chart, Series
from openprm.kernel.ui.forms import CheckboxList, MoneyField, Renderer, Toggle
from openprm.kernel.ui.tones import Status, tone

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (12500, "EUR", "€12,500"),
        (Decimal("99.9"), "CHF", "CHF\u00a099.90"),
        (-1200, "USD", "−$1,200"),
        (1234567, "JPY", "¥1,234,567"),
        (None, "EUR", "–"),
        ("nonsense", "EUR", "–"),
    ],
)
def test_money_carries_its_currency(amount: Any, currency: str, said: str) -> None:
    assert money.show(amount, currency) == said


def test_money_follows_the_readers_language() -> None:
    with translation.override("de"):
        assert money.show(12500, "EUR") == "12.500\u00a0€"


@pytest.mark.parametrize(
    ("amount", "said"), [(950, "€950"), (1_250_000, "€1.2M"), (340_000, "€340K"), (2_000_000, "€2M")]
)
def test_short_money_is_short(amount: int, said: str) -> None:
    assert money.compact(amount, "EUR") == said


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=-5), "5 minutes ago"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(days=-1), "yesterday"),
        (timedelta(days=20), "in 20 days"),
        (timedelta(days=-90), "25 Aug 2026"),
    ],
)
def test_time_is_said_relative_to_now(away: timedelta, said: str) -> None:
    assert times.relative(NOW + away, now=NOW) == said


def test_a_plain_date_is_today_all_day_long() -> None:
    assert times.relative(date(2026, 11, 23), now=NOW) == "today"


def test_a_part_of_a_day_left_counts_as_one() -> None:
    assert times.days_left(NOW + timedelta(hours=1), now=NOW) == 1
    assert times.days_left(NOW - timedelta(hours=1), now=NOW) == 0


def test_unknown_tones_and_countries_never_break_a_page() -> None:
    assert tone("sparkling") == "neutral"
    assert countries.name("XX") == "XX"
    assert countries.name("de") == "Germany"


def render(text: str, **context: Any) -> str:
    request = RequestFactory().get("/")
    return Template("{% load ui %}" + text).render(Context({"request": request, **context}))


def test_what_people_typed_is_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    for tag in (
        "{% badge x %}", "{% avatar x %}", "{% button x url=x title=x %}", "{% stat x x url=x %}", "{% fact x x %}",
        "{% notice title=x %}{{ x }}{% endnotice %}", "{% card title=x %}{{ x }}{% endcard %}", "{% copyable x x %}",
        "{% page_header x subtitle=x %}{% endpage_header %}", "{% empty_state x x %}", "{% menu_item x url=x %}",
        "{% confirm_button x url=x title=x text=x %}{% endconfirm_button %}", "{% progress 1 2 x words=x %}",
    ):  # fmt: skip
        assert evil not in render(tag, x=evil), tag


def test_a_chart_cannot_end_its_own_data() -> None:
    chart = Chart("</script><script>x", ["</script>"], [Series("</script>", [1])])
    assert render("{% chart chart %}", chart=chart).count("</script>") == 1


def test_a_chart_offers_its_numbers_as_a_table() -> None:
    chart = Chart("Pipeline", ["Jun"], [Series("Protected", [120000])], currency="EUR")
    assert "€120,000" in render("{% chart chart %}", chart=chart)


def test_a_status_brings_icon_and_word() -> None:
    html = render("{% status s detail=True %}", s=Status("In review", "info", next="We answer today."))
    assert "#info-circle" in html
    assert "In review" in html
    assert "We answer today." in html


def test_two_components_never_share_an_id() -> None:
    html = render("{% copyable 1 'a' %}{% copyable 2 'b' %}")
    assert "copy-1" in html
    assert "copy-2" in html


class Order(forms.Form):
    default_renderer = Renderer

    name = forms.CharField(label="Name", help_text="As on the contract.")
    price = MoneyField(label="Price", required=False)
    sorts = forms.MultipleChoiceField(
        label="Sorts", choices=[("a", "A"), ("b", "B")], widget=CheckboxList, required=False
    )
    agreed = forms.BooleanField(label="Agreed", widget=Toggle, required=False)


def test_an_error_stands_beside_its_field_and_is_read_out_with_it() -> None:
    html = render("{% error_summary form %}{% field form.name %}", form=Order({"name": ""}))
    assert 'aria-describedby="id_name_error id_name_helptext"' in html
    assert 'aria-invalid="true"' in html
    assert 'href="#id_name"' in html
    assert 'role="alert"' in html


def test_a_whole_form_draws_with_our_templates() -> None:
    html = str(Order())
    assert html.count('class="field"') == 4
    assert "form-switch" in html
    assert "data-ticks" in html


def test_money_is_one_value_of_amount_and_currency() -> None:
    form = Order({"name": "x", "price": "1200.50", "price_currency": "CHF"})
    assert form.is_valid()
    assert form.cleaned_data["price"] == (Decimal("1200.50"), "CHF")


def test_a_currency_without_an_amount_is_nothing() -> None:
    form = Order({"name": "x", "price": "", "price_currency": "EUR"})
    assert form.is_valid()
    assert form.cleaned_data["price"] is None


def test_a_currency_that_is_not_offered_is_refused() -> None:
    assert "price" in Order({"name": "x", "price": "5", "price_currency": "XXX"}).errors
