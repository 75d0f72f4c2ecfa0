"""The forms of sign-in, of one's own account, and of managing people."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openprm.accounts import jobs, limits
from openprm.accounts.adapters import too_many
from openprm.accounts.models import Role, normalised, time_zones
from openprm.kernel.access import Permission
from openprm.kernel.ui.forms import CheckboxList, DateInput


class SignIn(LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["login"].widget.attrs.update({"autocomplete": "username webauthn", "autofocus": True})
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""


class AskReset(ResetPasswordForm):
    """Where to send a link for a new password. Whether the address is known is found out later, by a job."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        """Return the address, unlooked-up."""
        return normalised(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Have a letter sent, if the address is somebody's and has not asked too often."""
        email: str = self.cleaned_data["email"]
        if limits.try_reset(email).allowed:
            jobs.send_reset.defer(email=email)
        return email


class _Counted:
    """A code that may be wrong only so often, and works once."""

    user: Any

    def clean_code(self) -> str:
        """Return the code if it is right, counting the attempt first."""
        allowance = limits.try_code(self.user)
        if not allowance.allowed:
            jobs.note_refusal.defer(email=self.user.email, reason="too_many")
            raise too_many(allowance)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            jobs.note_refusal.defer(email=self.user.email, reason="wrong_code")
            raise
        if not limits.first_use(self.user, code):
            raise ValidationError(_("This code was used already. Wait for the next one."), code="used")
        limits.code_was_right(self.user)
        return code


class SecondStep(_Counted, AuthenticateForm):
    """The code of an authenticator app, or a recovery code, while signing in."""


class SecondStepAgain(_Counted, ReauthenticateForm):
    """The same, before something sensitive."""


class Accept(forms.Form):
    """What somebody who was invited tells us."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 10 characters; a few words that do not belong together are easy to remember."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class Details(forms.Form):
    """What people say about themselves."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"autocomplete": "tel", "type": "tel"})
    )
    locale = forms.ChoiceField(label=_("Language"), required=False)
    timezone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Times on pages and in e-mails are shown in it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["locale"].choices = [("", _("As my browser says")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        zones = [(zone, zone.replace("_", " ")) for zone in time_zones()]
        self.fields["timezone"].choices = [("", _("UTC")), *zones]  # type: ignore[attr-defined]


class Invite(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "off"}))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=CheckboxList)

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.key, str(role)) for role in roles]  # type: ignore[attr-defined]


class Roles(forms.Form):
    """Which roles a person holds."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), widget=CheckboxList, error_messages={"required": _("Choose at least one role.")}
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.key, str(role)) for role in roles]  # type: ignore[attr-defined]


class Token(forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What will use it, for example “CRM sync”."))
    verbs = forms.MultipleChoiceField(label=_("What it may do"), widget=CheckboxList)
    expires_on = forms.DateField(
        label=_("Valid until"), required=False, widget=DateInput, help_text=_("Leave empty for no end.")
    )

    def __init__(self, *args: Any, permissions: list[Permission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(permission.verb, str(permission.label)) for permission in permissions]
        self.fields["verbs"].choices = choices  # type: ignore[attr-defined]


class NewRole(forms.Form):
    """A role of one's own."""

    name = forms.CharField(label=_("Name"), max_length=80)
    side = forms.ChoiceField(label=_("For"), choices=[("vendor", _("The vendor's team")), ("partner", _("Partners"))])
