"""Findings in any state, brought there by the verbs themselves."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from findings import services
from findings.enums import FindingState
from findings.models import Action, Finding
from findings.services import Plan
from tests.factories import Network, grade

S = FindingState
ANSWER = {
    "correction": "The chart was taken up again on the same day.",
    "extent": "All 38 charts were read; one more gap, no report touched.",
    "cause": "The hand-over list names instruments, and no charts: a change of method asks for no review.",
    "effectiveness": "All charts of three sections after three months, read by somebody from another section.",
}


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def once() -> uuid.UUID:
    return uuid.uuid4()


def plans(*days: int) -> list[Plan]:
    return [
        Plan(f"Action {place}", "Quality manager", in_days(day))
        for place, day in enumerate(days or (20, 40), start=1)
    ]


def text_file(name: str = "FM-31.txt", content: bytes = b"Hand-over list, edition 5\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/plain")


def write(net: Network, *, number: str = "NC-01", code: str = "minor", **more: Any) -> Finding:
    """A draft by Dauren about KARASU. Aigerim and Dauren decide, Tomas reads."""
    laboratory = more.pop("laboratory", net.karasu)
    values: dict[str, Any] = {
        "source": "audit",
        "source_ref": "IA-2026-01",
        "title": "Results released without a control chart",
        "requirement": "Control data are recorded so that trends show.",
        "evidence": "Chart QC-As, file 7: no point for nine weeks; 14 of 14 series.",
        "statement": "Control points of the plan were not measured while results were released.",
        "clauses": [(net.checklist.edition.clauses.get(number="7.7"), "a", "")],
        "reviewers": [(net.aigerim.pk, True), (net.dauren.pk, True), (net.tomas.pk, False)],
        "by": net.access("dauren"),
        **more,
    }
    return services.write_draft(
        organisation_id=laboratory.organisation_id,
        laboratory_id=laboratory.pk,
        number=number,
        grade=grade(net, code),
        **values,
    )


def bring(net: Network, finding: Finding, state: str, manager: str = "elena") -> Finding:
    """Take the finding along its way, each step by whom it belongs to."""
    way = [S.DRAFT, S.RAISED, S.ANSWERED, S.ACCEPTED, S.IMPLEMENTED, S.CLOSED]
    for step in way[1 : way.index(S(state)) + 1]:
        finding = STEPS[step](net, finding, manager)
    return finding


def finding_in(net: Network, state: str, **more: Any) -> Finding:
    return bring(net, write(net, **more), state)


def to_raised(net: Network, finding: Finding, _manager: str) -> Finding:
    return services.raise_finding(finding, by=net.access("aigerim"), on=timezone.localdate())


def to_answered(net: Network, finding: Finding, manager: str) -> Finding:
    return services.submit_answer(
        finding, **ANSWER, actions=plans(), by=net.access(manager), mutation=once(), seen_version=finding.version
    )


def to_accepted(net: Network, finding: Finding, _manager: str) -> Finding:
    return services.accept(
        finding, comment="", by=net.access("aigerim"), mutation=once(), seen_version=finding.version
    )


def to_implemented(net: Network, finding: Finding, manager: str) -> Finding:
    for action in finding.actions.all():
        done(net, action, manager)
    return services.implement(finding, by=net.access(manager), mutation=once(), seen_version=finding.version)


def to_closed(net: Network, finding: Finding, _manager: str) -> Finding:
    return services.close(
        finding, comment="", by=net.access("aigerim"), mutation=once(), seen_version=finding.version
    )


def done(net: Network, action: Action, person: str = "elena", **more: Any) -> Action:
    values: dict[str, Any] = {"note": "The list has a line for charts now.", "uploads": [text_file()], **more}
    return services.report_done(action, **values, by=net.access(person), mutation=once(), seen_version=action.version)


STEPS = {
    S.RAISED: to_raised,
    S.ANSWERED: to_answered,
    S.ACCEPTED: to_accepted,
    S.IMPLEMENTED: to_implemented,
    S.CLOSED: to_closed,
}
