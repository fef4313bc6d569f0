"""The life of each audit, through the services, on the days on which it happened."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from audits.enums import AuditState, Degree, Method, Purpose, TeamRole
from audits.models import Audit, Programme
from audits.services import closing, conducting, planning, raising
from findings.models import Finding
from labaudit.demo.answering import Marked, fill
from labaudit.demo.clock import at, moment
from labaudit.demo.findings import FindingLife
from labaudit.demo.pictures import picture
from labaudit.demo.reading import read
from laboratories.access import Access
from laboratories.enums import Role
from laboratories.models import Laboratory, Membership
from reports.services import issue_report
from standards.models import Checklist, GradingScheme

REACHED = {
    AuditState.PLANNED: 0,
    AuditState.CANCELLED: 0,
    AuditState.UNDER_WAY: 1,
    AuditState.CONCLUDED: 2,
    AuditState.REPORTED: 3,
    AuditState.CLOSED: 4,
}


@dataclass(frozen=True)
class Stage:
    """What all audits share."""

    today: date
    people: dict[str, User]
    checklist: Checklist
    scheme: GradingScheme
    rng: Random


def build_audits(stage: Stage) -> int:
    rows = sorted(read("audits"), key=lambda row: row["day"])
    for row in rows:
        AuditLife(stage, row).live()
    return len(rows)


def working_day(day: date, row: dict[str, Any]) -> date:
    """Audits that are not about today begin on the Monday before, if they would run into a weekend."""
    near_today = abs(row["day"]) < 5
    fits = day.weekday() + row["days"] <= 5
    return day if near_today or fits else day - timedelta(days=day.weekday())


class AuditLife:
    """One audit from its plan to the state that the file names."""

    def __init__(self, stage: Stage, row: dict[str, Any]) -> None:
        self.stage, self.row = stage, row
        self.state = AuditState(row["state"])
        self.starts_on = working_day(stage.today + timedelta(days=row["day"]), row)
        self.ends_on = self.starts_on + timedelta(days=row["days"] - 1)
        self.laboratory = Laboratory.objects.select_related("organisation").get(code=row["lab"])
        self.lead = stage.people[row["lead"]]
        self.by = Access.of(self.lead)
        self.manager = self.manager_of()
        self.raised: list[tuple[Marked, Finding]] = []

    def live(self) -> None:
        reached = REACHED[self.state]
        self.audit = self.plan()
        if self.state == AuditState.CANCELLED:
            self.cancel()
        if reached >= 1:
            self.conduct()
        if reached >= 2:
            self.conclude()
        if reached >= 3:
            self.report()
        if reached >= 2:
            self.follow()
        if reached >= 4:
            self.close()

    def once(self) -> UUID:
        return UUID(int=self.stage.rng.getrandbits(128), version=4)

    def manager_of(self) -> User | None:
        seats = Membership.objects.filter(laboratory=self.laboratory, role=Role.LABORATORY_MANAGER)
        seat = seats.select_related("person").first()
        return seat.person if seat else None

    def step(self) -> dict[str, Any]:
        """What every step carries, with the version as it is now."""
        self.audit = Audit.objects.select_related("organisation", "laboratory").get(pk=self.audit.pk)
        return {"audit": self.audit, "by": self.by, "mutation": self.once(), "seen_version": self.audit.version}

    def plan(self) -> Audit:
        row, notes = self.row, read("notes")
        team = {self.lead.pk: TeamRole.LEADER.value}
        team |= {self.stage.people[email].pk: part for email, part in row["team"].items()}
        programme = Programme.objects.filter(code=row.get("programme")).select_related("organisation").first()
        plan = planning.Plan(
            method=row.get("method", Method.ON_SITE),
            objectives=notes["objectives"].strip(),
            scope=notes["scope"],
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            language=row.get("language", "en"),
        )
        planned_on = min(self.starts_on - timedelta(days=24), self.stage.today - timedelta(days=5))
        with at(moment(planned_on, 11, 15)):
            return planning.plan_audit(
                by=self.by,
                mutation=self.once(),
                laboratory=self.laboratory,
                purpose=row.get("purpose", Purpose.INTERNAL),
                checklist=self.stage.checklist,
                plan=plan,
                team=team,
                programme=programme,
                scheme=None if programme else self.stage.scheme,
            )

    def cancel(self) -> None:
        with at(moment(self.starts_on - timedelta(days=2), 17, 0)):
            planning.cancel_audit(reason=self.row["reason"], **self.step())

    def conduct(self) -> None:
        """Opening meeting, answers, photographs, draft findings."""
        with at(moment(self.starts_on, 9, 25)):
            closing.start_audit(opening=self.held(self.starts_on, "opening"), **self.step())
        team = [
            self.lead,
            *(self.stage.people[email] for email, part in self.row["team"].items() if part != "trainee"),
        ]
        marked = fill(self.audit, self.row, team, self.stage.today, self.stage.rng)
        last = max(min(self.ends_on, self.stage.today - timedelta(days=1)), self.starts_on)
        with at(moment(last, 16, 20)):
            for each in marked:
                if each.key in self.row.get("photos", {}):
                    self.photograph(each, self.row["photos"][each.key])
                self.raised.append((each, self.draft(each)))

    def photograph(self, marked: Marked, kind: str) -> None:
        shown = picture(kind, self.stage.rng)
        conducting.add_evidence(
            audit=self.audit,
            position=marked.answer.position,
            upload=SimpleUploadedFile(shown.name, shown.content, "image/png"),
            caption=shown.caption,
            mutation=self.once(),
            by=self.by,
        )

    def draft(self, marked: Marked) -> Finding:
        template = marked.template
        words = {name: template[name] for name in ("title", "requirement", "evidence", "statement")}
        draft = raising.Draft(
            grade=self.stage.scheme.grades.get(code=template["grade"]),
            clause=marked.answer.item.clause,
            letter=template.get("letter", ""),
            **words,
        )
        return raising.raise_from_answer(
            audit=self.audit, position=marked.answer.position, draft=draft, mutation=self.once(), by=self.by
        )

    def conclude(self) -> None:
        degree = self.degree()
        conclusion = closing.Conclusion(text=read("notes")["conclusion"][degree], degree=degree)
        with at(moment(self.ends_on, 16, 45)):
            closing.conclude_audit(closing=self.held(self.ends_on, "closing"), conclusion=conclusion, **self.step())

    def degree(self) -> Degree:
        grades = {marked.template["grade"] for marked, _finding in self.raised}
        if "major" in grades:
            return Degree.PARTLY
        return Degree.MET_EXCEPT if "minor" in grades else Degree.MET

    def held(self, day: date, kind: str) -> closing.Held:
        notes = read("notes")
        manager = f"{self.manager.name}, quality manager" if self.manager else "Quality manager"
        present = notes["attendance"].format(lead=self.lead.name, manager=manager)
        return closing.Held(held_on=day, attendance=present.strip(), minutes=notes[kind])

    def report(self) -> None:
        with at(moment(self.ends_on + timedelta(days=4), 10, 30)):
            issue_report(audit=self.audit, mutation=self.once(), by=self.by)

    def follow(self) -> None:
        manager = Access.of(self.manager) if self.manager else None
        for marked, finding in self.raised:
            fresh = Finding.objects.select_related("grade").get(pk=finding.pk)
            life = FindingLife(fresh, marked.template, self.ends_on, self.by, manager, self.stage.rng)
            life.reach(self.row["findings"][marked.key])

    def close(self) -> None:
        with at(moment(self.ends_on + timedelta(days=70), 12, 10)):
            closing.close_audit(**self.step())
