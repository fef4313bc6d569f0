"""From what was seen to a raised finding: written by the team, told at the closing meeting."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import history, mutations
from core.errors import Moved, RuleBroken
from findings.enums import FindingState, Side
from findings.models import Finding, FindingClause, Reviewer
from findings.workflow import FINDING
from standards.models import Clause, Grade

if TYPE_CHECKING:
    from laboratories.access import Access

Citation = tuple[Clause, str, str]
WORDS = ("title", "requirement", "evidence", "statement")


@transaction.atomic
def write_draft(
    *,
    organisation_id: int,
    laboratory_id: int,
    source: str,
    source_ref: str,
    number: str,
    title: str,
    requirement: str,
    evidence: str,
    statement: str,
    grade: Grade,
    clauses: Sequence[Citation],
    reviewers: Iterable[tuple[int, bool]],
    by: "Access",
) -> Finding:
    """Write a finding that only its reviewers see until it is raised. Call it inside the source's transaction.

    `clauses` are (clause, letter, detail); `reviewers` are (person, decides).
    """
    words = {"title": title, "requirement": requirement, "evidence": evidence, "statement": statement}
    _check_parts(words, grade, clauses)
    finding = Finding.objects.create(
        organisation_id=organisation_id,
        laboratory_id=laboratory_id,
        source=source,
        source_ref=source_ref,
        number=number,
        grade=grade,
        created_by_id=by.person_id,
        **words,
    )
    _cite(finding, clauses)
    Reviewer.objects.bulk_create(
        Reviewer(finding=finding, person_id=person, decides=decides) for person, decides in reviewers
    )
    history.record(finding, by=by, step="draft", to_state=finding.state, side=Side.TEAM)
    return finding


@transaction.atomic
def change_draft(
    finding: Finding,
    *,
    title: str,
    requirement: str,
    evidence: str,
    statement: str,
    grade: Grade,
    clauses: Sequence[Citation],
    by: "Access",
    mutation: UUID,
    seen_version: int,
) -> Finding:
    """Change a finding before it is raised. Afterwards its words stand."""
    claim = mutations.claim(mutation, person_id=by.person_id, verb=f"findings.change_draft {finding.pk}")
    row = Finding.objects.select_for_update(no_key=True).get(pk=finding.pk)
    if claim.done is not None:
        return row
    words = {"title": title, "requirement": requirement, "evidence": evidence, "statement": statement}
    _check_unmoved(row, seen_version)
    if row.state != FindingState.DRAFT:
        raise RuleBroken(_("This finding was raised: its words can no longer be changed."))
    _check_parts(words, grade, clauses)
    changed = [name for name in WORDS if getattr(row, name) != words[name]]
    changed += ["grade"] if row.grade_id != grade.pk else []
    for name in WORDS:
        setattr(row, name, words[name])
    row.grade = grade
    row.version += 1
    row.save(update_fields=[*WORDS, "grade", "version"])
    row.clauses.all().delete()
    _cite(row, clauses)
    history.record(
        row,
        by=by,
        step="change_draft",
        from_state=row.state,
        to_state=row.state,
        side=Side.TEAM,
        detail={"changed": changed},
    )
    claim.keep(finding=row.pk)
    return row


def raise_finding(finding: Finding, *, by: "Access", on: date) -> Finding:
    """Tell the laboratory. `on` is the day of the closing meeting; the time to answer runs from it."""
    days = finding.grade.response_days
    due_on = None if days is None else on + timedelta(days=days)
    return FINDING.take("raise", finding, by=by, side=Side.TEAM, changes={"due_on": due_on})


@transaction.atomic
def set_reviewers(source: str, source_ref: str, reviewers: Iterable[tuple[int, bool]]) -> None:
    """The team of the source changed: its findings follow, in the caller's transaction."""
    wanted = dict(reviewers)
    findings = list(Finding.objects.filter(source=source, source_ref=source_ref).values_list("pk", flat=True))
    Reviewer.objects.filter(finding__in=findings).exclude(person__in=wanted).delete()
    Reviewer.objects.bulk_create(
        [
            Reviewer(finding_id=finding, person_id=person, decides=decides)
            for finding in findings
            for person, decides in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["finding", "person"],
        update_fields=["decides"],
    )


def _cite(finding: Finding, clauses: Sequence[Citation]) -> None:
    FindingClause.objects.bulk_create(
        FindingClause(finding=finding, clause=clause, letter=letter, detail=detail)
        for clause, letter, detail in clauses
    )


def _check_parts(words: dict[str, str], grade: Grade, clauses: Sequence[Citation]) -> None:
    """No evidence, no nonconformity; no clause either. An observation may stand without a requirement."""
    compulsory = WORDS if grade.is_nonconformity else ("title", "statement")
    for name in compulsory:
        if not words[name].strip():
            raise RuleBroken(_("A nonconformity needs all three parts; this one is empty."), name)
    if grade.is_nonconformity and not clauses:
        raise RuleBroken(_("Name the clause that is not met."), "clauses")


def _check_unmoved(row: Finding, seen_version: int) -> None:
    if row.version == seen_version:
        return
    raise Moved(
        _("Someone changed this while you had it open. Nothing of yours was saved; what you typed is still here."),
        {"version": row.version},
    )
