"""A network of many audits, for measuring. Plain rows by INSERT … SELECT; not for looking at.

The codes begin with LARGE, so that nothing of it is taken for the demo. Four of five audits are over; the rest
is under way, half answered, or planned. Closed audits have three findings each.
"""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from labaudit.demo.seeding import seed
from laboratories.models import Organisation
from standards.enums import ChecklistState
from standards.models import Checklist, GradingScheme

AUDITS_EACH = 5
LEADERS = {
    "DEMO-HEALTH": ("lead@health.example.org", "auditor@health.example.org"),
    "DEMO-AGRI": ("lead@agri.example.org", "auditor@agri.example.org"),
    "DEMO-ECO": ("lead@eco.example.org", "auditor@eco.example.org"),
}

LABORATORIES = """
    INSERT INTO laboratories_laboratory (organisation_id, code, name, name_ru, name_kk, kind, level, sectors,
        activities, management_option, region, city, address, business_id, sort_name, version)
    SELECT m.organisation_id, 'LARGE-' || lpad(n::text, 5, '0'), 'Laboratory ' || n, 'Лаборатория ' || n,
        n || '-зертхана', 'environmental', 'local', '{environment}', '{testing,sampling}', 'option_a',
        'Akmola', '', '', '', 'laboratory ' || lpad(n::text, 5, '0'), 1
    FROM generate_series(1, %(laboratories)s) AS n
    JOIN large_ministry AS m ON m.place = n %% 3
"""
AUDITS = """
    INSERT INTO audits_audit (code, purpose, method, objectives, scope, language, starts_on, ends_on, state,
        conclusion, degree, diverging_opinions, items_total, items_answered, items_nonconforming, version,
        planned_at, checklist_id, edition_id, laboratory_id, organisation_id, planned_by_id, scheme_id,
        started_at, started_by_id, concluded_at, concluded_by_id, reported_at, reported_by_id,
        closed_at, closed_by_id)
    SELECT 'LARGE-' || lpad(n::text, 6, '0'), 'internal', 'on_site', 'To measure.', 'Everything.', 'en',
        %(today)s::date - (n %% 900 + 20), %(today)s::date - (n %% 900 + 18), state,
        'Measured.', CASE WHEN state = 'closed' THEN 'met_except' ELSE '' END, '', 0, 0, 0, 1,
        now(), %(checklist)s, %(edition)s, l.id, l.organisation_id, m.lead_id, %(scheme)s,
        CASE WHEN state <> 'planned' THEN now() END, CASE WHEN state <> 'planned' THEN m.lead_id END,
        CASE WHEN state = 'closed' THEN now() END, CASE WHEN state = 'closed' THEN m.lead_id END,
        CASE WHEN state = 'closed' THEN now() END, CASE WHEN state = 'closed' THEN m.lead_id END,
        CASE WHEN state = 'closed' THEN now() END, CASE WHEN state = 'closed' THEN m.lead_id END
    FROM generate_series(1, %(audits)s) AS n
    CROSS JOIN LATERAL (
        SELECT CASE n %% 10 WHEN 0 THEN 'planned' WHEN 1 THEN 'under_way' ELSE 'closed' END AS state
    ) AS s
    JOIN laboratories_laboratory AS l ON l.code = 'LARGE-' || lpad((n %% %(laboratories)s + 1)::text, 5, '0')
    JOIN large_ministry AS m ON m.organisation_id = l.organisation_id
"""
TEAM = """
    INSERT INTO audits_teammember (audit_id, person_id, role)
    SELECT a.id, a.planned_by_id, 'leader' FROM audits_audit AS a WHERE a.code LIKE 'LARGE-%%'
    UNION ALL
    SELECT a.id, m.auditor_id, 'auditor'
    FROM audits_audit AS a JOIN large_ministry AS m USING (organisation_id) WHERE a.code LIKE 'LARGE-%%'
"""
ANSWERS = """
    INSERT INTO audits_answer (audit_id, organisation_id, item_id, position, verdict, note, evidence_count, version,
        answered_at, answered_by_id)
    SELECT audit_id, organisation_id, item_id, position, verdict,
        CASE WHEN verdict IN ('', 'conforming') THEN '' ELSE 'Measured note ' || position END, 0,
        CASE WHEN verdict = '' THEN 0 ELSE 1 END,
        CASE WHEN verdict <> '' THEN now() END, CASE WHEN verdict <> '' THEN lead_id END
    FROM (
        SELECT a.id AS audit_id, a.organisation_id, i.id AS item_id, i.position, a.planned_by_id AS lead_id,
            CASE
                WHEN a.state = 'planned' OR a.state = 'under_way' AND i.position > 90 THEN ''
                WHEN i.position IN (20, 70, 120) THEN 'nonconforming'
                WHEN (i.position + a.id) %% 29 = 0 THEN 'observation'
                ELSE 'conforming'
            END AS verdict
        FROM audits_audit AS a
        CROSS JOIN (
            SELECT id, row_number() OVER (ORDER BY position) AS position FROM standards_checklistitem
            WHERE checklist_id = %(checklist)s
                AND (cardinality(applies_to) = 0 OR applies_to && '{testing,sampling,option_a}'::varchar[])
        ) AS i
        WHERE a.code LIKE 'LARGE-%%'
    ) AS asked
"""
COUNTERS = """
    UPDATE audits_audit AS a SET items_total = c.total, items_answered = c.answered, items_nonconforming = c.failed
    FROM (
        SELECT audit_id, count(*) AS total, count(*) FILTER (WHERE verdict <> '') AS answered,
            count(*) FILTER (WHERE verdict = 'nonconforming') AS failed
        FROM audits_answer GROUP BY audit_id
    ) AS c
    WHERE a.id = c.audit_id AND a.code LIKE 'LARGE-%%'
"""
FINDINGS = """
    INSERT INTO findings_finding (source, source_ref, number, title, requirement, evidence, statement, state, due_on,
        version, created_at, created_by_id, grade_id, laboratory_id, organisation_id, raised_at, raised_by_id,
        closed_at, closed_by_id)
    SELECT 'audit', a.code, 'NC-0' || n, 'Measured finding ' || n, 'What is asked for.', 'What was seen.',
        'What is not met.', s.state, a.ends_on + 90, 3, now(), a.planned_by_id, %(grade)s, a.laboratory_id,
        a.organisation_id, now(), a.planned_by_id, CASE WHEN s.state = 'closed' THEN now() END,
        CASE WHEN s.state = 'closed' THEN a.planned_by_id END
    FROM audits_audit AS a
    CROSS JOIN generate_series(1, 3) AS n
    CROSS JOIN LATERAL (SELECT CASE (a.id + n) %% 8 WHEN 0 THEN 'raised' ELSE 'closed' END AS state) AS s
    WHERE a.code LIKE 'LARGE-%%' AND a.state = 'closed'
"""
LINKS = """
    INSERT INTO audits_auditfinding (audit_id, finding_id, answer_id)
    SELECT a.id, f.id, w.id
    FROM findings_finding AS f
    JOIN audits_audit AS a ON a.code = f.source_ref
    JOIN audits_answer AS w ON w.audit_id = a.id
        AND w.position = (ARRAY[20, 70, 120])[right(f.number, 1)::int]
    WHERE f.source = 'audit' AND f.source_ref LIKE 'LARGE-%%'
"""
CITED = """
    INSERT INTO findings_findingclause (finding_id, clause_id, letter, detail)
    SELECT l.finding_id, i.clause_id, '', ''
    FROM audits_auditfinding AS l
    JOIN audits_answer AS w ON w.id = l.answer_id
    JOIN standards_checklistitem AS i ON i.id = w.item_id
    JOIN audits_audit AS a ON a.id = l.audit_id
    WHERE a.code LIKE 'LARGE-%%'
"""
REVIEWERS = """
    INSERT INTO findings_reviewer (finding_id, person_id, decides)
    SELECT l.finding_id, t.person_id, true
    FROM audits_auditfinding AS l
    JOIN audits_teammember AS t ON t.audit_id = l.audit_id
    JOIN audits_audit AS a ON a.id = l.audit_id
    WHERE a.code LIKE 'LARGE-%%'
"""
MINISTRIES = """
    CREATE TEMPORARY TABLE large_ministry ON COMMIT DROP AS
    SELECT * FROM unnest(%(places)s::int[], %(organisations)s::bigint[], %(leads)s::bigint[], %(auditors)s::bigint[])
        AS m (place, organisation_id, lead_id, auditor_id)
"""
STATEMENTS = (MINISTRIES, LABORATORIES, AUDITS, TEAM, ANSWERS, COUNTERS, FINDINGS, LINKS, CITED, REVIEWERS)
# Foreign keys checked at the end would pile up a million checks, and each history trigger walks over all of them.
CHECK_AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE"
# Without fresh figures Postgres joins tens of thousands of new rows one by one.
MEASURE = "ANALYZE audits_audit, audits_answer, audits_teammember, audits_auditfinding, findings_finding"


