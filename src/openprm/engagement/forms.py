"""What is asked about a rule: the fields of its kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.customers.models import ProductLine
from openprm.engagement import plain, words
from openprm.engagement.rules import OF_THE_CLAIM, Kind, Rule
from openprm.kernel.ui import countries
from openprm.kernel.ui.forms import CheckboxList, Toggle

TIMED = {Kind.DIRECT: _("Open for"), Kind.LOST: _("Lost since")}


def _choices(known: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, label) for key, label in known.items()]


class RuleForm(forms.Form):
    """A rule of one kind; its audience comes from the builder."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=_choices(words.LEVELS))
    likeness = forms.MultipleChoiceField(
        label=_("How sure it is the customer"), choices=_choices(words.LIKENESS), widget=CheckboxList
    )
    lines = forms.ChoiceField(label=_("Product lines"), choices=_choices(words.LINES))
    stages = forms.CharField(
        label=_("Stages"),
        required=False,
        help_text=_("Separated by commas, as your CRM writes them. Empty: any stage."),
    )
    least_days = forms.IntegerField(label=_("At least so many days ago"), required=False, min_value=0, max_value=3650)
    most_days = forms.IntegerField(label=_("At most so many days ago"), required=False, min_value=0, max_value=3650)
    countries = forms.MultipleChoiceField(label=_("Countries"), required=False, widget=CheckboxList)
    not_in_countries = forms.BooleanField(label=_("Customers outside of these countries"), required=False)
    claimed_lines = forms.MultipleChoiceField(label=_("Product lines claimed"), required=False, widget=CheckboxList)
    outside = forms.BooleanField(
        label=_("Turn it round: for the partners outside of this audience"), required=False, widget=Toggle
    )
    told = forms.CharField(
        label=_("What the partner reads"),
        max_length=200,
        required=False,
        help_text=_("Your own words about the situation. Never name another partner, an amount, a person or a date."),
    )
    advice = forms.CharField(
        label=_("Advice to the partner"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    steps = forms.MultipleChoiceField(
        label=_("What the partner can do next"), choices=_choices(words.STEPS), required=False, widget=CheckboxList
    )
    told_vendor = forms.CharField(
        label=_("What your own people read"),
        max_length=400,
        required=False,
        help_text=_("On the deal's page in the console. Partners never see it."),
    )
    enabled = forms.BooleanField(label=_("Counts"), required=False, widget=Toggle)

    def __init__(self, kind: Kind, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        for name in self._foreign():
            del self.fields[name]
        for name, choices in (("countries", countries.choices()), ("claimed_lines", _product_lines())):
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _foreign(self) -> set[str]:
        """Return the fields that say nothing about a rule of this kind."""
        foreign = {"countries", "not_in_countries"} if self.kind is not Kind.COUNTRY else set()
        foreign |= {"claimed_lines"} if self.kind is not Kind.SPECIALITY else set()
        foreign |= {"likeness", "lines"} if self.kind in OF_THE_CLAIM else set()
        foreign |= {"stages"} if self.kind is not Kind.DIRECT else set()
        return foreign | ({"least_days", "most_days"} if self.kind not in TIMED else set())

    def rule(self, key: str, audience: dict[str, Any]) -> Rule:
        """Return the rule that was filled in; the product's own words are kept as none of its own."""
        good: dict[str, Any] = dict(self.cleaned_data)
        good["stages"] = [part.strip() for part in good.get("stages", "").split(",") if part.strip()]
        former, chosen = self.initial.get("steps", []), good["steps"]  # boxes have no order, the steps have one
        good["steps"] = sorted(chosen, key=lambda step: former.index(step) if step in former else len(former))
        rule = plain.load({**good, "key": key, "kind": self.kind, "audience": audience})
        own = plain.load({**plain.dump(rule), "told": "", "advice": ""})
        title, advice = map(str, words.told(own))
        told, said = rule.told.strip(), rule.advice.strip()
        kept = {"told": "" if told == title else told, "advice": "" if said == advice else said}
        return plain.load({**plain.dump(rule), **kept})


def filled(rule: Rule) -> dict[str, Any]:
    """Return a rule as the initial values of its form."""
    title, advice = map(str, words.told(rule))
    return {**plain.dump(rule), "stages": ", ".join(rule.stages), "told": title, "advice": advice}


def _product_lines() -> list[tuple[str, str]]:
    return [(str(line.pk), line.name) for line in ProductLine.objects.filter(active=True)]


class Publishing(forms.Form):
    """Why the rules change."""

    note = forms.CharField(label=_("Why the rules change"), max_length=400, required=False)
