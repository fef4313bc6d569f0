"""The shape of what is typed about a finding."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import VersionedForm
from findings.models import Action, Finding, FindingClause
from findings.services import Plan
from findings.services.answering import MOST_ACTIONS
from findings.services.drafting import Citation
from standards.enums import GradeMeaning
from standards.models import Clause, Grade

BLANK_ROWS = 3
LONGEST_TEXT = 8000
MOST_FILES = 10

# Words that put the cause on a person, in the languages of the site.
BLAMING = re.compile(
    r"human (error|factor)|(staff|personnel|analyst|operator|employee)s? (was|were) (reminded|warned|retrained)"
    r"|inattenti\w+|careless\w*|negligen\w+|forgot\w*|oversight"
    r"|невнимательн\w+|человеческ\w+ (фактор|ошибк\w+)|халатн\w+|забы\w+|проведена беседа"
    r"|назарсызды\w*|адами фактор\w*|ұқыпсызды\w*|ұмыт\w+"
    r"|erreur humaine|inattention|négligence|oubli\w*",
    re.IGNORECASE,
)
# Beside the blame there must be this many words for it to count as more than blame.
ENOUGH_WORDS = 12
CITATION = re.compile(r"^(?P<number>[A-Z]?\.?\d+(?:\.\d+)*)\s*\(?(?P<letter>[a-z]{0,2})\)?$")


def blames_a_person(cause: str) -> bool:
    """Is a person's mistake all that this cause says? Then the system behind it is still to be found."""
    found = BLAMING.search(cause)
    return bool(found) and len(BLAMING.sub("", cause).split()) < ENOUGH_WORDS