def seed_network(audits: int = 1000) -> str:
    """Add so many audits, once; the demo comes first if it is missing. Returns one line for the person."""
    seed()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audits_audit WHERE code LIKE 'LARGE-%%'", [])
        if there := cursor.fetchone()[0]:
            return f"{there} audits are already there"
        values = _values(audits)
        cursor.execute(CHECK_AT_ONCE)
        for statement in STATEMENTS:
            cursor.execute(statement, values)
            cursor.execute(MEASURE)
    return f"{audits} audits in {values['laboratories']} laboratories"


def _values(audits: int) -> dict[str, Any]:
    checklist = Checklist.objects.get(edition__slug="iso-iec-17025-2017", state=ChecklistState.PUBLISHED)
    scheme = GradingScheme.objects.get(code="default")
    organisations = {one.code: one.pk for one in Organisation.objects.filter(code__in=LEADERS)}
    people = dict(User.objects.values_list("email", "pk"))
    return {
        "audits": audits,
        "laboratories": max(audits // AUDITS_EACH, 1),
        "today": timezone.localdate(),
        "checklist": checklist.pk,
        "edition": checklist.edition_id,
        "scheme": scheme.pk,
        "grade": scheme.grades.get(code="minor").pk,
        "places": list(range(len(LEADERS))),
        "organisations": [organisations[code] for code in LEADERS],
        "leads": [people[lead] for lead, _auditor in LEADERS.values()],
        "auditors": [people[auditor] for _lead, auditor in LEADERS.values()],
    }
