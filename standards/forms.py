"""What is typed to load a standard."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import MutationForm
from standards.parsing.files import SUFFIXES
from standards.parsing.limits import LARGEST_FILE

HEADER_HELP = gettext_lazy("Only where the file does not name its edition, or comes from another program.")


class ImportForm(MutationForm):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "YAML, JSON, CSV (UTF-8) or XLSX, at most 5 MB; also OSCAL and libraries of CISO Assistant."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )
    standard = forms.CharField(
        label=gettext_lazy("Standard"),
        max_length=40,
        required=False,
        help_text=HEADER_HELP,
        widget=forms.TextInput(attrs={"placeholder": "ISO/IEC 17025"}),
    )
    year = forms.CharField(label=gettext_lazy("Year of the edition"), max_length=20, required=False)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return upload

    def upload(self) -> dict[str, Any]:
        """The arguments of the service."""
        file: UploadedFile = self.cleaned_data["file"]
        header = {name: self.cleaned_data[name] for name in ("standard", "year", "title")}
        return {"content": file.read(), "name": file.name or "", "header": header}
