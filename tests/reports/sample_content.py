"""One believable report of an invented audit, and the same grown to any size. People and places do not exist."""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from PIL import Image, ImageDraw

from reports import content as c
from tests.reports.sample_clauses import CLAUSES

LETTERS = "Әғқңөұүһі"

MAJOR = c.Grade(
    code="major",
    label="Major",
    tone="major",
    meaning="The validity of results, impartiality or a claim made to clients is at risk now, or a required "
    "element is absent or has broken down.",
)
MINOR = c.Grade(
    code="minor",
    label="Minor",
    tone="minor",
    meaning="A requirement is not met in isolated cases; results are not in doubt at present.",
)
OBSERVATION = c.Grade(
    code="observation",
    label="Observation",
    tone="observation",
    meaning="No breach was shown, but one may follow. An answer is welcome and not required.",
)


@cache
def pictures() -> dict[str, bytes]:
    """Three drawn pictures standing for photos, by sha256."""
    drawn = [_picture(tone, size) for tone, size in ((60, (1600, 1200)), (110, (1200, 1600)), (160, (1600, 1000)))]
    return {hashlib.sha256(data).hexdigest(): data for data in drawn}


def photo(sha256: str) -> bytes | None:
    return pictures().get(sha256)


def _picture(tone: int, size: tuple[int, int]) -> bytes:
    image = Image.linear_gradient("L").resize(size).point(lambda level: tone + level // 4).convert("RGB")
    pen = ImageDraw.Draw(image)
    width, height = size
    pen.ellipse((width // 4, height // 4, width * 3 // 4, height * 3 // 4), outline="white", width=18)
    pen.line((width // 2, height // 2, width * 2 // 3, height // 3), fill="white", width=18)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=85)
    return data.getvalue()


def grown(questions: int, findings: int, photos: int) -> c.ReportContent:
    """The sample with as many questions, findings and photos as asked for."""
    start = sample()
    answers = [answer for group in start.clauses for answer in group.answers]
    more = [answers[index % len(answers)] for index in range(questions)]
    groups = tuple(
        replace(start.clauses[index % len(start.clauses)], answers=tuple(more[at : at + 7]))
        for index, at in enumerate(range(0, questions, 7))
    )
    shas = list(pictures())
    raised = []
    for index in range(findings):
        held = tuple(
            c.Photo(sha256=shas[shot % len(shas)], caption=f"Balance {shot}, as found", code=f"E-{shot}")
            for shot in range(photos)
            if shot % findings == index
        )
        pattern = start.findings[index % len(start.findings)]
        raised.append(replace(pattern, number=f"NC-{index + 1:02}", photos=held))
    return replace(start, clauses=groups, findings=tuple(raised))


def sample() -> c.ReportContent:
    return c.ReportContent(
        status="issued",
        language="en",
        zone="Asia/Almaty",
        number="IA-2026-02",
        version=2,
        issued_at=datetime(2026, 11, 20, 6, 2, tzinfo=UTC),
        programme="National Laboratory Audit Programme",
        programme_owner="Ministry of Ecology (invented), programme 2026",
        confidentiality="This report is confidential. It is meant for the laboratory and the audit programme, and "
        "may be copied only as a whole. Evidence named in it is kept for six years.",
        verify_url="https://audits.example/verify/IA-2026-02/2",
        laboratory=c.Laboratory(
            name="Лаборатория «Горная экология»",
            other_name="Laboratory “Mountain Ecology”, Өскемен",
            code="KZ-EKO-014",
            address="Өскемен, Үлбі көшесі 7, 070004",
            chain=("Ministry of Ecology (invented)", "Agency for Environmental Monitoring", "Eastern branch"),
            activity="Testing of water, soil and air",
        ),
        audit=_audit(),
        summary=_summary(),
        findings=_findings(),
        clauses=_clauses(),
        distribution=(
            c.Recipient(name="Laboratory manager", organisation="Лаборатория «Горная экология»", copy="Electronic"),
            c.Recipient(name="Programme manager", organisation="Ministry of Ecology (invented)", copy="Electronic"),
        ),
        amendments=(
            c.Amendment(
                version=1,
                issued_at=datetime(2026, 11, 12, 9, 30, tzinfo=UTC),
                reason="First issue. Replaced because the clause of NC-04 was printed without its letter.",
                sha256="5d41402abc4b2a76b9719d911017c592ae2f7c5be3a9c0a1b4f0d1e2c3b4a596",
            ),
        ),
        authorised_by=c.Signature(
            name="Айгерім Садықова",
            function="Lead auditor",
            meaning="Approved",
            signed_at=datetime(2026, 11, 20, 4, 14, tzinfo=UTC),
        ),
        signatures=(
            c.Signature(
                name="Claire Fontenay",
                function="Second reader",
                meaning="Reviewed",
                signed_at=datetime(2026, 11, 19, 16, 40, tzinfo=UTC),
            ),
            c.Signature(
                name="Нұрлан Бекұлы",
                function="Programme manager",
                meaning="Issued",
                signed_at=datetime(2026, 11, 20, 6, 2, tzinfo=UTC),
            ),
        ),
    )


def _audit() -> c.Audit:
    return c.Audit(
        code="IA-2026-02",
        title="Yearly internal audit of the whole scope",
        kind="Internal audit",
        method="hybrid",
        starts_on=date(2026, 10, 19),
        ends_on=date(2026, 10, 22),
        objectives=(
            "To see whether the management system and the technical work meet the criteria.",
            "To see whether the actions of the last audit have held.",
            "To find what would help before the scope is extended to metals in soil.",
        ),
        scope="All laboratory activities at both sites: testing of water, soil and air, 38 methods.",
        scope_examined="9 methods, 20 reports, 12 jobs followed from sample to report, 14 people met.",
        scope_left_out="Opinions and interpretations (7.8.7): the person authorised was absent.",
        account="The audit kept to its plan. The power was out for two hours on 20 October; the records of the air "
        "section were read on 21 October instead.",
        client="Ministry of Ecology (invented), programme manager",
        criteria=(
            c.Criterion(reference="ISO/IEC 17025", edition="2017", title="Option A"),
            c.Criterion(reference="Quality manual QM-01", edition="9", title="of the laboratory"),
        ),
        places=(
            c.Place(
                name="Main laboratory",
                address="Өскемен, Үлбі көшесі 7",
                starts_on=date(2026, 10, 19),
                ends_on=date(2026, 10, 21),
                method="on_site",
            ),
            c.Place(
                name="Риддер sampling point",
                address="by video link",
                starts_on=date(2026, 10, 22),
                ends_on=date(2026, 10, 22),
                method="remote",
            ),
        ),
        team=(
            c.TeamMember(name="Айгерім Садықова", role="Lead auditor", organisation="Audit bureau", is_lead=True),
            c.TeamMember(name="Claire Fontenay", role="Technical expert", organisation="Guest, metals in water"),
            c.TeamMember(name="Данияр Оспанов", role="Auditor in training", organisation="University of the East"),
        ),
        participants=(
            c.Participant(name="Гүлнар Әбішева", function="Laboratory manager"),
            c.Participant(name="Олег Мартынов", function="Head of the metals section"),
            c.Participant(name="Зәуре Қасымқызы", function="Quality manager"),
        ),
        meetings=(
            c.Meeting(
                kind="opening",
                held_on=date(2026, 10, 19),
                place="Main laboratory, room 12",
                chaired_by="Айгерім Садықова",
                attendees=(
                    c.Participant(name="Гүлнар Әбішева", function="Laboratory manager"),
                    c.Participant(name="Олег Мартынов", function="Head of the metals section"),
                ),
                points=(
                    "Plan, scope and criteria confirmed",
                    "Sampling and grades explained",
                    "Safety rules given",
                ),
            ),
            c.Meeting(
                kind="closing",
                held_on=date(2026, 10, 22),
                place="Main laboratory, room 12",
                chaired_by="Айгерім Садықова",
                points=("Findings read and understood", "Time limits and form of answers agreed"),
                minutes="The head of the metals section asked that the size of the series be named in NC-04.",
            ),
        ),
    )


def _summary() -> c.Summary:
    counted = [answer.verdict for group in _clauses() for answer in group.answers]
    graded = [finding.grade for finding in _findings()]
    order: tuple[c.Verdict, ...] = (
        "conforming",
        "nonconforming",
        "observation",
        "not_applicable",
        "not_assessed",
    )
    return c.Summary(
        conclusion="The laboratory works competently within its scope. One major nonconformity, the authorisation "
        "of reports, must be answered before the scope is extended.",
        degree="The criteria are met except where findings say otherwise: most of the questions assessed were "
        "conforming, and the breaches found are limited to personnel, equipment records, technical records and "
        "control charts.",
        objectives_met="All three objectives were reached.",
        good_practices="Requests are reviewed with the client on one page that is understood at the bench. "
        "Uncertainty budgets are kept current and used.",
        sampling="An audit looks at samples. What was not found here may still exist; the absence of a finding is "
        "no proof of conformity.",
        diverging_opinions="All findings were presented on 22 October and understood. On NC-04 the laboratory and "
        "the team differ about the grade; both positions are kept with the finding.",
        follow_up="Answers within 30 days; the evidence for NC-02 is looked at on site in January 2027.",
        verdicts=tuple(c.VerdictCount(verdict=verdict, count=counted.count(verdict)) for verdict in order),
        grades=tuple(c.GradeCount(grade=grade, count=graded.count(grade)) for grade in (MAJOR, MINOR, OBSERVATION)),
    )


def _clauses() -> tuple[c.ClauseGroup, ...]:
    return tuple(
        c.ClauseGroup(number=number, title=title, answers=tuple(_answer(*row) for row in rows))
        for number, title, rows in CLAUSES
    )


def _answer(number: str, title: str, question: str, verdict: c.Verdict, note: str, sample: str) -> c.ClauseAnswer:
    left_out = verdict in ("not_applicable", "not_assessed")
    return c.ClauseAnswer(
        number=number,
        title=title,
        question=question,
        verdict=verdict,
        note=note,
        sample="" if left_out else sample,
        reason=sample if left_out else "",
        evidence=("sheet-041.jpg", "record of intermediate checks.pdf") if verdict == "nonconforming" else (),
        findings=tuple(f.number for f in _findings() if verdict != "conforming" and f.clauses[0].number == number),
    )


def _findings() -> tuple[c.Finding, ...]:
    first, second, third = pictures()
    return (
        c.Finding(
            number="NC-01",
            title="Two balances carry no record of the last intermediate check",
            clauses=(c.ClauseRef(number="6.4.13", letter="e"), c.ClauseRef(number="6.4.10")),
            criterion="Records of equipment show the checks made. Procedure EQ-05 of the laboratory asks for a check "
            "of each balance every week.",
            evidence="Balances B-07 and B-11, weighing room, seen 20 October 2026: last entry of the check log is "
            "from 28 August.\n\nThe other seven instruments looked at carry their records.",
            statement="The weekly check of two of nine instruments looked at is not recorded since 28 August 2026.",
            grade=MINOR,
            place="Weighing room",
            seen_on=date(2026, 10, 20),
            observed_by="technical expert",
            state="Answered",
            answer_due_on=date(2026, 12, 4),
            photos=(
                c.Photo(sha256=first, caption="Check log of balance B-07, last entry 28 August", code="E-12"),
                c.Photo(sha256=second, caption="Balance B-11 in use on 20 October", code="E-13"),
                c.Photo(sha256=third, caption="Shelf of reference masses", code="E-14"),
            ),
        ),
        c.Finding(
            number="NC-02",
            title="Three reports were released by a person without authority",
            clauses=(c.ClauseRef(number="6.2.6", letter="c"),),
            criterion="Those who release results are authorised for it by the laboratory.",
            evidence="Reports 2026-0911, 2026-0934 and 2026-0940 of 20 looked at carry the release of the second "
            "chemist. The list of authorities AU-03 of 1 March 2026 does not name this function for release.",
            statement="3 of 20 reports looked at were released by a function without authority for release.",
            grade=MAJOR,
            grade_reason="What clients rely on is the release; the cases span seven weeks.",
            place="Reporting office",
            seen_on=date(2026, 10, 21),
            observed_by="lead auditor",
            state="Raised",
            answer_due_on=date(2026, 11, 20),
        ),
        c.Finding(
            number="NC-03",
            title="First entries cannot be read after a correction",
            clauses=(c.ClauseRef(number="7.5.2"),),
            criterion="A change to a technical record can be followed back to the first entry.",
            evidence="Sheets W-310, W-322 and W-327 of 12 looked at: figures written over the first entry.",
            statement="On 3 of 12 sheets the first entry, its date and its writer can no longer be seen.",
            grade=MINOR,
            place="Water section",
            seen_on=date(2026, 10, 20),
            observed_by="lead auditor",
            answer_due_on=date(2026, 12, 4),
        ),
        c.Finding(
            number="NC-04",
            title="Arsenic results were released for nine weeks without control points",
            clauses=(c.ClauseRef(number="7.7.1", letter="a"),),
            criterion="Validity is watched with control material, and the data are recorded so that trends show.\n\n"
            "Plan QP-12 of the laboratory, edition 4, section 4: one control point with every series.",
            evidence="Chart QC-As-2026, file 7, metals section, seen 21 October 2026: no point from 3 August to "
            "2 October.\n\nRegister of series: 14 series and 46 reports released in this time. All 14 were read.",
            statement="Control points required by the laboratory’s plan were not measured for nine weeks, while "
            "results were released. The effect on these results was not examined.",
            grade=MINOR,
            place="Metals section",
            seen_on=date(2026, 10, 21),
            observed_by="technical expert",
            state="Answer returned",
            answer_due_on=date(2026, 11, 27),
            acknowledgement="Understood; the facts are not disputed.",
            diverging_opinion="The laboratory holds that an observation would do, since all later control points "
            "lie within limits. The team keeps the grade: the plan of the laboratory was not followed.",
            answer=c.LaboratoryAnswer(
                correction="The chart was resumed on 5 October. Kept solutions of six series were measured again "
                "with control material; all six within limits.",
                extent="All 38 charts were read for July to October. One further gap: cadmium, 11 days, no report "
                "released. Eight clients were told.",
                cause="A change of method does not trigger a review of the documents that depend on it. The "
                "hand-over list therefore never named the control charts.",
                effectiveness="To be named by the laboratory by 27 November 2026.",
                actions=(
                    c.PlannedAction(
                        text="Add control charts to the hand-over list FM-31",
                        owner="Quality manager",
                        due_on=date(2026, 11, 15),
                        done_on=date(2026, 11, 12),
                    ),
                    c.PlannedAction(
                        text="Link documents to methods, so that a change asks for their review",
                        owner="Head of the metals section",
                        due_on=date(2026, 12, 15),
                    ),
                ),
                received_on=date(2026, 11, 3),
                state="returned on 6 November, in work",
            ),
        ),
        c.Finding(
            number="OB-01",
            title="Threats to impartiality are looked for once a year",
            clauses=(c.ClauseRef(number="4.1.4"),),
            criterion="Risks to impartiality are identified on an ongoing basis.",
            evidence="Risk list RK-02: 14 lines, all of them dated 11 January 2026.",
            statement="A threat that arises during the year may stay unseen until January.",
            grade=OBSERVATION,
            place="Quality office",
            seen_on=date(2026, 10, 19),
            observed_by="lead auditor",
        ),
    )
