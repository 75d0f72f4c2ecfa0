"""What is asked when automations are built; the form of an action is drawn from its parameters."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from openprm.automation import known
from openprm.kernel.actions import Action, Parameter
from openprm.kernel.ui.forms import CheckboxList, DateInput, Toggle
from openprm.partners import policies as partners
from openprm.partners.models import Partner

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
TOLD_ROWS = 2  # empty rows below the comparisons that are there


class Names(forms.Form):
    """How an automation is called."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class Publishing(forms.Form):
    """What the next version is about."""

    note = forms.CharField(label=_("What changes, in a few words"), max_length=400, required=False)


class Looking(forms.Form):
    """How far a rehearsal looks back."""

    days = forms.TypedChoiceField(
        label=_("Look back"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("a year"))],
        initial=90,
    )


class Trying(forms.Form):
    """For which partner to try it."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label=_("Partner"), empty_label=_("Choose a partner"))

    def __init__(self, actor: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners.visible_to(actor).order_by("name")  # type: ignore[attr-defined]


class Trigger(forms.Form):
    """When it begins."""

    kind = forms.ChoiceField(
        label=_("It begins"),
        choices=[
            ("event", _("when something happens")),
            ("schedule", _("by a schedule")),
            ("date", _("days before or after a date")),
        ],
    )
    event = forms.ChoiceField(label=_("What happens"), required=False)
    every = forms.ChoiceField(
        label=_("How often"),
        required=False,
        choices=[("day", _("every day")), ("week", _("every week")), ("month", _("every month"))],
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"), coerce=int, required=False, choices=list(WEEKDAYS.items())
    )
    day = forms.IntegerField(label=_("Day of the month"), required=False, min_value=1, max_value=28)
    field = forms.ChoiceField(label=_("Date"), required=False)
    days = forms.IntegerField(label=_("Days"), required=False, min_value=0, max_value=730)
    direction = forms.ChoiceField(
        label=_("Before or after"), required=False, choices=[("before", _("before")), ("after", _("after"))]
    )
    hour = forms.TypedChoiceField(label=_("At"), coerce=int, required=False, choices=HOURS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for kind in known.triggers():
            groups.setdefault(kind.noun.replace("_", " ").capitalize(), []).append((kind.name, str(kind.label)))
        choose = [("", _("Choose…"))]
        self.fields["event"].choices = [*choose, *groups.items()]  # type: ignore[attr-defined]
        dates = [(name, str(date.label)) for name, date in known.date_fields().items()]
        self.fields["field"].choices = [*choose, *dates]  # type: ignore[attr-defined]

    def trigger(self) -> dict[str, Any]:
        """Return what was chosen, as a definition says it."""
        said = self.cleaned_data
        match said["kind"]:
            case "event":
                return {"kind": "event", "event": said["event"]}
            case "schedule":
                found: dict[str, Any] = {"kind": "schedule", "every": said["every"], "hour": said["hour"] or 0}
                if said["every"] == "week":
                    found["weekday"] = said["weekday"] or 0
                if said["every"] == "month":
                    found["day"] = said["day"] or 1
                return found
            case _:
                return {
                    "kind": "date",
                    "field": said["field"],
                    "days": said["days"] or 0,
                    "direction": said["direction"] or "after",
                    "hour": said["hour"] or 0,
                }


class Wait(forms.Form):
    """How long to wait."""

    unit = forms.ChoiceField(
        label=_("Wait"),
        choices=[
            ("days", _("a number of days")),
            ("hours", _("a number of hours")),
            ("hour", _("until an hour of the day (0 to 23)")),
            ("date", _("until a date")),
        ],
    )
    amount = forms.IntegerField(label=_("How many, or which hour"), required=False, min_value=0, max_value=1000)
    date = forms.DateField(label=_("Date"), required=False, widget=DateInput)

    def step(self, key: str) -> dict[str, Any]:
        """Return the wait, as a definition says it."""
        unit = self.cleaned_data["unit"]
        if unit == "date":
            date = self.cleaned_data["date"]
            return {"key": key, "kind": "wait", "unit": unit, "date": date.isoformat() if date else ""}
        amount = self.cleaned_data["amount"]
        return {"key": key, "kind": "wait", "unit": unit, "amount": 0 if amount is None else amount}


class Told(forms.Form):
    """Whether all comparisons with what the event tells must hold, or one of them."""

    match = forms.ChoiceField(
        label=_("Of these"), choices=[("all", _("all must hold")), ("any", _("at least one must hold"))]
    )


class Template(forms.Form):
    """An e-mail template."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you; its readers do not see it."))
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 12}), max_length=20_000)
    button = forms.CharField(label=_("Button"), max_length=60, required=False)
    button_url = forms.CharField(
        label=_("Where the button leads"),
        max_length=300,
        required=False,
        help_text=_("A page of this server such as /portal/, or an address with https://."),
    )


