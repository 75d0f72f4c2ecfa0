"""What is asked when a folder is uploaded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openprm.blueprint.zipped import MOST_BYTES
from openprm.kernel.ui.forms import Toggle


class UploadForm(forms.Form):
    """A folder as a ZIP file."""

    file = forms.FileField(
        label=_("The folder as a ZIP file"),
        help_text=_("As you downloaded it here, or as “openprm programme export” wrote it."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )
    keep = forms.BooleanField(
        label=_("Keep what the folder does not have"),
        help_text=_("Switched off, it is removed from the sections that the folder speaks of."),
        required=False,
        initial=True,
        widget=Toggle,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large to be read."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("Send at most %(most)s MB."), params={"most": MOST_BYTES // 1_000_000})
        return upload
