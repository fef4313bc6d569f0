"""An audit of KARASU that was really held: every verdict, a photograph, findings, both meetings."""

import io
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from audits.enums import AnswerVerdict, MeetingKind
from audits.models import Answer, Audit, AuditFinding, Evidence, Meeting
from core import files
from findings import services as finding_services
from findings.models import Finding
from reports.models import Report
from reports.services import issue_report
from tests.audits.test_closing import conclude
from tests.factories import Network, build_audit, grade, new_mutation

MARKS = {
    "7.1": (AnswerVerdict.CONFORMING, "Twelve of twelve contracts were read."),
    "7.3": (AnswerVerdict.NOT_APPLICABLE, "Samples are brought by clients."),
    "7.7": (AnswerVerdict.NONCONFORMING, "Chart 7 has a gap of nine weeks."),
    "7.10": (AnswerVerdict.NOT_ASSESSED, "The person in charge was on leave."),
}
PRESENT = "Elena, quality manager\nAigerim, team leader\nMarat, analyst"


@dataclass
class Held:
    audit: Audit
    chart: Finding
    """Minor, with a photograph."""
    label: Finding
    """An observation."""
    mistake: Finding
    """Withdrawn after the closing meeting."""


def held_audit(net: Network, code: str = "IA-2026-01", **changes: object) -> Held:
    """Concluded, so that the next step is its report."""
    audit = build_audit(net, code=code)
    answer_by_marks(audit)
    Meeting.objects.create(
        audit=audit,
        organisation=audit.organisation,
        kind=MeetingKind.OPENING,
        held_on=audit.starts_on,
        attendance=PRESENT,
        recorded_by=audit.planned_by,
    )
    answer = audit.answers.get(item__clause_number="7.7")
    add_photo(audit, answer)
    chart = add_finding(net, audit, "NC-01", "minor", answer)
    label = add_finding(net, audit, "OB-01", "observation", answer)
    mistake = add_finding(net, audit, "NC-02", "major", answer)
    Audit.objects.filter(pk=audit.pk).update(**changes)
    audit = conclude(net, Audit.objects.get(pk=audit.pk))
    mistake.refresh_from_db()
    finding_services.withdraw(
        mistake,
        reason="The record was found.",
        by=net.access("aigerim"),
        mutation=new_mutation(),
        seen_version=mistake.version,
    )
    for finding in (chart, label, mistake):
        finding.refresh_from_db()
    return Held(audit, chart, label, mistake)


def answer_by_marks(audit: Audit) -> None:
    now = timezone.now()
    answers = list(audit.answers.select_related("item"))
    for answer in answers:
        verdict, note = MARKS[answer.item.clause_number]
        audit.answers.filter(pk=answer.pk).update(
            verdict=verdict, note=note, answered_at=now, answered_by=audit.planned_by
        )
    Audit.objects.filter(pk=audit.pk).update(items_answered=len(answers), items_nonconforming=1)


def add_photo(audit: Audit, answer: Answer) -> Evidence:
    data = io.BytesIO()
    Image.new("RGB", (400, 300), (90, 58, 134)).save(data, "JPEG")
    stored = files.store(SimpleUploadedFile("chart-7.jpg", data.getvalue(), "image/jpeg"))
    return Evidence.objects.create(
        audit=audit,
        answer=answer,
        organisation=audit.organisation,
        number=1,
        caption="Chart 7, week 39",
        added_by=audit.planned_by,
        **stored,
    )


def add_finding(net: Network, audit: Audit, number: str, code: str, answer: Answer) -> Finding:
    finding = finding_services.write_draft(
        organisation_id=audit.organisation_id,
        laboratory_id=audit.laboratory_id,
        source="audit",
        source_ref=audit.code,
        number=number,
        title=f"What {number} is about",
        requirement="Validity of results is watched with control material.",
        evidence=f"Evidence of {number}: 14 of 14 series.",
        statement=f"Statement of {number}.",
        grade=grade(net, code),
        clauses=[(answer.item.clause, "a", "")],
        reviewers=[(net.aigerim.pk, True), (net.dauren.pk, True)],
        by=net.access("aigerim"),
    )
    AuditFinding.objects.create(audit=audit, finding=finding, answer=answer)
    return finding


def issue(net: Network, audit: Audit, reason: str = "", **more: object) -> Report:
    values = {"audit": audit, "reason": reason, "mutation": new_mutation(), "by": net.access("aigerim"), **more}
    return issue_report(**values)  # type: ignore[arg-type]
