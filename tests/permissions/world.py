"""The things the matrix asks for: audits, findings and reports on both sides, with a canary in each foreign one."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from accounts.services import create_person
from audits.enums import AuditState
from audits.models import Audit, AuditFinding, Evidence
from core import files
from core.models import Job
from findings.enums import ActionState, Decision, FindingState
from findings.models import Action, ActionEvidence, Finding, FindingClause, Response, Reviewer
from laboratories.enums import Role
from laboratories.services import add_member
from reports.models import Report
from tests.factories import Network, build_audit, build_network, grade

CANARY = "Zq7xCanary"
REACHED = {
    FindingState.DRAFT: (),
    FindingState.RAISED: ("raised",),
    FindingState.ANSWERED: ("raised", "answered"),
    FindingState.RETURNED: ("raised", "answered", "returned"),
    FindingState.ACCEPTED: ("raised", "answered", "accepted"),
    FindingState.IMPLEMENTED: ("raised", "answered", "accepted", "implemented"),
    FindingState.CLOSED: ("raised", "answered", "accepted", "implemented", "closed"),
}


@dataclass
class World:
    """Everything by name; `ids` fills the placeholders of the matrix."""

    net: Network
    people: dict[str, User]
    ids: dict[str, Any]


def build_world() -> World:
    net = build_network()
    people = {
        "leader": net.aigerim,
        "auditor": net.dauren,
        "trainee": net.tomas,
        "manager": net.nurlan,
        "lab": net.elena,
        "staff": net.marat,
        "otherleader": net.botagoz,
        "otherlab": net.olga,
        "coordinator": net.saule,
        "admin": net.adil,
        "unassigned": create_person(email="zarina@example.org", name="Zarina", password="a-long-test-password"),
        "nobody": create_person(email="nobody@example.org", name="Nobody", password="a-long-test-password"),
    }
    add_member(people["unassigned"], net.health, Role.LEAD_AUDITOR)
    ids: dict[str, Any] = {}
    own = build_audit(net, code="IA-2026-01")
    done = build_audit(net, code="IA-2026-03", state=AuditState.REPORTED)
    foreign = build_audit(
        net, laboratory=net.tirkeu, leader="botagoz", auditors=(), trainees=(), code="IA-2026-02", state="reported"
    )
    mark(foreign)
    for audit in (own, done, foreign):
        add_picture(audit)
    for state in REACHED:
        ids[state.value] = add_finding(net, own if state == FindingState.DRAFT else done, state).pk
    ids["foreign"] = add_finding(net, foreign, FindingState.ACCEPTED, words=CANARY).pk
    ids["action"] = Action.objects.get(finding_id=ids["accepted"]).pk
    ids["foreign_file"] = ActionEvidence.objects.get(finding_id=ids["foreign"]).pk
    ids["file"] = ActionEvidence.objects.get(finding_id=ids["accepted"]).pk
    add_report(done)
    add_report(foreign)
    return World(net, people, ids)


def mark(audit: Audit) -> None:
    """Put the canary into everything that the other ministry owns."""
    Audit.objects.filter(pk=audit.pk).update(objectives=CANARY, scope=CANARY, conclusion=CANARY)
    laboratory = audit.laboratory
    laboratory.name = f"{CANARY} laboratory"
    laboratory.name_ru = laboratory.name_kk = ""
    laboratory.save()


def add_picture(audit: Audit, number: int = 1) -> Evidence:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), (90, 58, 134)).save(buffer, "PNG")
    stored = files.store(SimpleUploadedFile("photo.png", buffer.getvalue(), "image/png"))
    answer = audit.answers.order_by("position")[0]
    return Evidence.objects.create(
        audit=audit,
        answer=answer,
        organisation=audit.organisation,
        number=number,
        added_by=audit.planned_by,
        caption=CANARY if audit.code == "IA-2026-02" else "a photo",
        **stored,
    )


def add_finding(net: Network, audit: Audit, state: FindingState, words: str = "") -> Finding:
    now, person = timezone.now(), audit.planned_by
    stamps: dict[str, Any] = {}
    for stamp in REACHED[state]:
        stamps |= {f"{stamp}_at": now, f"{stamp}_by": person}
    number = f"NC-{AuditFinding.objects.filter(audit=audit).count() + 1:02d}"
    finding = Finding.objects.create(
        organisation=audit.organisation,
        laboratory=audit.laboratory,
        source="audit",
        source_ref=audit.code,
        number=number,
        title=words or f"A finding that is {state.value}",
        requirement=words or "The plan asks for control points.",
        evidence=words or "Chart 7: no points for nine weeks.",
        statement=words or "Control points were not measured.",
        grade=grade(net),
        state=state,
        due_on=timezone.localdate(),
        created_by=person,
        **stamps,
    )
    answer = audit.answers.select_related("item").order_by("position")[0]
    FindingClause.objects.create(finding=finding, clause=answer.item.clause)
    AuditFinding.objects.create(audit=audit, finding=finding, answer=answer)
    for member in audit.team.all():
        Reviewer.objects.create(
            finding=finding, person_id=member.person_id, decides=member.role in ("leader", "auditor")
        )
    if "answered" in REACHED[state]:
        add_answer(finding, state, words)
    return finding


def add_answer(finding: Finding, state: FindingState, words: str) -> None:
    decided = state != FindingState.ANSWERED
    decision = Decision.RETURNED if state == FindingState.RETURNED else Decision.ACCEPTED
    stamp = {"decision": decision, "decided_at": timezone.now(), "decided_by": finding.created_by} if decided else {}
    Response.objects.create(
        finding=finding,
        organisation=finding.organisation,
        round=1,
        correction=words or "Measured again.",
        extent=words or "All charts were read.",
        cause=words or "The hand-over list named no charts.",
        submitted_by=finding.created_by,
        **stamp,
    )
    action = Action.objects.create(
        finding=finding,
        organisation=finding.organisation,
        what=words or "Add the charts to the list.",
        responsible="Quality manager",
        due_on=timezone.localdate(),
        state=ActionState.OPEN if state in (FindingState.ANSWERED, FindingState.ACCEPTED) else ActionState.DONE,
        created_by=finding.created_by,
        **(
            {}
            if state in (FindingState.ANSWERED, FindingState.ACCEPTED)
            else {"done_at": timezone.now(), "done_by": finding.created_by}
        ),
    )
    stored = files.store(SimpleUploadedFile("list.txt", (words or "the list").encode(), "text/plain"))
    ActionEvidence.objects.create(
        finding=finding, action=action, organisation=finding.organisation, added_by=finding.created_by, **stored
    )


def add_report(audit: Audit, version: int = 1) -> Report:
    """A report that is drawn; the file is a small stand-in, since nothing here looks inside."""
    sha256 = files.keep(b"%PDF-1.7 " + audit.code.encode())
    content = {"schema": 1, "objectives": audit.objectives}
    job = Job.objects.create(kind="draw_report", subject_id=audit.pk, state="dead", finished_at=timezone.now())
    return Report.objects.create(
        organisation=audit.organisation,
        audit=audit,
        version=version,
        language="en",
        content=content,
        content_sha256=hashlib.sha256(audit.code.encode()).hexdigest(),
        issued_at=timezone.now(),
        issued_by=audit.planned_by,
        job=job,
        file_sha256=sha256,
        file_size=20,
        pages=1,
        drawn_at=timezone.now(),
    )
