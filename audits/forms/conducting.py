"""What was typed into the checklist."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.enums import AnswerVerdict
from core.forms import MutationForm, VersionedForm

LONGEST_NOTE = 10_000
PAGED = {"verdict": "v", "note": "n"}


class AnswerForm(VersionedForm):
    """One answer. A plain page sends the fields of all its questions, each with its number: v12, n12."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=[("", ""), *AnswerVerdict.choices], required=False)
    note = forms.CharField(label=_("Note"), required=False, strip=False, max_length=LONGEST_NOTE)
    person = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any, *, position: int) -> None:
        self.position = position
        super().__init__(data)

    def add_prefix(self, field_name: str) -> str:
        if field_name == "version" and "clear" in self.data:
            return "clear"
        paged = f"{PAGED.get(field_name, field_name)}{self.position}"
        return paged if paged in self.data else field_name

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        return note.replace("\r\n", "\n")

    def clean_verdict(self) -> str:
        verdict: str = self.cleaned_data["verdict"]
        return "" if "clear" in self.data else verdict


class EvidenceForm(MutationForm):
    """Photographs and documents; whether each is accepted is decided by decoding it."""

    file = forms.FileField(label=_("File"))
    caption = forms.CharField(label=_("Caption"), required=False, max_length=200)
