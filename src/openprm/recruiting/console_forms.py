"""The console's forms: what a form asks, consents, points and approval, each read into its shape."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from openprm.kernel.ui.forms import CheckboxList
from openprm.matching.normalise import fold
from openprm.recruiting import enrolling, fields, words
from openprm.recruiting.models import ApplicationForm
from openprm.recruiting.shapes import Approval, Choice, Comparison, Condition, Consent, FormQuestion, ScoreRule

KINDS = [
    ("text", _("A line of text")),
    ("long_text", _("Several lines")),
    ("yes_no", _("Yes or no")),
    ("choice", _("One of several answers")),
    ("choices", _("Several of several answers")),
    ("number", _("A number")),
    ("url", _("A web address")),
    ("file", _("Files")),
]
_LINES = forms.Textarea(attrs={"rows": 4})
TESTS = 3  # comparisons that a rule of points can join on the page; the API takes more


class FormDetails(forms.Form):
    """A form's words and times."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("Such as “Become a reseller”."))
    programme = forms.CharField(
        label=_("Programme"),
        max_length=80,
        required=False,
        help_text=_("The code of the programme that approved partners join."),
    )
    intro = forms.CharField(
        label=_("Introduction"),
        max_length=4000,
        required=False,
        widget=_LINES,
        help_text=_("What applicants read first: whom you look for, and what happens with the application."),
    )
    target_hours = forms.IntegerField(
        label=_("Answer within (hours)"), min_value=1, initial=72, help_text=_("Applicants read this promise.")
    )
    approve_as = forms.ChoiceField(
        label=_("An approved company is"),
        choices=[
            ("active", _("Active at once")),
            ("applicant", _("An applicant who is on-boarded first, and can sign in")),
        ],
        widget=forms.RadioSelect,
        initial="active",
    )
    closed_text = forms.CharField(
        label=_("When it is closed"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What visitors read when the form is closed."),
    )
    order = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=1000, initial=100, help_text=_("Lower stands first.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = enrolling.programmes()
        if known:
            self.fields["programme"] = forms.ChoiceField(
                label=_("Programme"),
                required=False,
                choices=[("", _("None: somebody decides after approval")), *known],
                help_text=_("Approved partners join it at once."),
            )


class NewForm(FormDetails):
    """A form to make."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Small letters, digits and hyphens, such as “resellers”. It becomes part of the public address."),
    )
    field_order = ("title", "code")


class QuestionForm(forms.Form):
    """A question: a field of the partner's profile, or one of the form's own."""

    field = forms.ChoiceField(
        label=_("What it fills in"),
        required=False,
        help_text=_("A field of the partner's profile brings its kind and its answers along."),
    )
    label = forms.CharField(label=_("Question"), max_length=200, required=False)
    help = forms.CharField(label=_("Help"), max_length=500, required=False)
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=KINDS, required=False)
    choices = forms.CharField(
        label=_("Answers to choose from"), required=False, widget=_LINES, help_text=_("One a line.")
    )
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    step = forms.CharField(
        label=_("Step"),
        max_length=80,
        required=False,
        help_text=_("Neighbouring questions with the same step stand on one page. Empty: one page for all."),
    )
    when_question = forms.ChoiceField(label=_("Ask only if"), required=False)
    when_op = forms.ChoiceField(
        label=_("its answer"), required=False, choices=[("is", _("is one of")), ("is_not", _("is none of"))]
    )
    when_values = forms.CharField(
        label=_("these"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line, as they stand in the answers. For yes or no: yes, no."),
    )

    def __init__(self, form: ApplicationForm, known: FormQuestion | None, data: Any = None) -> None:
        self.form, self.known = form, known
        super().__init__(data, initial=_of_question(form, known) if known else {"kind": "text"})
        free = [one for one in fields.known().values() if one.name not in ("legal_name", "country")]
        own = [("", _("A question of this form's own"))]
        self.fields["field"].choices = own + [(one.name, one.label) for one in free]  # type: ignore[attr-defined]
        self.fields["when_question"].choices = [("", _("Always")), *_before(form, known)]  # type: ignore[attr-defined]

    def question(self) -> FormQuestion:
        """Return the question as its shape."""
        said = self.cleaned_data
        return FormQuestion(
            key=self.known.key if self.known else _free_key(self.form, said["field"] or said["label"]),
            field=said["field"],
            kind=said["kind"] or "text",
            label=said["label"],
            help=said["help"],
            required=said["required"],
            choices=said["choices"] if not said["field"] else [],
            step=said["step"],
            when=said["when"],
        )

    def clean_choices(self) -> list[Choice]:
        """Return the answers; those that stood there before keep their values."""
        before = {one.label: one.value for one in self.known.choices} if self.known else {}
        found: list[Choice] = []
        for line in self.cleaned_data["choices"].splitlines():
            label = " ".join(line.split())[:200]
            if label and label not in {one.label for one in found}:
                found.append(Choice(value=before.get(label) or _key(label)[:40], label=label))
        return found[:100]

    def clean(self) -> dict[str, Any]:
        """Read the condition, and ask for what is missing."""
        said = dict(self.cleaned_data)
        said["when"] = None
        if not said.get("field") and not said.get("label"):
            self.add_error("label", _("Say what you ask."))
        key = said.get("when_question")
        if key:
            before = next(one for one in self.form.questions if one.key == key)
            values = _values(said.get("when_values", ""), before, self, "when_values")
            if values:
                said["when"] = Condition(question=key, op=said.get("when_op") or "is", values=values)
        return said


class ConsentForm(forms.Form):
    """A text to agree to."""

    label = forms.CharField(
        label=_("What applicants tick"), max_length=300, help_text=_("Such as “I agree to the partner terms”.")
    )
    text = forms.CharField(label=_("The whole text"), max_length=10_000, required=False, widget=_LINES)
    required = forms.BooleanField(label=_("Without it nobody can apply"), required=False, initial=True)

    def __init__(self, known: Consent | None, data: Any = None) -> None:
        self.known = known
        super().__init__(data, initial=known.model_dump() if known else None)

    def consent(self, taken: set[str]) -> Consent:
        """Return the consent as its shape: other words than before are the next edition."""
        said = {name: self.cleaned_data[name] for name in ("label", "text", "required")}
        said["text"] = said["text"].replace("\r\n", "\n")
        if self.known is None:
            key = base = _key(said["label"])[:34]
            number = 2
            while key in taken:
                key, number = f"{base}_{number}", number + 1
            return Consent(key=key, **said)
        reworded = (said["label"], said["text"]) != (self.known.label, self.known.text)
        return Consent(key=self.known.key, edition=self.known.edition + reworded, **said)


class _WithTests(forms.Form):
    """Comparisons over answers and facts, each in a line of three controls."""

    def __init__(self, form: ApplicationForm, tests: list[Comparison], data: Any = None, **options: Any) -> None:
        self.form = form
        initial = dict(options.pop("initial", None) or {})
        for number, test in enumerate(tests[:TESTS]):
            question = next((one for one in form.questions if one.key == test.field), None)
            named = dict(fields.options(question)) if question else {}
            initial |= {
                f"field_{number}": test.field,
                f"op_{number}": test.op,
                f"values_{number}": "\n".join(named.get(value, value) for value in test.values),
            }
        super().__init__(data, initial=initial)
        speak_of = [("", "–"), *((one.key, one.label) for one in form.questions if one.kind != "file")]
        speak_of += [(key, label) for key, label in words.FACTS.items()]
        for number in range(TESTS):
            self.fields[f"field_{number}"] = forms.ChoiceField(
                label=_("If") if number == 0 else _("and"), choices=speak_of, required=number == 0 and self.needs_one
            )
            self.fields[f"op_{number}"] = forms.ChoiceField(
                label=_("Comparison"), choices=list(words.OPERATORS.items()), required=False
            )
            self.fields[f"values_{number}"] = forms.CharField(
                label=_("Values"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("One a line. For what was found out: yes or no.") if number == 0 else "",
            )

    needs_one = True

    def tests(self) -> list[Comparison]:
        """Return the comparisons as their shapes."""
        return list(self.cleaned_data.get("tests", []))

    def clean(self) -> dict[str, Any]:
        """Read the comparisons."""
        said = dict(self.cleaned_data)
        found: list[Comparison] = []
        for number in range(TESTS):
            key = said.get(f"field_{number}")
            if not key:
                continue
            operator = said.get(f"op_{number}") or "is"
            question = next((one for one in self.form.questions if one.key == key), None)
            place = f"values_{number}"
            text = said.get(place, "")
            if key in words.FACTS:
                values = ["no" if text.strip().lower() == "no" else "yes"]
                operator = "is"
            elif operator == "answered":
                values = []
            elif operator in ("contains", "at_least", "at_most"):
                values = [line.strip() for line in text.splitlines() if line.strip()][:50]
                if not values:
                    self.add_error(place, _("Say what it is compared with."))
            else:
                values = _values(text, question, self, place)
            try:
                found.append(Comparison.model_validate({"field": key, "op": operator, "values": values}))
            except ValidationError:
                self.add_error(place, _("Give at most 50 values."))
        said["tests"] = found
        return said


class ScoreForm(_WithTests):
    """A rule that gives points."""

    points = forms.IntegerField(
        label=_("Points"), min_value=-1000, max_value=1000, help_text=_("Negative points are taken away.")
    )

    def __init__(self, form: ApplicationForm, known: ScoreRule | None, data: Any = None) -> None:
        super().__init__(form, known.tests if known else [], data, initial={"points": known.points if known else 10})

    def rule(self) -> ScoreRule:
        """Return the rule as its shape."""
        return ScoreRule(points=self.cleaned_data["points"], tests=self.tests())


class ApprovalForm(_WithTests):
    """When nobody has to decide."""

    needs_one = False

    enabled = forms.BooleanField(label=_("Approve applications for which all of this holds"), required=False)
    least_score = forms.IntegerField(label=_("A score of at least"), required=False, min_value=-1000, max_value=100_000)
    signs = forms.MultipleChoiceField(
        label=_("And"),
        required=False,
        widget=CheckboxList,
        choices=[
            ("no_duplicates", _("It resembles no partner and no other application")),
            ("own_domain", _("The e-mail address belongs to the website")),
        ],
    )

    def __init__(self, form: ApplicationForm, data: Any = None) -> None:
        rule = form.asks.approval
        signs = [name for name in ("no_duplicates", "own_domain") if getattr(rule, name)]
        initial = {"enabled": rule.enabled, "least_score": rule.least_score, "signs": signs}
        super().__init__(form, rule.tests, data, initial=initial)

    def approval(self) -> Approval:
        """Return the rule as its shape."""
        said = self.cleaned_data
        return Approval(
            enabled=said["enabled"],
            least_score=said["least_score"],
            no_duplicates="no_duplicates" in said["signs"],
            own_domain="own_domain" in said["signs"],
            tests=self.tests(),
        )


def _values(text: str, question: FormQuestion | None, form: forms.Form, place: str) -> list[str]:
    """Return the values that lines of text name, by value or by words."""
    named: dict[str, str] = {}
    for value, label in fields.options(question) if question else []:
        named |= {value.casefold(): value, label.casefold(): value}
    lines = [line.strip() for line in re.split(r"[\n;]", text) if line.strip()]
    unknown = [line for line in lines if named and line.casefold() not in named]
    if unknown or not lines:
        offered = ", ".join(dict.fromkeys(label for _value, label in fields.options(question))) if question else ""
        message = now("Give one of the answers: %(answers)s.") % {"answers": offered[:300]}
        form.add_error(place, message if offered else now("Say what it is compared with."))
        return []
    return list(dict.fromkeys(named.get(line.casefold(), line) for line in lines))[:50]


def _of_question(form: ApplicationForm, one: FormQuestion) -> dict[str, Any]:
    initial = one.model_dump(exclude={"choices", "when", "key"})
    initial["choices"] = "\n".join(choice.label for choice in one.choices)
    if one.when:
        before = next((other for other in form.questions if other.key == one.when.question), None)
        named = dict(fields.options(before)) if before else {}
        values = "\n".join(named.get(value, value) for value in one.when.values)
        initial |= {"when_question": one.when.question, "when_op": one.when.op, "when_values": values}
    return initial


def _before(form: ApplicationForm, known: FormQuestion | None) -> list[tuple[str, str]]:
    found = []
    for one in form.questions:
        if known and one.key == known.key:
            break
        if one.kind in ("choice", "choices", "yes_no"):
            found.append((one.key, one.label))
    return found


def _free_key(form: ApplicationForm, text: str) -> str:
    taken = {one.key for one in form.questions}
    key = base = _key(text)[:34]
    number = 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key


def _key(text: str) -> str:
    plain = "_".join(re.findall(r"[a-z0-9]+", " ".join(fold(text.replace("_", " ")))))
    return (plain if plain[:1].isalpha() else f"q_{plain}")[:40] or "question"
