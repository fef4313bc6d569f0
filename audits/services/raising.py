"""From an answer to a draft finding, one floor down. The laboratory learns of it at the closing meeting."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits.enums import AnswerVerdict
from audits.models import Answer, Audit, AuditFinding
from audits.services.conducting import hold_under_way, locked_answer
from audits.services.planning import SOURCE, reviewers_of
from core import mutations
from core.errors import RuleBroken
from core.numbering import next_number
from findings.models import Finding
from findings.services import write_draft
from laboratories.access import Access
from standards.models import Clause, Grade

WITHOUT_FINDING = ("", AnswerVerdict.NOT_APPLICABLE, AnswerVerdict.NOT_ASSESSED)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The three parts of a finding, with its grade and the clause that it cites, down to the letter."""

    title: str
    requirement: str
    evidence: str
    statement: str
    grade: Grade
    clause: Clause
    letter: str = ""
    detail: str = ""


@transaction.atomic
def raise_from_answer(*, audit: Audit, position: int, draft: Draft, mutation: UUID, by: Access) -> Finding:
    """Write a draft finding under the next number of the audit: NC-01 …, or OB-01 … for all other grades.

    Raises RuleBroken when the audit is not under way, or when grade and verdict contradict each other.
    """
    claim = mutations.claim(mutation, person_id=by.person_id, verb=f"finding {audit.pk} {position}")
    if claim.done is not None:
        return Finding.objects.get(pk=claim.done["finding"])
    answer = locked_answer(audit, position)
    hold_under_way(audit)
    _check_fits(answer, draft.grade)
    finding = write_draft(
        organisation_id=audit.organisation_id,
        laboratory_id=audit.laboratory_id,
        source=SOURCE,
        source_ref=audit.code,
        number=_next(audit, draft.grade),
        title=draft.title,
        requirement=draft.requirement,
        evidence=draft.evidence,
        statement=draft.statement,
        grade=draft.grade,
        clauses=[(draft.clause, draft.letter, draft.detail)],
        reviewers=reviewers_of(dict(audit.team.values_list("person_id", "role"))),
        by=by,
    )
    AuditFinding.objects.create(audit=audit, finding=finding, answer=answer)
    claim.keep(finding=finding.pk)
    return finding


def _next(audit: Audit, grade: Grade) -> str:
    prefix = "NC" if grade.is_nonconformity else "OB"
    return f"{prefix}-{next_number(f'{prefix.lower()}-{audit.pk}'):02d}"


def _check_fits(answer: Answer, grade: Grade) -> None:
    if answer.verdict in WITHOUT_FINDING:
        raise RuleBroken(_("Record a verdict on this question first: a finding rests on what was assessed."))
    if grade.is_nonconformity and answer.verdict != AnswerVerdict.NONCONFORMING:
        label = AnswerVerdict(answer.verdict).label
        words = _("This question is answered “%(verdict)s”: change the verdict, or choose a grade that fits it.")
        raise RuleBroken(words % {"verdict": label}, "grade")
