"""Plan an audit, change the plan, cancel it. The only writer of Audit's plan and of TeamMember."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from auditors.enums import QualifiedAs
from auditors.models import Qualification
from audits.enums import AuditState, TeamRole
from audits.models import Audit, Programme, TeamMember
from audits.workflow import AUDIT
from core import history, mutations
from core.errors import Moved, RuleBroken
from core.numbering import next_number
from findings.enums import Side
from findings.services import set_reviewers
from laboratories.access import Access
from laboratories.enums import Role
from laboratories.models import Laboratory, Membership
from standards.enums import ChecklistState
from standards.models import Checklist, ChecklistItem, GradingScheme

# Person id to part.
Team = Mapping[int, str]

NEEDED_FOR = {
    TeamRole.LEADER: (QualifiedAs.LEADER,),
    TeamRole.AUDITOR: (QualifiedAs.LEADER, QualifiedAs.AUDITOR),
    TeamRole.EXPERT: (QualifiedAs.LEADER, QualifiedAs.AUDITOR, QualifiedAs.EXPERT),
    TeamRole.TRAINEE: tuple(QualifiedAs),
}
# How a finding names where it came from, and whose decision it awaits.
SOURCE = "audit"
DECIDING = (TeamRole.LEADER, TeamRole.AUDITOR)
CHANGEABLE = (AuditState.PLANNED, AuditState.UNDER_WAY)
ANSWERS_OF_AUDIT = """
    INSERT INTO audits_answer (audit_id, organisation_id, item_id, position, verdict, note, evidence_count, version)
    SELECT %s, %s, id, row_number() OVER (ORDER BY position), '', '', 0, 0
    FROM standards_checklistitem
    WHERE checklist_id = %s AND (cardinality(applies_to) = 0 OR applies_to && %s::varchar[])
"""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What may still be changed until the closing meeting."""

    method: str
    objectives: str
    scope: str
    starts_on: date
    ends_on: date
    language: str


def plan_audit(
    *,
    by: Access,
    mutation: UUID,
    laboratory: Laboratory,
    purpose: str,
    checklist: Checklist,
    plan: Plan,
    team: Team,
    programme: Programme | None = None,
    scheme: GradingScheme | None = None,
) -> Audit:
    """An audit with its code, team and empty answers: one question of the checklist that applies, one answer.

    Raises RuleBroken when the dates run backwards, the programme is another organisation's, or the team
    does not fit; nothing is written then.
    """
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb="plan_audit")
        if claim.done is not None:
            return Audit.objects.get(pk=claim.done["audit"])
        check_dates(plan)
        check_programme(programme, laboratory)
        check_planner(by, laboratory, team)
        check_team(team, laboratory=laboratory, standard_id=checklist.edition.standard_id, on=plan.starts_on)
        audit = Audit.objects.create(
            organisation=laboratory.organisation,
            laboratory=laboratory,
            programme=programme,
            code=next_code(plan.starts_on.year),
            purpose=purpose,
            edition_id=checklist.edition_id,
            checklist=checklist,
            scheme=scheme_of(programme, scheme),
            items_total=count_questions(checklist, laboratory),
            planned_by_id=by.person_id,
            **asdict(plan),
        )
        TeamMember.objects.bulk_create(members(audit, team))
        create_answers(audit)
        history.record(audit, by=by, step="plan", to_state=AuditState.PLANNED, side=Side.TEAM)
        claim.keep(audit=audit.pk)
    return audit


def change_plan(*, audit: Audit, by: Access, mutation: UUID, seen_version: int, plan: Plan, team: Team) -> Audit:
    """Change dates, scope and team of an audit that is planned or under way; the history names what changed."""
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"change_plan {audit.pk}")
        row = Audit.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "laboratory__organisation", "edition"
        )
        audit = row.get(pk=audit.pk)
        if claim.done is not None:
            return audit
        check_changeable(audit, seen_version)
        check_dates(plan)
        check_planner(by, audit.laboratory, team)
        check_team(team, laboratory=audit.laboratory, standard_id=audit.edition.standard_id, on=plan.starts_on)
        changed = changes_of(audit, plan)
        for name in changed:
            setattr(audit, name, getattr(plan, name))
        if change_team(audit, team):
            changed.append("team")
            set_reviewers(SOURCE, audit.code, reviewers_of(team))
        audit.version += 1
        audit.save(update_fields=[*(field.name for field in fields(Plan)), "version"])
        history.record(audit, by=by, step="change_plan", side=Side.TEAM, detail={"changed": changed})
        claim.keep(audit=audit.pk)
    return audit


def cancel_audit(*, audit: Audit, by: Access, mutation: UUID, seen_version: int, reason: str) -> Audit:
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"cancel_audit {audit.pk}")
        if claim.done is not None:
            return Audit.objects.get(pk=audit.pk)
        audit = AUDIT.take("cancel", audit, by=by, reason=reason, seen_version=seen_version, side=Side.TEAM)
        claim.keep(audit=audit.pk)
    return audit


