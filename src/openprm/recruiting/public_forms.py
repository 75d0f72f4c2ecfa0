"""The forms of the public pages. They take whatever is typed; the services say what is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui import countries
from openprm.kernel.ui.forms import CheckboxList, FilesField
from openprm.recruiting import fields, rules
from openprm.recruiting.limits import TRAP
from openprm.recruiting.models import Application
from openprm.recruiting.shapes import FormQuestion, Value

MOST_RADIOS = 6


class Anything(forms.Field):
    """Takes whatever is typed: the services judge it, so that nothing is lost."""

    def clean(self, value: Any) -> Any:
        """Return what was typed."""
        return value


class Files(FilesField):
    """Several files at once, judged by the services."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return what was sent."""
        return data


def _line(label: Any, *, needed: bool = True, help_text: Any = "", **attrs: str) -> Anything:
    return Anything(label=label, required=needed, help_text=help_text, widget=forms.TextInput(attrs=attrs))


class StartForm(forms.Form):
    """Who applies, and for which company."""

    use_required_attribute = False

    contact_name = _line(_("Your name"), autocomplete="name")
    email = _line(
        _("Work e-mail"),
        help_text=_("We send you a link with which you can go on later."),
        type="email",
        autocomplete="email",
    )
    contact_title = _line(_("Job title"), needed=False, autocomplete="organization-title")
    contact_phone = _line(_("Phone"), needed=False, type="tel", autocomplete="tel")
    legal_name = _line(
        _("Company"), help_text=_("The legal name, as it stands in the register."), autocomplete="organization"
    )
    country = Anything(label=_("Country"), widget=forms.Select(attrs={"autocomplete": "country"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].widget.choices = [("", _("Choose a country")), *countries.choices()]

    @property
    def is_trapped(self) -> bool:
        """Say whether the field was filled in that people do not see."""
        return bool(self.data.get(TRAP))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the page; ``when`` is its condition as JSON, for the script that hides it until it is asked."""

    question: FormQuestion
    bound: BoundField
    when: str
    hint: str
    files: list[Any]


class StepForm(forms.Form):
    """The questions of one step."""

    use_required_attribute = False

    def __init__(self, application: Application, questions: list[FormQuestion], data: Any = None) -> None:
        super().__init__(data, initial={f"q_{one.key}": application.answers.get(one.key) for one in questions})
        self.questions = questions
        for one in questions:
            self.fields[f"q_{one.key}"] = _field(one)

    def given(self) -> dict[str, Value]:
        """Return what was typed, by question; a list where several can be chosen."""
        found: dict[str, Value] = {}
        for one in self.questions:
            name = f"q_{one.key}"
            if one.kind == "choices":
                found[one.key] = self.data.getlist(name)  # type: ignore[attr-defined]
            elif one.kind != "file":
                found[one.key] = str(self.data.get(name, ""))
        return found

    def explain(self, wrong: Mapping[str, str]) -> None:
        """Put what is wrong beside its question."""
        self.full_clean()
        for key, text in wrong.items():
            self.add_error(f"q_{key}" if f"q_{key}" in self.fields else None, text)

    def asked(self, hints: Mapping[str, str], files: Mapping[str, list[Any]]) -> list[Asked]:
        """Return the questions as the page shows them."""
        here = {one.key for one in self.questions}
        return [
            Asked(
                one,
                self[f"q_{one.key}"],
                json.dumps({"name": f"q_{one.when.question}", "op": one.when.op, "values": one.when.values})
                if one.when and one.when.question in here
                else "",
                hints.get(one.key, "") if one.when and one.when.question in here else "",
                files.get(one.key, []),
            )
            for one in self.questions
        ]


def on_page(
    questions: list[FormQuestion], every: list[FormQuestion], answers: Mapping[str, Value]
) -> list[FormQuestion]:
    """Return the questions of a step to show: those asked, and those that an answer on this very page may call for."""
    here: set[str] = set()
    asked = {one.key for one in rules.asked(every, dict(answers))}
    shown = []
    for one in questions:
        if one.key in asked or (one.when is not None and one.when.question in here):
            shown.append(one)
            here.add(one.key)
    return shown


def _field(one: FormQuestion) -> forms.Field:
    words: dict[str, Any] = {"label": one.label, "help_text": one.help, "required": one.required}
    options = fields.options(one)
    if one.kind == "file":
        return Files(**words)
    widget: forms.Widget
    if one.kind == "choices":
        widget = CheckboxList(choices=options)
    elif one.kind == "choice" and len(options) > MOST_RADIOS:
        widget = forms.Select(choices=[("", _("Choose one")), *options])
    elif one.kind in ("choice", "yes_no"):
        widget = forms.RadioSelect(choices=options)
    elif one.kind == "long_text":
        widget = forms.Textarea(attrs={"rows": 4, "maxlength": rules.LONGEST_LONG_TEXT})
    else:
        attrs = {"number": {"inputmode": "decimal"}, "url": {"inputmode": "url", "autocomplete": "url"}}
        widget = forms.TextInput(attrs=attrs.get(one.kind, {}))
    return Anything(widget=widget, **words)
