"""What is asked about programmes, members and figures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openprm.customers.models import ProductLine
from openprm.kernel import days
from openprm.kernel.ui.forms import COMMON_CURRENCIES, DateInput, Toggle
from openprm.partners.models import Partner
from openprm.program import figures, kpis, words
from openprm.program.definition import Benefit, Criterion, Definition, Group, Score, ScoreLine, Tier
from openprm.program.models import CustomKpi, Programme

TEXT = forms.Textarea(attrs={"rows": 2})
WINDOWS = [
    ("", _("Since the beginning")),
    *[(str(n), _("Last %(n)s months") % {"n": n}) for n in (1, 3, 6, 12, 24, 36)],
]


def _kpis() -> list[tuple[str, Any]]:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for key, one in figures.known().items():
        grouped.setdefault(str(one.category), []).append((key, str(one.label)))
    return list(grouped.items())


def recorded() -> list[tuple[str, str]]:
    return [(key, str(one.label)) for key, one in figures.known().items() if one.category == kpis.RECORDED]


def _lines() -> list[tuple[str, Any]]:
    listed = ProductLine.objects.order_by("name").values_list("key", "name")
    return [("", _("All product lines")), *listed]


class NewProgramme(forms.Form):
    """A programme to begin with."""

    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Its lasting short name, such as “reseller”. It cannot be changed later."),
    )
    tiers = forms.CharField(
        label=_("Tiers, from the lowest to the highest"),
        initial="Registered, Silver, Gold",
        help_text=_("Separated by commas. You give them requirements and benefits next."),
    )

    def definition(self) -> Definition:
        """Return the definition it begins with."""
        from django.utils.text import slugify

        names = [name.strip() for name in self.cleaned_data["tiers"].split(",") if name.strip()]
        tiers = tuple(Tier(code=slugify(name)[:40] or f"tier-{n}", name=name[:60]) for n, name in enumerate(names, 1))
        return Definition(name=self.cleaned_data["name"], tiers=tiers)

    def clean_tiers(self) -> str:
        """Refuse an empty ladder."""
        given = str(self.cleaned_data["tiers"])
        names = [name for name in given.split(",") if name.strip()]
        if not 1 <= len(names) <= 12:
            raise forms.ValidationError(_("Name from one to twelve tiers."))
        return given


class Basics(forms.Form):
    """What a programme says beside its tiers."""

    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(label=_("Description"), max_length=2000, required=False, widget=TEXT)
    reporting = forms.CharField(
        label=_("What partners report, and by when"), max_length=2000, required=False, widget=TEXT
    )
    review = forms.BooleanField(
        label=_("Propose moves instead of making them"),
        required=False,
        widget=Toggle,
        help_text=_("Somebody approves or rejects each move up or down."),
    )
    place = forms.IntegerField(
        label=_("Place among programmes"),
        min_value=0,
        max_value=1000,
        help_text=_("A partner's tier, as lists and audiences show it, is that of the first programme it is in."),
    )
    joining = forms.BooleanField(
        label=_("Active partners of the audience below join by themselves"), required=False, widget=Toggle
    )


class TierForm(forms.Form):
    """A tier, but for its requirements and benefits."""

    name = forms.CharField(label=_("Name"), max_length=60)
    grace_days = forms.IntegerField(
        label=_("Days of grace"),
        min_value=0,
        max_value=730,
        initial=90,
        help_text=_("So long a partner keeps the tier after falling below its requirements."),
    )
    least = forms.IntegerField(
        label=_("Points of the scorecard"), min_value=1, max_value=100, required=False, help_text=_("Empty: none.")
    )
    minimums = forms.CharField(
        label=_("At least in a category"),
        required=False,
        max_length=400,
        help_text=_("Such as “Performance 20, Skills 15”."),
    )

    def clean_minimums(self) -> dict[str, int]:
        """Return the minimums by category."""
        found = {}
        for part in str(self.cleaned_data["minimums"]).split(","):
            if not part.strip():
                continue
            name, _space, number = part.strip().rpartition(" ")
            if not name or not number.isdecimal() or int(number) > 100:
                raise forms.ValidationError(_("Write a category and its points, such as “Performance 20”."))
            found[name.strip()] = int(number)
        return found

    def tier(self, known: Tier | None, code: str) -> Tier:
        """Return the tier as it was filled in."""
        given = self.cleaned_data
        score = Score(least=given["least"], minimums=given["minimums"]) if given["least"] else None
        changed = {"name": given["name"], "grace_days": given["grace_days"], "score": score}
        return known.model_copy(update=changed) if known else Tier(code=code, **changed)


class CriterionForm(forms.Form):
    """A criterion of a tier."""

    kpi = forms.ChoiceField(label=_("Figure"), choices=_kpis)
    at_least = forms.DecimalField(label=_("At least"), min_value=0, max_digits=14, decimal_places=2)
    months = forms.ChoiceField(label=_("Counted over"), choices=WINDOWS, required=False, initial="12")
    group = forms.ChoiceField(
        label=_("Together with"),
        required=False,
        help_text=_("All groups must be met. Within “any of”, one criterion is enough."),
    )

    def __init__(self, groups: Sequence[tuple[str, Any]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].choices = groups  # type: ignore[attr-defined]

    def criterion(self) -> Criterion:
        """Return the criterion."""
        given = self.cleaned_data
        months = int(given["months"]) if given["months"] else None
        return Criterion(kpi=given["kpi"], at_least=given["at_least"], months=months)

    def placed(self, groups: tuple[Group, ...]) -> tuple[Group, ...]:
        """Return the groups with the criterion in the chosen one, or in a new one."""
        where, one = self.cleaned_data["group"], self.criterion()
        if where.isdecimal() and int(where) < len(groups):
            place = int(where)
            into = groups[place]
            return (
                *groups[:place], into.model_copy(update={"criteria": (*into.criteria, one)}), *groups[place + 1 :],
            )  # fmt: skip
        return (*groups, Group(need="any" if where == "any" else "all", criteria=(one,)))


class ScoreLineForm(forms.Form):
    """A line of the scorecard."""

    kpi = forms.ChoiceField(label=_("Figure"), choices=_kpis)
    points = forms.IntegerField(label=_("Most points"), min_value=1, max_value=100)
    full_at = forms.DecimalField(
        label=_("All points from"), min_value=0, max_digits=14, decimal_places=2, help_text=_("In proportion below.")
    )
    months = forms.ChoiceField(label=_("Counted over"), choices=WINDOWS, required=False, initial="12")
    category = forms.CharField(label=_("Category"), max_length=40, required=False)

    def clean_full_at(self) -> Any:
        """Refuse zero."""
        if not self.cleaned_data["full_at"]:
            raise forms.ValidationError(_("Give a number above zero."))
        return self.cleaned_data["full_at"]

    def line(self) -> ScoreLine:
        """Return the line."""
        given = self.cleaned_data
        return ScoreLine(**{**given, "months": int(given["months"]) if given["months"] else None})


class BenefitForm(forms.Form):
    """A benefit of a tier, or one given by hand."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(words.KINDS.items()))
    amount = forms.DecimalField(
        label=_("Number"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text=_("Points of discount, days of protection, or for funds percent of won revenue or a sum."),
    )
    per = forms.ChoiceField(
        label=_("Funds are"),
        choices=[("revenue", _("percent of won revenue")), ("year", _("a sum a year"))],
        required=False,
    )
    line = forms.ChoiceField(label=_("Product line"), choices=_lines, required=False)
    text = forms.CharField(
        label=_("In words"), max_length=200, required=False, help_text=_("Such as “Premium support, answer in 2 h”.")
    )

    def plain(self, code: str = "") -> dict[str, Any]:
        """Return the benefit as plain values."""
        given = self.cleaned_data
        return {
            "code": code or f"{given['kind']}-{uuid4().hex[:6]}",
            "kind": given["kind"],
            "amount": given["amount"],
            "per": given["per"] or "revenue",
            "line": given["line"] or None,
            "text": given["text"],
        }


def filled(benefit: Benefit) -> dict[str, Any]:
    """Return a benefit as its form shows it."""
    return {**benefit.model_dump(), "line": benefit.line or ""}


class Publishing(forms.Form):
    """Why a programme changes."""

    note = forms.CharField(label=_("Why it changes"), max_length=400, required=False)


class Enrolling(forms.Form):
    """Into which programme."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label=_("Programme"),
        empty_label=_("Choose a programme"),
        widget=forms.Select({"class": "form-select form-select-sm w-auto"}),
    )

    def __init__(self, programmes: QuerySet[Programme], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class SettingTier(forms.Form):
    """A tier set by hand."""

    tier = forms.ChoiceField(label=_("Tier"))
    reason = forms.CharField(label=_("Reason"), max_length=400, help_text=_("The partner reads it."))
    until = forms.DateField(
        label=_("Until and including"), required=False, widget=DateInput, help_text=_("Empty: until you end it.")
    )

    def __init__(self, tiers: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tier"].choices = tiers  # type: ignore[attr-defined]

    def clean_until(self) -> datetime | None:
        """Return the end of the day."""
        return days.end(self.cleaned_data["until"])


class Granting(BenefitForm):
    """A benefit given by hand."""

    reason = forms.CharField(label=_("Reason"), max_length=400, help_text=_("The partner reads it."))
    until = forms.DateField(label=_("Until and including"), required=False, widget=DateInput)

    def clean_until(self) -> datetime | None:
        """Return the end of the day."""
        return days.end(self.cleaned_data["until"])


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=400, help_text=_("The partner reads it."))


class Recording(forms.Form):
    """A figure about a partner."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label=_("Partner"), empty_label=_("Choose a partner"))
    kpi = forms.ChoiceField(label=_("Figure"), choices=recorded)
    value = forms.DecimalField(label=_("Value"), max_digits=16, decimal_places=2)
    source = forms.CharField(label=_("Source"), max_length=120, help_text=_("Such as “Survey, spring 2027”."))
    valid_until = forms.DateField(
        label=_("Counts until"), required=False, widget=DateInput, help_text=_("Empty: until a newer one comes.")
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False, help_text=_("The partner reads it."))

    def __init__(self, partners: QuerySet[Partner], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["partner"].queryset = partners.order_by("name")  # type: ignore[attr-defined]

    def clean_valid_until(self) -> datetime | None:
        """Return the end of the day."""
        return days.end(self.cleaned_data["valid_until"])


class Defining(forms.Form):
    """A figure of the vendor's own."""

    label = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Such as “training-days”."))
    unit = forms.ChoiceField(label=_("Its numbers are"), choices=CustomKpi.Unit.choices)


class Rate(forms.Form):
    """An exchange rate."""

    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in COMMON_CURRENCIES])
    rate = forms.DecimalField(label=_("One unit is worth"), max_digits=18, decimal_places=8)
