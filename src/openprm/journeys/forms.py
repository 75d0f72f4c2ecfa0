"""What people fill in about tasks and journeys. The forms parse; the services decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.journeys import words
from openprm.journeys.answering import number
from openprm.journeys.content import Kind, Question, TaskDoc, Work
from openprm.journeys.models import JourneyTemplate, Task
from openprm.kernel.access import Actor
from openprm.kernel.ui.forms import CheckboxList, DateInput
from openprm.partners.lists import BusinessModel, Vertical
from openprm.partners.models import Partner

TICK = {"required": _("Tick this to go on.")}
FILL = {"required": _("Please fill this in.")}


class Moment(forms.DateTimeInput):
    """Date and time, as browsers ask for them; in the reader's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Blamed(forms.Form):
    """A form that can say what a service found wrong."""

    def blame(self, fields: Mapping[str, str]) -> None:
        """Put what a service found wrong beside the fields; what has no field stands on top."""
        for name, text in fields.items():
            place = name.replace("answers.", "a_").replace("profile.", "p_")
            self.add_error(place if place in self.fields else None, text)


class WorkForm(Blamed):
    """The form of one task, made of how it was drawn. Whether it is complete is said by the service."""

    def __init__(self, task: Task, partner: Partner, data: Any = None) -> None:
        self.doc: TaskDoc = task.drawn
        kept = Work.model_validate(task.answers)
        initial: dict[str, Any] = {f"a_{key}": _as_typed(value) for key, value in kept.answers.items()}
        known: dict[str, Any] = {name: getattr(partner, name) for name in self.doc.profile_fields}
        profile: dict[str, Any] = known | kept.profile
        initial |= {f"p_{name}": value for name, value in profile.items()}
        initial |= {"confirmed": kept.confirmed, "note": kept.note, "meeting_at": _moment(kept.meeting_at)}
        super().__init__(data, initial=initial)
        for question in self.doc.questions:
            self.fields[f"a_{question.key}"] = _field(question)
        for name in self.doc.profile_fields:
            self.fields[f"p_{name}"] = _profile_field(name)
        self._of_kind()

    def _of_kind(self) -> None:
        match self.doc.kind:
            case Kind.CONFIRM:
                self.fields["confirmed"] = forms.BooleanField(
                    label=_("I have read and confirm this"), error_messages=TICK
                )
            case Kind.LINK:
                self.fields["confirmed"] = forms.BooleanField(label=_("I have done this"), error_messages=TICK)
            case Kind.MEETING:
                self.fields["meeting_at"] = forms.DateTimeField(
                    label=_("When would suit you?"),
                    error_messages={"required": _("Propose a day and a time.")},
                    widget=Moment,
                    input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
                    help_text=_("In your time zone: %s.") % timezone.get_current_timezone_name(),
                )
        needed = self.doc.kind == Kind.APPROVAL  # sent back: the answer is what is handed in
        label = _("What you changed") if needed else _("A word about it")
        self.fields["note"] = forms.CharField(
            label=label, required=needed, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
        )

    def work(self) -> Work:
        """Return what was sent."""
        values = self.cleaned_data
        when = values.get("meeting_at")
        return Work(
            answers={q.key: _plain(values.get(f"a_{q.key}")) for q in self.doc.questions},
            profile={name: values.get(f"p_{name}") for name in self.doc.profile_fields},
            confirmed=bool(values.get("confirmed")),
            meeting_at=when.isoformat() if isinstance(when, datetime) else "",
            note=values.get("note", ""),
        )

    def unfinished(self) -> Work:
        """Return what was typed, whether it is sound or not."""
        self.is_valid()
        raw: Any = self.data
        good = self.cleaned_data
        when = good.get("meeting_at")
        several = ("business_models", "verticals")
        return Work(
            answers={q.key: raw.get(f"a_{q.key}", "") for q in self.doc.questions},
            profile={
                name: raw.getlist(f"p_{name}") if name in several else raw.get(f"p_{name}", "")
                for name in self.doc.profile_fields
            },
            confirmed=bool(good.get("confirmed")),
            meeting_at=when.isoformat() if isinstance(when, datetime) else "",
            note=raw.get("note", "")[:2000],
        )


def _as_typed(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _field(question: Question) -> forms.Field:
    told: dict[str, Any] = {"label": question.label, "required": question.required, "help_text": question.help}
    told["error_messages"] = {"required": _("Please answer this.")}
    match question.kind:
        case "choice":
            listed = [(choice, choice) for choice in question.choices]
            return forms.ChoiceField(choices=[("", _("Choose")), *listed], **told)
        case "yes_no":
            return forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect, **told)
        case "date":
            return forms.CharField(widget=DateInput, max_length=20, **told)
        case "number":
            shown = forms.TextInput(attrs={"inputmode": "decimal"})
            return forms.CharField(widget=shown, max_length=30, validators=[_is_number], **told)
        case "long_text":
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=5000, **told)
        case _:
            return forms.CharField(max_length=300, **told)


