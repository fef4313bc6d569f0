"""Who gets what from every address: one line per address, method and thing.

`expect` reads "200 leader auditor; 403 lab; 404 *": the status for each kind of person. `ok` stands for any answer
that is neither a refusal nor a fault (a page, a redirect, a form with errors). Who is not signed in is sent to the
sign-in page everywhere, unless `anonymous` says otherwise.

Kinds of person, seen from the audit of the laboratory KARASU (Health):
leader, auditor, trainee: its team; unassigned: a lead auditor of the same ministry outside the team;
manager: programme manager of the ministry; lab, staff: of the laboratory; otherleader, otherlab: of the other
ministry; coordinator: sees registers; admin: keeps the system; nobody: signed in, without any role.
"""

from dataclasses import dataclass, field
from typing import Any

TEAM = "leader auditor trainee"
KINDS = f"{TEAM} unassigned manager lab staff otherleader otherlab coordinator admin nobody".split()
SIGN_IN = "sign-in"


@dataclass(frozen=True)
class Row:
    """One address asked with one method about one thing."""

    name: str
    expect: str
    method: str = "GET"
    args: tuple[Any, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    anonymous: str | int = SIGN_IN

    @property
    def id(self) -> str:
        return f"{self.method} {self.name} {' '.join(map(str, self.args))}".strip()

    def wanted(self, kind: str) -> str:
        fallback = ""
        for part in self.expect.split(";"):
            status, *kinds = part.split()
            if kind in kinds:
                return status
            if "*" in kinds:
                fallback = status
        if not fallback:
            raise ValueError(f"{self.id}: no expectation for {kind}")
        return fallback


OWN = "IA-2026-01"  # under way
DONE = "IA-2026-03"  # report issued
FOREIGN = "IA-2026-02"  # of the other ministry, for Health
READERS = f"{TEAM} manager lab staff"
AUDIT_PEOPLE = f"200 {READERS}; 404 *"

ROWS: list[Row] = [
    # What anyone signed in may open.
    Row("insight:my-work", "200 *"),
    Row("insight:search", "200 *"),
    Row("accounts:profile", "200 *"),
    Row("accounts:profile", "ok *", "POST"),
    Row("accounts:theme", "204 *", "POST", data={"theme": "dark"}),
    Row("standards:edition-list", "200 *"),
    Row("standards:edition-detail", "200 *", args=("iso-iec-17025-2017",)),
    Row("standards:edition-export", "200 *", args=("iso-iec-17025-2017", "csv")),
    Row("standards:edition-import", "200 admin; 403 *"),
    Row("standards:import-template", "200 admin; 403 *", args=("xlsx",)),
    Row("standards:edition-import", "ok admin; 403 *", "POST"),
    Row("standards:edition-preview", "404 admin; 403 *", args=(1,)),
    # The register.
    Row("laboratories:laboratory-list", "302 lab staff otherlab; 200 *"),
    Row(
        "laboratories:laboratory-detail",
        "200 leader unassigned manager lab staff coordinator admin; 404 *",
        args=("KARASU",),
    ),
    # Audits.
    Row("audits:audit-list", "200 *"),
    Row("audits:audit-create", "200 leader unassigned manager otherleader; 403 *"),
    Row("audits:audit-create", "ok leader unassigned manager otherleader; 403 *", "POST"),
    Row("audits:audit-detail", AUDIT_PEOPLE, args=(OWN,)),
    Row("audits:audit-detail", AUDIT_PEOPLE, args=(DONE,)),
    Row("audits:audit-detail", "200 otherleader otherlab; 404 *", args=(FOREIGN,)),
    Row("audits:audit-edit", "200 leader manager; 403 auditor trainee lab staff; 404 *", args=(OWN,)),
    Row("audits:audit-edit", "ok leader manager; 403 auditor trainee lab staff; 404 *", "POST", (OWN,)),
    Row("audits:audit-cancel", "200 leader manager; 403 auditor trainee lab staff; 404 *", args=(OWN,)),
    Row("audits:audit-cancel", "ok leader manager; 403 auditor trainee lab staff; 404 *", "POST", (OWN,)),
    Row("audits:audit-start", "ok leader; 403 auditor trainee manager lab staff; 404 *", args=(OWN,)),
    Row("audits:audit-start", "ok leader; 403 auditor trainee manager lab staff; 404 *", "POST", (OWN,)),
    Row("audits:audit-conclude", "ok leader; 403 auditor trainee manager lab staff; 404 *", args=(OWN,)),
    Row("audits:audit-conclude", "ok leader; 403 auditor trainee manager lab staff; 404 *", "POST", (OWN,)),
    Row("audits:audit-close", "ok leader; 403 auditor trainee manager lab staff; 404 *", "POST", (DONE,)),
    Row("audits:checklist", f"200 {TEAM} manager; 403 lab staff; 404 *", args=(OWN,)),
    Row("audits:checklist", f"200 {TEAM} manager; 403 lab staff; 404 *", args=(DONE,)),
    Row(
        "audits:answer-save",
        "ok leader auditor; 403 trainee manager lab staff; 404 *",
        "POST",
        (OWN, 1),
        anonymous=SIGN_IN,
    ),
    Row("audits:evidence-add", "ok leader auditor; 403 trainee manager lab staff; 404 *", "POST", (OWN, 1)),
    Row("audits:answer-context", f"200 {TEAM} manager; 403 lab staff; 404 *", args=(OWN, 1)),
    Row("audits:answer-guidance", f"200 {TEAM} manager; 403 lab staff; 404 *", args=(OWN, 1)),
    Row("audits:evidence-file", f"200 {TEAM} manager; 403 lab staff; 404 *", args=(OWN, 1)),
    Row("audits:evidence-preview", f"200 {TEAM} manager; 403 lab staff; 404 *", args=(OWN, 1)),
    Row("audits:finding-raise", "200 leader auditor; 403 trainee manager lab staff; 404 *", args=(OWN, 1)),
    Row("audits:finding-raise", "ok leader auditor; 403 trainee manager lab staff; 404 *", "POST", (OWN, 1)),
    # Reports.
    Row("reports:report-issue", "200 leader; 403 auditor trainee manager lab staff; 404 *", args=(DONE,)),
    Row("reports:report-issue", "ok leader; 403 auditor trainee manager lab staff; 404 *", "POST", (DONE,)),
    Row("reports:report-latest", f"302 {READERS}; 404 *", args=(DONE,)),
    Row("reports:report-detail", AUDIT_PEOPLE, args=(DONE, 1)),
    Row("reports:report-progress", AUDIT_PEOPLE, args=(DONE, 1)),
    Row("reports:report-file", AUDIT_PEOPLE, args=(DONE, 1)),
    Row("reports:report-retry", "ok leader; 403 auditor trainee manager lab staff; 404 *", "POST", (DONE, 1)),
    # Findings: drafts are the team's; what is raised is the laboratory's too.
    Row("findings:finding-list", "200 *"),
    Row("findings:finding-detail", f"200 {TEAM} manager; 404 *", args=("{draft}",)),
    Row("findings:finding-detail", AUDIT_PEOPLE, args=("{raised}",)),
    Row("findings:finding-detail", AUDIT_PEOPLE, args=("{answered}",)),
    Row("findings:finding-detail", AUDIT_PEOPLE, args=("{closed}",)),
    Row("findings:finding-detail", "200 otherleader otherlab; 404 *", args=("{foreign}",)),
    Row("findings:finding-edit", "200 leader auditor; 403 trainee manager; 404 *", args=("{draft}",)),
    Row("findings:finding-edit", "ok leader auditor; 403 trainee manager; 404 *", "POST", ("{draft}",)),
    Row("findings:finding-answer", f"200 lab; 403 {TEAM} manager staff; 404 *", args=("{raised}",)),
    Row("findings:finding-answer", f"ok lab; 403 {TEAM} manager staff; 404 *", "POST", ("{raised}",)),
    Row("findings:finding-answer", f"ok lab; 403 {TEAM} manager staff; 404 *", "POST", ("{returned}",)),
    Row(
        "findings:finding-decide", "ok leader auditor; 403 trainee manager lab staff; 404 *", "POST", ("{answered}",)
    ),
    Row(
        "findings:finding-close",
        "ok leader auditor; 403 trainee manager lab staff; 404 *",
        "POST",
        ("{implemented}",),
    ),
    Row("findings:action-done", f"ok lab staff; 403 {TEAM} manager; 404 *", "POST", ("{accepted}", "{action}")),
    Row("findings:finding-implement", f"ok lab staff; 403 {TEAM} manager; 404 *", "POST", ("{accepted}",)),
    Row("findings:file", AUDIT_PEOPLE, args=("{accepted}", "{file}")),
    Row("findings:file", "404 *", args=("{raised}", "{file}")),
    Row("findings:file", "200 otherleader otherlab; 404 *", args=("{foreign}", "{foreign_file}")),
]
