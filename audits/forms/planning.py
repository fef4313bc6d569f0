"""What is typed when an audit is planned, and when the plan is changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from auditors.enums import QualifiedAs
from auditors.models import Qualification
from audits.enums import Method, Purpose, TeamRole
from audits.forms.meetings import day_input, text_input
from audits.models import Audit, Programme
from audits.services.planning import Plan
from core.forms import MutationForm, VersionedForm
from laboratories.access import Access
from laboratories.models import Laboratory
from standards.enums import ChecklistState
from standards.models import Checklist, GradingScheme

LONGEST_TEXT = 8000
OTHER_PARTS = (TeamRole.AUDITOR, TeamRole.EXPERT, TeamRole.TRAINEE, TeamRole.OBSERVER)


class LaboratoryField(forms.ModelChoiceField):
    """Laboratories under the name of the organisation that owns them."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.local_name} ({obj.city or obj.region})"

    def grouped(self) -> list[Any]:
        rows = sorted(
            self.queryset.select_related("organisation"),  # type: ignore[union-attr]
            key=lambda row: (row.organisation.path, row.sort_name),
        )
        groups = groupby(rows, key=lambda row: row.organisation.local_name)
        return [
            ("", gettext("Choose a laboratory …")),
            *((name, [(row.pk, self.label_from_instance(row)) for row in members]) for name, members in groups),
        ]


@dataclass(frozen=True)
class Candidate:
    """A person of the pool: what she was found able to do."""

    person_id: int
    name: str
    able: frozenset[str]

    @property
    def able_words(self) -> str:
        return ", ".join(str(QualifiedAs(each).label) for each in QualifiedAs.values if each in self.able)

    @property
    def field(self) -> str:
        return f"part_{self.person_id}"


def pool_of(access: Access) -> list[Candidate]:
    """Everyone with a qualification that is valid today and visible to this person, by name. One statement."""
    rows = Qualification.objects.visible_to(access).valid(timezone.localdate()).order_by("person__name", "person_id")
    found = rows.values_list("person_id", "person__name", "qualified_as")
    return [
        Candidate(person_id, name, frozenset(row[2] for row in group))
        for (person_id, name), group in groupby(found, key=lambda row: (row[0], row[1]))
    ]


@dataclass(frozen=True)
class TeamRow:
    name: str
    able: str
    field: forms.BoundField


class TeamFields(forms.Form):
    """The leader, and one select for each other person of the pool."""

    def add_team(self, pool: Iterable[Candidate], now: dict[int, str]) -> None:
        """`now` holds the parts that people have already, also those who left the pool."""
        self.pool = list(pool)
        leaders = [each for each in self.pool if QualifiedAs.LEADER in each.able or is_leader(now, each)]
        self.fields["leader"] = forms.TypedChoiceField(
            label=_("Team leader"),
            coerce=int,
            choices=[("", _("Choose …")), *((each.person_id, each.name) for each in leaders)],
            initial=next((person for person, part in now.items() if part == TeamRole.LEADER), None),
        )
        choices = [("", _("Not in the team")), *((part.value, part.label) for part in OTHER_PARTS)]
        for each in self.pool:
            part = now.get(each.person_id, "")
            self.fields[each.field] = forms.ChoiceField(
                label=each.name,
                required=False,
                choices=choices,
                initial="" if part == TeamRole.LEADER else part,
                widget=forms.Select(attrs={"class": "form-select form-select-sm", "aria-label": each.name}),
            )

    def team_rows(self) -> Iterator[TeamRow]:
        for each in self.pool:
            yield TeamRow(each.name, each.able_words, self[each.field])

    def team(self) -> dict[int, str]:
        leader: int = self.cleaned_data["leader"]
        chosen = {each.person_id: self.cleaned_data.get(each.field, "") for each in self.pool}
        team = {person: part for person, part in chosen.items() if part and person != leader}
        return {leader: TeamRole.LEADER.value, **team}


def is_leader(now: dict[int, str], candidate: Candidate) -> bool:
    return now.get(candidate.person_id) == TeamRole.LEADER


class PlanFields(TeamFields):
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, initial=Method.ON_SITE)
    objectives = forms.CharField(label=_("Objectives"), max_length=LONGEST_TEXT, widget=text_input(5))
    scope = forms.CharField(
        label=_("Scope"),
        max_length=LONGEST_TEXT,
        widget=text_input(5),
        help_text=_("Sites, units, activities and the period that is looked at."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=day_input())
    ends_on = forms.DateField(label=_("Last day"), widget=day_input())
    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first day."))
        return data

    def plan(self) -> Plan:
        names = ("method", "objectives", "scope", "starts_on", "ends_on", "language")
        return Plan(**{name: self.cleaned_data[name] for name in names})


class PlanForm(PlanFields, MutationForm):
    laboratory = LaboratoryField(label=_("Laboratory"), queryset=Laboratory.objects.none())
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices, initial=Purpose.INTERNAL)
    programme = forms.ModelChoiceField(
        label=_("Audit programme"),
        queryset=Programme.objects.none(),
        required=False,
        empty_label=_("Outside a programme"),
    )
    scheme = forms.ModelChoiceField(
        label=_("Grading scheme"),
        queryset=GradingScheme.objects.all(),
        empty_label=None,
        help_text=_("For an audit outside a programme; within one, the programme decides."),
    )
    checklist = forms.ModelChoiceField(
        label=_("Criteria and checklist"), queryset=Checklist.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        laboratories: Any = self.fields["laboratory"]
        laboratories.queryset = Laboratory.objects.auditable_by(access).select_related("organisation")
        laboratories.choices = laboratories.grouped()
        programmes: Any = self.fields["programme"]
        programmes.queryset = Programme.objects.visible_to(access).select_related("organisation", "scheme")
        checklists: Any = self.fields["checklist"]
        published = Checklist.objects.filter(state=ChecklistState.PUBLISHED)
        checklists.queryset = published.select_related("edition").order_by("edition__slug", "-version")
        for name in ("checklist", "scheme"):
            field: Any = self.fields[name]
            # Read once: a required select looks at its first choice.
            field.choices = [(row.pk, str(row)) for row in field.queryset]
        pool = pool_of(access)
        able = any(each.person_id == access.person_id and QualifiedAs.LEADER in each.able for each in pool)
        self.add_team(pool, {access.person_id: TeamRole.LEADER} if able else {})


class PlanChangeForm(PlanFields, VersionedForm):
    def __init__(self, *args: Any, access: Access, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = list(audit.team.select_related("person"))
        now = {member.person_id: member.role for member in members}
        pool = pool_of(access)
        known = {each.person_id for each in pool}
        stay = [Candidate(m.person_id, m.person.name, frozenset()) for m in members if m.person_id not in known]
        self.add_team([*stay, *pool], now)


def plan_of(audit: Audit) -> dict[str, Any]:
    """What the form shows first when a plan is changed."""
    names = ("method", "objectives", "scope", "starts_on", "ends_on", "language", "version")
    return {name: getattr(audit, name) for name in names}


def suggested_objectives() -> str:
    return gettext(
        "Find out to what degree the management system and the technical work of the laboratory meet the audit"
        " criteria.\nSee whether results can be relied on: people, equipment, methods, traceability, quality"
        " control.\nName what works well and where the laboratory can improve."
    )


def suggested_scope() -> str:
    return gettext(
        "All sites and all laboratory activities within the scope of the laboratory.\n"
        "Records of the last twelve months, chosen as samples."
    )