def _is_number(typed: str) -> None:
    try:
        number(typed)
    except ValueError as problem:
        raise forms.ValidationError(str(problem)) from None


def _profile_field(name: str) -> forms.Field:
    label = words.PROFILE_FIELDS[name]
    listed = {"business_models": BusinessModel.choices, "verticals": Vertical.choices}.get(name)
    if listed:
        return forms.MultipleChoiceField(label=label, choices=listed, widget=CheckboxList, error_messages=FILL)
    return forms.CharField(label=label, max_length=300, required=name == "website", error_messages=FILL)


class Upload(Blamed):
    """A file for a task."""

    file = forms.FileField(label=_("File"), help_text=_("PDF, pictures, office documents."))


class Reason(Blamed):
    """Why, in words."""

    text = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class Starting(Blamed):
    """Which journey for whom."""

    template = forms.ModelChoiceField(
        JourneyTemplate.objects.none(), label=_("Journey"), empty_label=_("Choose a journey")
    )
    whom = forms.ChoiceField(
        label=_("For whom"),
        choices=[("one", _("One partner")), ("many", _("All partners who match conditions"))],
        widget=forms.RadioSelect,
        initial="one",
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label=_("Partner"), required=False, empty_label=_("Choose a partner")
    )

    def __init__(self, partners: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        published = JourneyTemplate.objects.filter(state=JourneyTemplate.State.PUBLISHED).order_by("name")
        self.fields["template"].queryset = published  # type: ignore[attr-defined]
        self.fields["partner"].queryset = partners.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a partner where it is for one."""
        values = super().clean() or self.cleaned_data
        if values.get("whom") == "one" and not values.get("partner"):
            self.add_error("partner", _("Choose a partner."))
        return values


class TemplateForm(Blamed):
    """What a template is called."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Partners read it on top of their checklist."),
    )


class NewTemplate(TemplateForm):
    """A template that does not exist yet."""

    code = forms.CharField(
        label=_("Code"),
        max_length=80,
        required=False,
        help_text=_("Its lasting name for programs and automations. Empty: made from the name."),
    )


class StageForm(Blamed):
    """A stage."""

    name = forms.CharField(label=_("Name"), max_length=80)
    text = forms.CharField(
        label=_("What it is about"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class TaskForm(Blamed):
    """A task as it is drawn, or given by itself."""

    title = forms.CharField(label=_("Title"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"))
    text = forms.CharField(
        label=_("What to do"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For read and confirm: the text itself."),
    )
    link = forms.CharField(label=_("Link"), max_length=500, required=False, help_text=_("Beginning with https://."))
    owner = forms.ChoiceField(label=_("Who does it"), choices=list(words.OWNERS.items()))
    due_days = forms.IntegerField(
        label=_("Due after"), min_value=0, max_value=730, required=False, help_text=_("Days. Empty: no due date.")
    )
    approval = forms.BooleanField(
        label=_("Waits for approval"), required=False, help_text=_("What the partner hands in is looked at first.")
    )
    optional = forms.BooleanField(label=_("The partner may skip it"), required=False)
    profile_fields = forms.MultipleChoiceField(
        label=_("Of the company's profile"),
        choices=list(words.PROFILE_FIELDS.items()),
        widget=CheckboxList,
        required=False,
        help_text=_("For forms: filled in by the partner's administrator."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = words.kinds()  # type: ignore[attr-defined]


class DrawnTask(TaskForm):
    """A task of a template: it has a stage, and may depend on others."""

    stage = forms.ChoiceField(label=_("Stage"))
    due_from = forms.ChoiceField(
        label=_("Counted from"),
        choices=[("start", _("the start of the journey")), ("dependencies", _("when what it depends on is done"))],
    )
    depends_on = forms.MultipleChoiceField(
        label=_("Begins after"),
        widget=CheckboxList,
        required=False,
        help_text=_("None chosen: it can be done from the start."),
    )

    def __init__(self, stages: Any, others: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["stage"].choices = stages  # type: ignore[attr-defined]
        self.fields["depends_on"].choices = others  # type: ignore[attr-defined]
        if not others:
            del self.fields["depends_on"]


class QuestionForm(forms.Form):
    """A question of a form; without a label it is left out."""

    label = forms.CharField(label=_("Question"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Answer"), choices=list(words.ANSWERS.items()))
    choices = forms.CharField(
        label=_("Choices"), max_length=1000, required=False, help_text=_("Separated by semicolons.")
    )
    required = forms.BooleanField(label=_("Needed"), required=False, initial=True)
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


Questions = forms.formset_factory(QuestionForm, extra=3, max_num=30)


def partners_for(actor: Actor, reached: Any) -> Any:
    """Return the partners a form offers: those the actor may give something to, and whose people can sign in."""
    return reached.exclude(status__in=["suspended", "terminated"])