def text_field(label: Any, hint: Any = "", rows: int = 4, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def day_field(label: Any, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class ListForm(forms.Form):
    """The filters of the list. What cannot be right is left out, not complained about."""

    show = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    laboratory = forms.ChoiceField(label=gettext_lazy("Laboratory"), required=False)
    grade = forms.ChoiceField(
        label=gettext_lazy("Grade"),
        required=False,
        choices=[("", gettext_lazy("All grades")), *GradeMeaning.choices],
    )

    def __init__(self, *args: Any, laboratories: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["laboratory"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("All laboratories")), *laboratories]
        if len(laboratories) < 2:
            del self.fields["laboratory"]


class AnswerForm(VersionedForm):
    """The laboratory's answer, without its actions."""

    correction = text_field(
        gettext_lazy("What was put right at once?"),
        gettext_lazy("The correction mends this case: work stopped, result repeated, client told."),
    )
    extent = text_field(
        gettext_lazy("Where else, and which results?"),
        gettext_lazy(
            "Other methods, equipment, sites, periods; which reports were touched, and what became of them."
        ),
    )
    cause = text_field(
        gettext_lazy("Why could it happen?"),
        gettext_lazy("Ask “why” until the answer is something that the laboratory can change."),
        rows=5,
    )
    effectiveness = text_field(
        gettext_lazy("How will you know that it worked?"),
        gettext_lazy("What will be looked at, by whom and when: something that could also turn out badly."),
        rows=3,
    )

    def needs_second_thought(self) -> bool:
        """Once, before the answer goes: the cause stops at a person. It may still be sent as it is."""
        return blames_a_person(self.cleaned_data["cause"]) and not self.data.get("cause_considered")


class PlanForm(forms.Form):
    what = forms.CharField(label=gettext_lazy("Action"), max_length=300)
    responsible = forms.CharField(label=gettext_lazy("Responsible (function)"), max_length=120)
    due_on = day_field(gettext_lazy("Due on"))

    def plan(self) -> Plan:
        return Plan(**self.cleaned_data)


class BasePlanFormSet(forms.BaseFormSet):
    """Up to five rows; an empty row is no action. Rows filled in beforehand may be emptied again."""

    def initial_form_count(self) -> int:
        return 0

    def clean(self) -> None:
        if any(self.errors):
            return
        plans = self.plans()
        if not plans:
            raise forms.ValidationError(_("Name at least one action."))
        if all(plan.due_on < timezone.localdate() for plan in plans):
            raise forms.ValidationError(_("At least one action must have a date that is not in the past."))

    def plans(self) -> list[Plan]:
        return [form.plan() for form in self.forms if form.has_changed()]


def plan_formset(data: Any = None, initial: Sequence[dict[str, Any]] = ()) -> BasePlanFormSet:
    rows = max(BLANK_ROWS, len(initial))
    kind: Any = forms.formset_factory(
        PlanForm, BasePlanFormSet, extra=rows, max_num=MOST_ACTIONS, validate_max=True, absolute_max=MOST_ACTIONS + 1
    )
    made: BasePlanFormSet = (
        kind(data, prefix="actions") if data is not None else kind(initial=list(initial), prefix="actions")
    )
    return made


def answer_initial(finding: Finding) -> dict[str, Any]:
    """The last round, to be written on."""
    last = finding.responses.order_by("round").last()
    parts = ("correction", "extent", "cause", "effectiveness")
    return {"version": finding.version, **({part: getattr(last, part) for part in parts} if last else {})}


def plan_initial(finding: Finding) -> list[dict[str, Any]]:
    actions = finding.actions.filter(done_at=None)[:MOST_ACTIONS]
    return [{"what": row.what, "responsible": row.responsible, "due_on": row.due_on} for row in actions]


class ReasonForm(VersionedForm):
    """A word with a step; which steps need one, the workflow says."""

    reason = text_field(gettext_lazy("Comment or reason"), rows=3, required=False)


class DatedReasonForm(ReasonForm):
    """A word, and a new date for the laboratory when it has to do more."""

    due_on = day_field(gettext_lazy("New date for the laboratory, if it has to do more"), required=False)


def suggested_due(finding: Finding) -> Any:
    """As much time as the grade gives for an answer; never less than the laboratory has now."""
    fresh = timezone.localdate() + timedelta(days=finding.grade.response_days or 14)
    return max(fresh, finding.due_on or fresh)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to ten, each looked at by itself."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = data if isinstance(data, list | tuple) else [data]
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(_("At most %(most)s files at once.") % {"most": MOST_FILES})
        cleaned = [super(FilesField, self).clean(upload, initial) for upload in uploads]
        return [upload for upload in cleaned if upload]


class DoneForm(VersionedForm):
    """What was done for one action, with the files that show it."""

    note = text_field(gettext_lazy("What was done?"), rows=3, required=False)
    evidence = FilesField(
        label=gettext_lazy("Evidence"),
        required=False,
        help_text=gettext_lazy("A promise is not evidence: photos, PDF, office files or text that show it."),
    )


def done_form(action: Action | Any, data: Any = None, files: Any = None) -> DoneForm:
    return DoneForm(data, files, initial={"version": action.version}, auto_id=f"action-{action.pk}-%s")


class DraftForm(VersionedForm):
    """The three parts of a finding, its grade and the clauses it cites."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    clauses = forms.CharField(
        label=gettext_lazy("Clauses"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Numbers with their letter, with a comma between: 7.7.1 a, 7.10.1 c"),
    )
    requirement = text_field(
        gettext_lazy("Requirement"), gettext_lazy("In your own words: what is asked for."), 6, False
    )
    evidence = text_field(
        gettext_lazy("Evidence"), gettext_lazy("What was seen, where, when; n of m sampled."), 6, False
    )
    statement = text_field(
        gettext_lazy("Statement"), gettext_lazy("One sentence: which requirement is not met. No names."), 6
    )
    grade = forms.ModelChoiceField(label=gettext_lazy("Grade"), queryset=Grade.objects.none(), empty_label=None)

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        cited = list(finding.clauses.select_related("clause"))
        kwargs.setdefault("initial", _draft_initial(finding, cited))
        super().__init__(*args, **kwargs)
        choice = self.fields["grade"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Grade.objects.filter(scheme_id=finding.grade.scheme_id)
        self.editions = {citation.clause.edition_id for citation in cited}
        self.details = {(citation.clause_id, citation.letter): citation.detail for citation in cited}
        if not cited:
            del self.fields["clauses"]

    def clean_clauses(self) -> list[Citation]:
        """Each must be a clause of the edition that the finding already cites."""
        wanted = [_cited(piece) for piece in re.split(r"[,;\n]", self.cleaned_data["clauses"]) if piece.strip()]
        known = {
            clause.number: clause
            for clause in Clause.objects.filter(
                edition__in=self.editions, number__in=[number for number, _l in wanted]
            )
        }
        return [self._citation(known, number, letter) for number, letter in dict.fromkeys(wanted)]

    def _citation(self, known: dict[str, Clause], number: str, letter: str) -> Citation:
        clause = known.get(number)
        if clause is None:
            raise forms.ValidationError(_("There is no clause “%(number)s” in this standard.") % {"number": number})
        if letter and letter not in clause.letters():
            raise forms.ValidationError(
                _("Clause %(number)s has no item %(letter)s).") % {"number": number, "letter": letter}
            )
        return clause, letter, self.details.get((clause.pk, letter), "")


def _draft_initial(finding: Finding, cited: Sequence[FindingClause]) -> dict[str, Any]:
    names = ("title", "requirement", "evidence", "statement", "version")
    clauses = ", ".join(f"{c.clause.number} {c.letter}".strip() for c in cited)
    return {name: getattr(finding, name) for name in names} | {"grade": finding.grade_id, "clauses": clauses}


def _cited(text: str) -> tuple[str, str]:
    found = CITATION.match(text.strip())
    if found is None:
        raise forms.ValidationError(_("“%(text)s” is not a clause: write 7.7.1 a") % {"text": text.strip()[:40]})
    return found["number"], found["letter"]