def told_choices(event: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the comparisons that an event allows, by field: ``field|operator`` with words."""
    found = []
    for field in known.fields_of(event).values():
        options = [(f"{field.name}|{name}", f"{field.label} {label}") for name, label in field.offers().items()]
        found.append((field.label, options))
    return found


def told_values(event: str) -> dict[str, dict[str, str]]:
    """Return what the values of an event's fields are chosen from, by field; others are typed."""
    return {name: dict(field.choices()) for name, field in known.fields_of(event).items() if field.choices()}


def told_rows(event: str, comparisons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of the form of comparisons: those that are there, and some empty ones."""
    rows = []
    for one in comparisons:
        value = one.get("value")
        shown = ("true" if value else "false") if isinstance(value, bool) else str(value)
        rows.append(told_row(event, f"{one.get('field')}|{one.get('op')}", shown))
    return rows + [told_row(event)] * TOLD_ROWS


def told_row(event: str, chosen: str = "", value: str = "") -> dict[str, Any]:
    """Return a row of the form of comparisons, with what there is to choose its value from.

    A value that is no choice (any more) stays one, so that nothing is changed by looking at it.
    """
    fields, name = known.fields_of(event), chosen.partition("|")[0]
    choices = dict(fields[name].choices()) if name in fields and not chosen.endswith("|contains") else {}
    if choices and value and value not in choices:
        choices = {value: value, **choices}
    return {"chosen": chosen, "value": value, "choices": choices}


def told_from(event: str, chosen: list[str], values: list[str]) -> list[dict[str, Any]]:
    """Return the comparisons that were sent; rows without a choice are left out."""
    fields, found = known.fields_of(event), []
    for name, value in zip(chosen, values, strict=False):
        field, _bar, operator = name.partition("|")
        if not field:
            continue
        kind = fields[field].kind if field in fields else "text"
        plain: Any = value.strip()
        if field in fields:
            plain = _code(fields[field].choices(), plain)
        if kind == "boolean" and plain:
            plain = plain.casefold() in ("true", "yes", "1", str(_("yes")).casefold())
        found.append({"field": field, "op": operator, "value": plain})
    return found


def _code(choices: Mapping[str, str], said: str) -> str:
    """Return the value that was chosen, or typed in its words."""
    return next((value for value, words in choices.items() if words.casefold() == said.casefold()), said)


class Acting(forms.Form):
    """The form of an action, drawn from its parameters. Predicates are drawn by the audience widget beside it."""

    def __init__(self, action: Action, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        for parameter in action.parameters:
            if parameter.kind != "predicate":
                self.fields[parameter.name] = _field(parameter)

    def values(self) -> dict[str, Any]:
        """Return what was given, as plain JSON."""
        found: dict[str, Any] = {}
        for parameter in self.action.parameters:
            value = self.cleaned_data.get(parameter.name)
            if parameter.kind in ("number", "days") and value is not None:
                value = int(value) if value == int(value) else float(value)
            elif parameter.kind == "date" and value:
                value = value.isoformat()
            if value not in (None, "", []):
                found[parameter.name] = value
        return found


def initial(action: Action, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of an action begins with."""
    return {known.name: values.get(known.name, known.default) for known in action.parameters}


def _field(known: Parameter) -> forms.Field:
    words: dict[str, Any] = {"label": known.label, "help_text": known.help, "required": known.required}
    match known.kind:
        case "long_text":
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **words)
        case "number":
            return forms.DecimalField(min_value=0, **words)
        case "days":
            return forms.IntegerField(min_value=0, **words)
        case "date":
            return forms.DateField(widget=DateInput, **words)
        case "boolean":
            return forms.BooleanField(widget=Toggle, **{**words, "required": False})
        case "choice":
            return forms.ChoiceField(choices=[("", _("Choose…")), *known.options()], **words)
        case "choices":
            return forms.MultipleChoiceField(choices=known.options(), widget=CheckboxList, **words)
        case _:
            return forms.CharField(max_length=500, **words)
