"""What was typed when a finding is raised from an answer."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Audit
from audits.services.raising import Draft
from core.forms import MutationForm
from standards.models import Clause, Grade

LONGEST_TEXT = 8000


def part(label: Any, hint: Any, rows: int = 9) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows})
    )


class RaiseForm(MutationForm):
    """Requirement, evidence, statement; the clause down to its letter; the grade of the audit's scale."""

    clause = forms.ChoiceField(label=_("Clause"), help_text=_("Choose the lettered item where there is one."))
    requirement = part(_("Requirement"), _("What is asked for, in your own words."), 6)
    evidence = part(
        _("Evidence"), _("What was seen, where and when, with its number or name. How many of how many: 2 of 12.")
    )
    statement = part(_("Statement"), _("One sentence: what does not meet the requirement. No names of people."))
    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("A few words for lists and letters."))
    grade = forms.ChoiceField(label=_("Grade"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clauses = {row.pk: row for row in Clause.objects.filter(edition_id=audit.edition_id)}
        self.grades = {str(row.pk): row for row in Grade.objects.filter(scheme_id=audit.scheme_id)}
        clause, grade = self.fields["clause"], self.fields["grade"]
        assert isinstance(clause, forms.ChoiceField)
        assert isinstance(grade, forms.ChoiceField)
        clause.choices = self._clause_choices()
        for name in ("clause", "requirement", "evidence", "statement", "title"):
            self.fields[name].widget.attrs["class"] = "form-select" if name == "clause" else "form-control"
        grade.choices = [(key, row.label) for key, row in self.grades.items()]

    def draft(self) -> Draft:
        typed = self.cleaned_data
        pk, _colon, letter = typed["clause"].partition(":")
        texts = {name: typed[name] for name in ("title", "requirement", "evidence", "statement")}
        return Draft(grade=self.grades[typed["grade"]], clause=self.clauses[int(pk)], letter=letter, **texts)

    def _clause_choices(self) -> list[Any]:
        """Every clause that can be audited and its letters, under the headings of the standard."""
        rows = sorted(self.clauses.values(), key=lambda row: row.sort_key)
        titles = {row.number: row.title for row in rows}
        groups = groupby((row for row in rows if row.auditable), key=lambda row: heading(row.number))
        return [
            (f"{number} {titles.get(number, '')}", [choice for row in members for choice in choices_of(row)])
            for number, members in groups
        ]


def heading(number: str) -> str:
    return ".".join(number.split(".")[:2])


def choices_of(clause: Clause) -> list[tuple[str, str]]:
    whole = (f"{clause.pk}:", f"{clause.number} {clause.title}")
    return [whole, *((f"{clause.pk}:{letter}", f"{clause.number} {letter})") for letter in clause.letters())]
