"""The page on which a finding is written, with what the answer says already in its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.enums import AnswerVerdict
from audits.models import Answer, Audit
from audits.queries.checklist import why_not_now
from audits.queries.question import reference
from standards.enums import GradeMeaning
from standards.models import Grade

LONGEST_TITLE = 160


@dataclass(frozen=True, slots=True)
class GradeChoice:
    """`label` is empty where the scale calls the grade what it means."""

    value: str
    label: str
    meaning: str
    definition: str
    times: str


@dataclass(frozen=True, slots=True)
class RaisePage:
    audit: Audit
    number: str
    clause: str
    question: str
    verdict: str
    back: str
    checklist: str
    why_not: str
    grades: list[GradeChoice]


def raise_page(audit: Audit, answer: Answer, grades: Iterable[Grade]) -> RaisePage:
    """No statement of its own: the answer comes with its question."""
    checklist = reverse("audits:checklist", args=[audit.code])
    return RaisePage(
        audit=audit,
        number=str(answer.position),
        clause=reference(answer.item.clause_number, answer.item.item),
        question=answer.item.text,
        verdict=answer.verdict,
        back=f"{checklist}?question={answer.position}#q{answer.position}",
        checklist=checklist,
        why_not=why_not_now(audit.state),
        grades=[_choice(grade) for grade in sorted(grades, key=lambda grade: grade.position)],
    )


def first_words(answer: Answer) -> dict[str, Any]:
    """The clause of the question and the note of the answer: what need not be typed twice."""
    clause = answer.item.clause
    letter = answer.item.item if answer.item.item in clause.letters() else ""
    return {"clause": f"{clause.pk}:{letter}", "evidence": answer.note, "title": clause.title[:LONGEST_TITLE]}


def fitting(verdict: str, grades: Iterable[GradeChoice]) -> str:
    """The mildest grade that fits the verdict; nothing is chosen for the person when none does."""
    nonconformities = (GradeMeaning.NONCONFORMITY_MINOR, GradeMeaning.NONCONFORMITY_MAJOR)
    wanted = nonconformities if verdict == AnswerVerdict.NONCONFORMING else (GradeMeaning.OBSERVATION,)
    return next((grade.value for meaning in wanted for grade in grades if grade.meaning == meaning), "")


def _choice(grade: Grade) -> GradeChoice:
    label = "" if grade.label == GradeMeaning(grade.meaning).label else grade.label
    return GradeChoice(str(grade.pk), label, grade.meaning, grade.definition, _times(grade))


def _times(grade: Grade) -> str:
    if not grade.response_required or grade.response_days is None:
        return _("No answer is required.")
    return ngettext("Answer within %(days)d day.", "Answer within %(days)d days.", grade.response_days) % {
        "days": grade.response_days
    }
