"""Small believable things for tests. Invented people and laboratories.

Two ministries side by side: Health (HEALTH) and Agriculture (AGRI). The people of the one must never see
what belongs to the other.

Health: Aigerim leads audits, Dauren audits, Tomas is in training, Nurlan runs the programme, Elena manages
the laboratory KARASU and Marat works in it. Agriculture: Botagoz leads, Olga manages TIRKEU.
Saule coordinates the nation (sees registers), Adil administers.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.services import create_person
from auditors.enums import QualifiedAs
from auditors.models import Qualification
from audits.enums import AuditState, TeamRole
from audits.models import Answer, Audit, TeamMember
from laboratories.access import Access
from laboratories.enums import Activity, Role
from laboratories.models import Laboratory, Organisation
from laboratories.services import add_member, create_organisation
from standards.models import Checklist, ChecklistItem, Clause, Edition, Grade, GradingScheme, Question, Standard

PASSWORD = "a-long-test-password"


@dataclass
class Network:
    """Everything that was built, by name."""

    people: dict[str, User] = field(default_factory=dict)
    root: Any = None
    health: Any = None
    agriculture: Any = None
    karasu: Any = None
    tirkeu: Any = None
    checklist: Any = None
    scheme: Any = None

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def access(self, name: str) -> Access:
        return Access.of(self.people[name])


def build_network() -> Network:
    net = Network()
    net.root = create_organisation(code="state", name="Demo state", kind="agency")
    net.health = create_organisation(code="health", name="Ministry of Demo Health", kind="ministry", parent=net.root)
    net.agriculture = create_organisation(
        code="agri", name="Ministry of Demo Agriculture", kind="ministry", parent=net.root
    )
    net.karasu = build_laboratory(net.health, "KARASU", "Karasu water laboratory", name_kk="Қарасу су зертханасы")
    net.tirkeu = build_laboratory(net.agriculture, "TIRKEU", "Tirkeu veterinary laboratory", kind="veterinary")
    net.checklist, net.scheme = build_catalogue()
    build_people(net)
    return net


def build_laboratory(organisation: Organisation, code: str, name: str, **more: Any) -> Laboratory:
    values = {
        "kind": "environmental",
        "level": "regional",
        "sectors": ["environment"],
        "activities": [Activity.TESTING, Activity.SAMPLING],
        "region": "Akmola",
        "city": "Karasu",
        "sort_name": name.lower(),
        **more,
    }
    return Laboratory.objects.create(organisation=organisation, code=code, name=name, **values)


def build_people(net: Network) -> None:
    seats = {
        "aigerim": (Role.LEAD_AUDITOR, net.health, None),
        "dauren": (Role.AUDITOR, net.health, None),
        "tomas": (Role.TRAINEE, net.health, None),
        "nurlan": (Role.PROGRAMME_MANAGER, net.health, None),
        "elena": (Role.LABORATORY_MANAGER, net.health, net.karasu),
        "marat": (Role.LABORATORY_STAFF, net.health, net.karasu),
        "botagoz": (Role.LEAD_AUDITOR, net.agriculture, None),
        "olga": (Role.LABORATORY_MANAGER, net.agriculture, net.tirkeu),
        "saule": (Role.NATIONAL_COORDINATOR, net.root, None),
        "adil": (Role.ADMINISTRATOR, net.root, None),
    }
    for name, (role, organisation, laboratory) in seats.items():
        person = create_person(email=f"{name}@example.org", name=name.capitalize(), password=PASSWORD)
        net.people[name] = person
        add_member(person, organisation, role, laboratory=laboratory, valid_from=date(2020, 1, 1))
    parts = {
        "aigerim": QualifiedAs.LEADER,
        "dauren": QualifiedAs.AUDITOR,
        "tomas": QualifiedAs.TRAINEE,
        "botagoz": QualifiedAs.LEADER,
    }
    for name, part in parts.items():
        Qualification.objects.create(
            organisation=seats[name][1],
            person=net.people[name],
            standard=net.checklist.edition.standard,
            qualified_as=part,
            valid_from=date(2020, 1, 1),
        )


def build_catalogue() -> tuple[Checklist, GradingScheme]:
    """A small edition: clause 7 with 7.1, 7.7 (a letter) and 7.10, five questions, a scale of three grades."""
    standard = Standard.objects.create(code="ISO/IEC 17025", slug="iso-iec-17025", title="Laboratories")
    edition = Edition.objects.create(standard=standard, year="2017", slug="iso-iec-17025-2017")
    chapter = Clause.objects.create(
        edition=edition, number="7", sort_key="0007", title="Process requirements", title_is_official=True, level=1
    )
    checklist = Checklist.objects.create(
        edition=edition, title="ISO/IEC 17025", version=1, state="published", published_at=timezone.now()
    )
    rows = [
        ("7.1", "0007.0001", "Review of requests", 0, []),
        ("7.3", "0007.0003", "Sampling", 0, ["sampling"]),
        ("7.6", "0007.0006", "Uncertainty in calibration", 0, ["calibration"]),
        ("7.7", "0007.0007", "Validity of results", 11, []),
        ("7.10", "0007.0010", "Nonconforming work", 3, []),
    ]
    for position, (number, sort_key, title, letters, applies_to) in enumerate(rows, start=1):
        clause = Clause.objects.create(
            edition=edition,
            parent=chapter,
            number=number,
            sort_key=sort_key,
            title=title,
            level=2,
            auditable=True,
            lettered_items=letters,
        )
        question = Question.objects.create(
            clause=clause,
            key=f"{number}#1",
            position=1,
            text=f"How is {title.lower()} done here?",
            applies_to=applies_to,
        )
        ChecklistItem.objects.create(
            checklist=checklist,
            question=question,
            clause=clause,
            position=position,
            clause_number=number,
            clause_title=title,
            clause_sort_key=sort_key,
            text=question.text,
            look_for="Follow one case from start to end.",
            evidence=["a record"],
            nonconformities=["no record"],
            applies_to=applies_to,
        )
    scheme = GradingScheme.objects.create(code="default", title="Default scale")
    grades = [
        ("major", "Major nonconformity", "major", True, 30, 60),
        ("minor", "Minor nonconformity", "minor", True, 30, 90),
        ("observation", "Observation", "observation", False, None, None),
    ]
    for position, (code, label, meaning, required, answer, evidence) in enumerate(grades, start=1):
        Grade.objects.create(
            scheme=scheme,
            code=code,
            label=label,
            meaning=meaning,
            definition=f"What {label.lower()} means.",
            position=position,
            response_required=required,
            response_days=answer,
            evidence_days=evidence,
        )
    return checklist, scheme


def build_audit(
    net: Network,
    *,
    laboratory: Laboratory | None = None,
    state: str = AuditState.UNDER_WAY,
    leader: str = "aigerim",
    auditors: tuple[str, ...] = ("dauren",),
    trainees: tuple[str, ...] = ("tomas",),
    code: str = "IA-2026-01",
) -> Audit:
    """An audit with its answers (unanswered) and team, written straight to the tables, in any state."""
    laboratory = laboratory or net.karasu
    now, person = timezone.now(), net.people[leader]
    reached = {
        AuditState.PLANNED: (),
        AuditState.UNDER_WAY: ("started",),
        AuditState.CONCLUDED: ("started", "concluded"),
        AuditState.REPORTED: ("started", "concluded", "reported"),
        AuditState.CLOSED: ("started", "concluded", "reported", "closed"),
        AuditState.CANCELLED: ("cancelled",),
    }[AuditState(state)]
    stamps = {f"{stamp}_at": now for stamp in reached} | {f"{stamp}_by": person for stamp in reached}
    items = [
        item
        for item in net.checklist.items.order_by("position")
        if not item.applies_to or set(item.applies_to) & laboratory.traits()
    ]
    audit = Audit.objects.create(
        organisation=laboratory.organisation,
        laboratory=laboratory,
        code=code,
        objectives="To see whether the work follows the standard.",
        scope="All activities at the site.",
        edition=net.checklist.edition,
        checklist=net.checklist,
        scheme=net.scheme,
        starts_on=timezone.localdate() - timedelta(days=1),
        ends_on=timezone.localdate() + timedelta(days=1),
        state=state,
        items_total=len(items),
        planned_by=person,
        **stamps,
    )
    Answer.objects.bulk_create(
        Answer(audit=audit, organisation=audit.organisation, item=item, position=position)
        for position, item in enumerate(items, start=1)
    )
    team = [(leader, TeamRole.LEADER)]
    team += [(name, TeamRole.AUDITOR) for name in auditors] + [(name, TeamRole.TRAINEE) for name in trainees]
    for name, role in team:
        TeamMember.objects.create(audit=audit, person=net.people[name], role=role)
    return audit


def new_mutation() -> uuid.UUID:
    return uuid.uuid4()


def grade(net: Network, code: str = "minor") -> Grade:
    found: Grade = net.scheme.grades.get(code=code)
    return found