def next_code(year: int) -> str:
    return f"IA-{year}-{next_number(f'audit-{year}'):02d}"


def scheme_of(programme: Programme | None, scheme: GradingScheme | None) -> GradingScheme:
    """The programme decides how findings are graded; only an audit outside a programme chooses."""
    if programme is not None:
        return programme.scheme
    if scheme is None:
        raise RuleBroken(_("Choose a grading scheme, or a programme that has one."), "scheme")
    return scheme


def check_changeable(audit: Audit, seen_version: int) -> None:
    if audit.state not in CHANGEABLE:
        raise RuleBroken(_("The plan is not changed any more once the closing meeting was held."))
    if audit.version != seen_version:
        raise Moved(
            _("Someone changed this audit while you had it open. Nothing of yours was saved; look again."),
            {"version": audit.version},
        )


def check_dates(plan: Plan) -> None:
    if plan.ends_on < plan.starts_on:
        raise RuleBroken(_("The last day lies before the first day."), "ends_on")


def check_programme(programme: Programme | None, laboratory: Laboratory) -> None:
    if programme is not None and not laboratory.organisation.path.startswith(programme.organisation.path):
        raise RuleBroken(_("This programme does not cover the organisation of the laboratory."), "programme")


def check_planner(by: Access, laboratory: Laboratory, team: Team) -> None:
    """Whoever does not run programmes above the laboratory sees only the audits of her own teams."""
    if by.person_id not in team and not by.over(laboratory.organisation.path, Role.PROGRAMME_MANAGER):
        raise RuleBroken(_("Give yourself a part in the team: otherwise you could not see this audit."), "leader")


def check_team(team: Team, *, laboratory: Laboratory, standard_id: int, on: date) -> None:
    """One leader; nobody audits her own laboratory; each was found able to take her part on the first day."""
    if list(team.values()).count(TeamRole.LEADER) != 1:
        raise RuleBroken(_("A team has exactly one leader."), "leader")
    check_independence(team, laboratory, on)
    check_competence(team, standard_id, on)


def check_independence(team: Team, laboratory: Laboratory, on: date) -> None:
    own = Membership.objects.filter(laboratory=laboratory, person_id__in=team, valid_from__lte=on)
    names = own.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on)).values_list("person__name", flat=True)
    if names:
        raise RuleBroken(
            _("%(names)s belongs to this laboratory, and nobody audits the own laboratory.")
            % {"names": ", ".join(sorted(set(names)))},
            "leader",
        )


def check_competence(team: Team, standard_id: int, on: date) -> None:
    found = Qualification.objects.valid(on).filter(standard_id=standard_id, person_id__in=team)
    able = set(found.values_list("person_id", "qualified_as"))
    for person_id, part in team.items():
        needed = NEEDED_FOR.get(TeamRole(part), ())
        if needed and not any((person_id, each) in able for each in needed):
            raise RuleBroken(not_able(part), "leader" if part == TeamRole.LEADER else f"part_{person_id}")


def not_able(part: str) -> str:
    if part == TeamRole.LEADER:
        return _("This person has no valid qualification as team leader for this standard on the first day.")
    return _("This person has no valid qualification for this part and this standard on the first day.")


def count_questions(checklist: Checklist, laboratory: Laboratory) -> int:
    if checklist.state != ChecklistState.PUBLISHED:
        raise RuleBroken(_("Only a published checklist can be used."), "checklist")
    applies = Q(applies_to=[]) | Q(applies_to__overlap=sorted(laboratory.traits()))
    count = ChecklistItem.objects.filter(applies, checklist=checklist).count()
    if not count:
        raise RuleBroken(_("No question of this checklist applies to this laboratory."), "checklist")
    return count


def create_answers(audit: Audit) -> None:
    traits = sorted(audit.laboratory.traits())
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS_OF_AUDIT, [audit.pk, audit.organisation_id, audit.checklist_id, traits])


def members(audit: Audit, team: Team) -> list[TeamMember]:
    """The leader first, then in the order given."""
    ordered = sorted(team.items(), key=lambda pair: pair[1] != TeamRole.LEADER)
    return [TeamMember(audit=audit, person_id=person_id, role=part) for person_id, part in ordered]


def change_team(audit: Audit, team: Team) -> bool:
    """Replace the rows that differ; those who stay keep theirs."""
    now = {member.person_id: member for member in audit.team.all()}
    gone = [member.pk for person, member in now.items() if team.get(person) != member.role]
    new = {person: part for person, part in team.items() if person not in now or now[person].role != part}
    audit.team.filter(pk__in=gone).delete()
    TeamMember.objects.bulk_create(members(audit, new))
    return bool(gone or new)


def reviewers_of(team: Team) -> list[tuple[int, bool]]:
    """The team as the findings know it: each reads, leader and auditors decide."""
    return [(person_id, part in DECIDING) for person_id, part in team.items()]


def changes_of(audit: Audit, plan: Plan) -> list[str]:
    wanted: dict[str, Any] = asdict(plan)
    return [name for name, value in wanted.items() if getattr(audit, name) != value]
