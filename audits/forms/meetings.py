"""Opening meeting, closing meeting, and the reason of a cancelled audit."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.enums import Degree
from audits.services.closing import Conclusion, Held
from core.forms import VersionedForm

LONGEST_TEXT = 8000


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def text_input(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class MeetingForm(VersionedForm):
    held_on = forms.DateField(label=_("Held on"), widget=day_input())
    attendance = forms.CharField(
        label=_("Present"),
        max_length=LONGEST_TEXT,
        widget=text_input(6),
        help_text=_("One person a line: name, function."),
    )
    minutes = forms.CharField(label=_("Minutes"), max_length=LONGEST_TEXT, required=False, widget=text_input(6))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = timezone.localdate

    def clean_attendance(self) -> str:
        """Each line names a person and, after the first comma, the function."""
        lines = [line.strip() for line in self.cleaned_data["attendance"].splitlines() if line.strip()]
        for number, line in enumerate(lines, start=1):
            name, _comma, function = line.partition(",")
            if not name.strip() or not function.strip():
                raise forms.ValidationError(
                    _("Person %(number)s, “%(line)s”: write the name, a comma, and the function."),
                    params={"number": number, "line": line[:60]},
                )
        return "\n".join(lines)

    def held(self) -> Held:
        data = self.cleaned_data
        return Held(held_on=data["held_on"], attendance=data["attendance"], minutes=data["minutes"])


class OpeningForm(MeetingForm):
    pass


class ClosingForm(MeetingForm):
    conclusion = forms.CharField(
        label=_("Conclusion"),
        max_length=LONGEST_TEXT,
        widget=text_input(6),
        help_text=_("What the evidence says about the whole: how well the system works, where it is weak."),
    )
    degree = forms.ChoiceField(label=_("Degree to which the criteria are met"), choices=Degree.choices)
    diverging_opinions = forms.CharField(
        label=_("Diverging opinions"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=text_input(3),
        help_text=_("Where laboratory and team did not agree: both views. Leave empty when there was no such thing."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["degree"].choices = [("", _("Choose …")), *Degree.choices]  # type: ignore[attr-defined]

    def concluded(self) -> Conclusion:
        data = self.cleaned_data
        return Conclusion(
            text=data["conclusion"], degree=data["degree"], diverging_opinions=data["diverging_opinions"]
        )


class CancelForm(VersionedForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=text_input(3),
        help_text=_("Kept in the history for everyone who sees this audit."),
    )


class StepForm(VersionedForm):
    """A step that asks nothing but to be taken once, on the version that was seen."""
