"""What is asked about disputes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.disputes import words
from openprm.disputes.models import Dispute
from openprm.disputes.rules import MOST_DAYS, Contested, Outcome, Remedy, Subject, codes, remedies
from openprm.disputes.services.opening import LEAST
from openprm.disputes.services.saying import LONGEST
from openprm.kernel.ui.forms import FilesField


class Statement(forms.Form):
    """Words, and files that prove them."""

    text = forms.CharField(label=_("Your statement"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))
    file = FilesField(
        label=_("Evidence"),
        required=False,
        help_text=_("Letters, e-mails as PDF or text, orders, pictures. Up to ten files."),
    )


class Contest(Statement):
    """What is contested, and why."""

    subject = forms.ChoiceField(label=_("What do you contest?"))
    field_order = ("subject", "text", "file")

    def __init__(self, *args: Any, options: Iterable[Contested], **more: Any) -> None:
        super().__init__(*args, **more)
        listed = [(one.subject.value, words.SUBJECTS[one.subject]) for one in options]
        subject = self.fields["subject"]
        assert isinstance(subject, forms.ChoiceField)
        subject.choices = listed
        if self.initial.get("subject") not in dict(listed):
            self.initial["subject"] = listed[0][0] if listed else None
        self.fields["text"].min_length = LEAST  # type: ignore[attr-defined]
        self.fields["text"].label = _("Why is it wrong?")
        self.fields["text"].help_text = _("What happened and when, in your own words. The vendor reads this.")


class Appeal(Statement):
    """Why somebody else should look again, with what proves it."""

    text = forms.CharField(
        label=_("What was overlooked?"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), min_length=LEAST
    )


class Evidence(Statement):
    """What the holder of a reviewed registration has to say, once."""

    text = forms.CharField(
        label=_("Your statement"),
        max_length=LONGEST,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The vendor reads this. It can be given once, so add all that belongs to it."),
    )


class Asking(forms.Form):
    """A question to the partner."""

    text = forms.CharField(
        label=_("What should the partner show?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class Deciding(forms.Form):
    """An outcome with its coded reason, what follows, and words for the partner."""

    reason = forms.ChoiceField(label=_("Outcome and reason"))
    remedy = forms.ChoiceField(
        label=_("What follows, where it is upheld"),
        required=False,
        help_text=_("It happens when somebody who decides deals carries it out."),
    )
    days = forms.IntegerField(
        label=_("Days, where the extension is granted"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("Empty: as many as were asked for."),
    )
    text = forms.CharField(
        label=_("In words"),
        max_length=LONGEST,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The partner reads this. Name no other partner."),
    )

    def __init__(self, dispute: Dispute, deal_state: Any, data: Any = None) -> None:
        super().__init__(data, auto_id="id_decide_%s")
        subject = Subject(dispute.subject)
        groups = [
            (words.OUTCOMES[one], [(f"{one}:{code}", words.code(code)) for code in listed])
            for one, listed in codes(subject).items()
        ]
        if subject is not Subject.EXTENSION:
            del self.fields["days"]
        self._choose("reason", [("", _("Choose a reason")), *groups])
        self._choose(
            "remedy", [(one.value, words.REMEDIES[one]) for one in remedies(Outcome.UPHELD, deal_state, subject)]
        )

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def decision(self) -> dict[str, Any]:
        """Return what the service asks for; from a rejected dispute nothing follows."""
        outcome, _colon, code = self.cleaned_data["reason"].partition(":")
        remedy = self.cleaned_data["remedy"] or Remedy.NONE.value
        remedy = Remedy.NONE.value if outcome == Outcome.REJECTED else remedy
        days = self.cleaned_data.get("days") if remedy == Remedy.GRANT else None
        return {"outcome": outcome, "code": code, "remedy": remedy, "days": days, "text": self.cleaned_data["text"]}
