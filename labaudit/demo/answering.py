"""Fill checklists the way an auditor would, in two statements an audit."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection

from accounts.models import User
from audits.enums import AnswerVerdict as V
from audits.models import Answer, Audit
from audits.services.conducting import rebuild_counters
from labaudit.demo.clock import moment
from labaudit.demo.reading import read

FILL = """
    UPDATE audits_answer AS a
    SET verdict = v.verdict, note = v.note, version = 1, answered_at = v.at, answered_by_id = v.by
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::bigint[])
        AS v (id, verdict, note, at, by)
    WHERE a.id = v.id
"""
NOT_NONCONFORMING = {"observation": V.OBSERVATION, "opportunity": V.OBSERVATION}


@dataclass(frozen=True, slots=True)
class Marked:
    """A question on which a finding will rest."""

    answer: Answer
    key: str
    template: dict[str, Any]


def fill(audit: Audit, row: dict[str, Any], team: list[User], today: date, rng: Random) -> list[Marked]:
    """Answer a share of the questions; returns those that findings rest on."""
    answers = list(audit.answers.select_related("item__clause").order_by("position"))
    marked = mark(answers, row.get("findings", {}))
    wanted = round(len(answers) * row.get("share", 1.0))
    special = {each.answer.pk: each.template for each in marked}
    chosen = [one for place, one in enumerate(answers) if place < wanted or one.pk in special]
    times = _times(audit, len(chosen), today)
    rows = [
        (one.pk, *_verdict(one, special.get(one.pk), rng), at, rng.choice(team).pk)
        for one, at in zip(chosen, times, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(FILL, [list(column) for column in zip(*rows, strict=True)])
    rebuild_counters(audit)
    return marked


def mark(answers: list[Answer], findings: dict[str, str]) -> list[Marked]:
    """The question of each finding: of the same clause, and of the same letter if there is one."""
    found = []
    for key in findings:
        template = read("findings")[key]
        same = [one for one in answers if one.item.clause_number == template["clause"]]
        exact = [one for one in same if one.item.item == template.get("letter", "")]
        found.append(Marked((exact or same)[0], key, template))
    return found


def _verdict(answer: Answer, template: dict[str, Any] | None, rng: Random) -> tuple[str, str]:
    notes = read("notes")
    if template is not None:
        return NOT_NONCONFORMING.get(template["grade"], V.NONCONFORMING).value, template["note"]
    luck = rng.random()
    for limit, verdict in ((0.02, V.NOT_APPLICABLE), (0.03, V.NOT_ASSESSED), (0.045, V.OBSERVATION)):
        if luck < limit:
            return verdict.value, rng.choice(notes[verdict.value])
    return V.CONFORMING.value, _remark(answer.item.clause_number, notes["conforming"], rng)


def _remark(number: str, notes: dict[str, list[str]], rng: Random) -> str:
    """Something was jotted down beside every second question."""
    fitting = [beginning for beginning in notes if number == beginning or number.startswith(f"{beginning}.")]
    if not fitting or rng.random() < 0.5:
        return ""
    return rng.choice(notes[max(fitting, key=len)])


def _times(audit: Audit, count: int, today: date) -> list[datetime]:
    """Spread over the working hours of the audit's days; never after yesterday."""
    last = max(min(audit.ends_on, today - timedelta(days=1)), audit.starts_on)
    days = (last - audit.starts_on).days + 1
    minutes = [int(place * days * 400 / max(count, 1)) for place in range(count)]
    return [
        moment(audit.starts_on + timedelta(days=minute // 400), 9, 30) + timedelta(minutes=minute % 400)
        for minute in minutes
    ]
