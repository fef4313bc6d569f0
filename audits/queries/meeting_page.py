"""What stands beside the forms of the two meetings."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.enums import AnswerVerdict, MeetingKind
from audits.models import Audit
from audits.queries.audit_page import FindingLine, findings_of
from audits.workflow import AUDIT


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """`why` says what still stands in the way of the step; empty when nothing does."""

    audit: Audit
    laboratory: str
    title: str
    why: str
    points: list[str]


@dataclass(frozen=True, slots=True)
class ClosingPage(MeetingPage):
    drafts: list[FindingLine]
    verdicts: list[tuple[str, int]]
    warning: str


def opening_page(audit: Audit) -> MeetingPage:
    title = str(MeetingKind.OPENING.label)
    return MeetingPage(audit, audit.laboratory.local_name, title, why_not(audit, "start"), opening_points())


def closing_page(audit: Audit) -> ClosingPage:
    """Four statements."""
    drafts = [line for line in findings_of(audit, with_drafts=True) if line.is_draft]
    return ClosingPage(
        audit=audit,
        laboratory=audit.laboratory.local_name,
        title=str(MeetingKind.CLOSING.label),
        why=why_not(audit, "conclude"),
        points=closing_points(),
        drafts=drafts,
        verdicts=verdicts_of(audit),
        warning=without_finding(audit),
    )


def why_not(audit: Audit, step: str) -> str:
    return AUDIT.now(AUDIT.step(step), audit).reason


def verdicts_of(audit: Audit) -> list[tuple[str, int]]:
    """How many answers have each verdict, in the order of the verdict control; none left out."""
    counted = dict(audit.answers.order_by().values_list("verdict").annotate(Count("id")))
    return [(value, counted.get(value, 0)) for value in (*AnswerVerdict.values, "") if value or counted.get(value)]


def without_finding(audit: Audit) -> str:
    """Nonconforming answers that no finding speaks of: said, not forbidden."""
    nonconforming = audit.answers.filter(verdict=AnswerVerdict.NONCONFORMING)
    count = nonconforming.exclude(pk__in=audit.audit_findings.filter(answer__isnull=False).values("answer")).count()
    if not count:
        return ""
    return ngettext(
        "%(count)s nonconforming answer has no finding: the laboratory would not be asked to act on it.",
        "%(count)s nonconforming answers have no finding: the laboratory would not be asked to act on them.",
        count,
    ) % {"count": count}


def opening_points() -> list[str]:
    return [
        _("Everyone present is introduced, with the function of each."),
        _("Objectives, scope, criteria and the plan of the days are confirmed."),
        _("How the audit works: records, interviews, observation; an audit looks at samples only."),
        _("Kinds of findings, how they are graded, and what follows from each grade."),
        _("Who speaks for the laboratory, who guides the team, which language is used."),
        _("Confidentiality; permission for photographs and copies."),
        _("Safety: protective clothing, biological hazards, emergency exits."),
        _("When the audit would be stopped, and how to complain or appeal."),
        _("Questions of the laboratory."),
    ]


def closing_points() -> list[str]:
    return [
        _("Thanks for time and openness."),
        _("An audit looks at samples: what was not found may still exist."),
        _("Each finding is read out with its evidence, then understood, acknowledged or disputed."),
        _("The conclusion, and to what degree the criteria are met."),
        _("Until when and how the laboratory answers; what happens after that."),
        _("When the report is issued and who receives it."),
        _("Confidentiality, and how to complain or appeal."),
        _("Where both sides see something differently, both views are written down."),
    ]
