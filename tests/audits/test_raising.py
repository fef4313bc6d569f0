"""From an answer to a draft finding: once, under the next number, and in words that hold."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.enums import AuditState
from audits.models import Answer, Audit, AuditFinding
from audits.services.conducting import record_answer
from audits.services.raising import Draft, raise_from_answer
from core.errors import RuleBroken
from findings.coach import coach
from findings.models import Finding
from standards.models import Clause
from tests.factories import Network, build_audit, grade, new_mutation

SignIn = Callable[[Any], Client]


def answered(net: Network, verdict: str = "nonconforming", position: int = 1, **more: Any) -> Audit:
    audit = build_audit(net, **more)
    record_answer(
        audit=audit,
        position=position,
        verdict=verdict,
        note="2 of 12 records lack a date.",
        seen_version=0,
        mutation=new_mutation(),
        by=net.access("aigerim"),
    )
    return audit


def draft(net: Network, code: str = "minor", **more: Any) -> Draft:
    values = {
        "title": "Reviews without a date",
        "requirement": "Each review is recorded.",
        "evidence": "2 of 12 records of FR-07 lack a date.",
        "statement": "Reviews are not recorded completely.",
        "grade": grade(net, code),
        "clause": Clause.objects.get(number="7.7"),
        "letter": "a",
        **more,
    }
    return Draft(**values)


def raised(net: Network, audit: Audit, code: str = "minor", position: int = 1, **more: Any) -> Finding:
    values = {"mutation": new_mutation(), "by": net.access("aigerim"), **more}
    return raise_from_answer(audit=audit, position=position, draft=draft(net, code), **values)


def form_fields(net: Network, **more: Any) -> dict[str, Any]:
    clause = Clause.objects.get(number="7.7")
    words = draft(net)
    texts = {name: getattr(words, name) for name in ("title", "requirement", "evidence", "statement")}
    return {
        "mutation": str(uuid.uuid4()),
        "clause": f"{clause.pk}:a",
        "grade": str(grade(net).pk),
        **texts,
        **more,
    }


def test_a_draft_with_number_clause_and_reviewers(network: Network) -> None:
    audit = answered(network)
    finding = raised(network, audit)
    assert (finding.number, finding.state, finding.source_ref) == ("NC-01", "draft", audit.code)
    assert finding.laboratory == audit.laboratory
    assert [str(clause) for clause in finding.clauses.all()] == ["7.7 a)"]
    held = AuditFinding.objects.get(finding=finding)
    assert (held.audit, held.answer) == (audit, Answer.objects.get(audit=audit, position=1))
    decides = dict(finding.reviewers.values_list("person__name", "decides"))
    assert decides == {"Aigerim": True, "Dauren": True, "Tomas": False}
    assert raised(network, audit).number == "NC-02"
    assert raised(network, audit, "observation").number == "OB-01"


def test_the_same_submit_twice_makes_one(network: Network) -> None:
    audit, mutation = answered(network), new_mutation()
    first = raised(network, audit, mutation=mutation)
    assert raised(network, audit, mutation=mutation) == first
    assert Finding.objects.filter(source_ref=audit.code).count() == 1


def test_a_refused_finding_leaves_no_gap(network: Network) -> None:
    audit = answered(network, "observation")
    with pytest.raises(RuleBroken) as refused:
        raised(network, audit)
    assert refused.value.field == "grade"
    assert raised(network, audit, "observation").number == "OB-01"
    record_answer(
        audit=audit,
        position=1,
        verdict="nonconforming",
        note="Seen again.",
        seen_version=1,
        mutation=new_mutation(),
        by=network.access("dauren"),
    )
    assert raised(network, audit).number == "NC-01"


@pytest.mark.parametrize("verdict", ["", "not_applicable", "not_assessed"])
def test_nothing_assessed_no_finding(network: Network, verdict: str) -> None:
    audit = answered(network, verdict)
    with pytest.raises(RuleBroken, match="verdict"):
        raised(network, audit, "observation")


@pytest.mark.parametrize("state", [AuditState.PLANNED, AuditState.CONCLUDED, AuditState.REPORTED])
def test_only_while_the_audit_is_under_way(network: Network, state: AuditState) -> None:
    audit = build_audit(network, state=state)
    with pytest.raises(RuleBroken):
        raised(network, audit)
    assert not Finding.objects.exists()


def test_the_page_knows_clause_and_note(network: Network, sign_in: SignIn) -> None:
    audit, client = answered(network, position=2), sign_in(network.aigerim)
    item = Answer.objects.get(audit=audit, position=2).item
    page = client.get(reverse("audits:finding-raise", args=[audit.code, 2]))
    assert page.status_code == 200
    form = page.context["form"]
    assert form["clause"].value() == f"{item.clause_id}:"
    assert form["evidence"].value() == "2 of 12 records lack a date."
    assert form["grade"].value() == str(grade(network).pk)
    assert "What minor nonconformity means." in page.content.decode()


def test_raising_by_the_page(network: Network, sign_in: SignIn) -> None:
    audit, client = answered(network), sign_in(network.dauren)
    url = reverse("audits:finding-raise", args=[audit.code, 1])
    fields = form_fields(network)
    for _again in range(2):
        answer = client.post(url, fields)
        assert answer.status_code == 302
        assert answer.url.endswith("?question=1#q1")
    finding = Finding.objects.get(source_ref=audit.code)
    assert finding.created_by == network.dauren
    page = client.get(reverse("audits:checklist", args=[audit.code]), {"question": "1"})
    assert page.context["page"].context.findings[0].label == "NC-01"


def test_a_hand_made_post_is_refused(network: Network, sign_in: SignIn) -> None:
    audit, client = answered(network), sign_in(network.aigerim)
    url = reverse("audits:finding-raise", args=[audit.code, 1])
    clause = Clause.objects.get(number="7.7")
    wrong = [{"clause": f"{clause.pk}:z"}, {"clause": "9999999:"}, {"grade": "9999999"}, {"statement": ""}]
    for change in wrong:
        answer = client.post(url, form_fields(network, **change))
        assert answer.status_code == 200
        assert answer.context["form"].errors
    assert not Finding.objects.exists()


def test_who_may_not_raise(network: Network, sign_in: SignIn) -> None:
    audit = answered(network)
    url = reverse("audits:finding-raise", args=[audit.code, 1])
    for name, status in {"tomas": 403, "nurlan": 403, "elena": 403, "botagoz": 404}.items():
        client = sign_in(network.people[name])
        assert client.post(url, form_fields(network)).status_code == status, name
        assert client.get(url).status_code == status, name
    assert not Finding.objects.exists()


def test_the_coach_answers_and_writes_nothing(network: Network, sign_in: SignIn) -> None:
    audit, client = answered(network), sign_in(network.aigerim)
    url = reverse("audits:finding-raise", args=[audit.code, 1])
    words = form_fields(network, statement="The staff should probably improve.", coach="1")
    answer = client.post(url, words, headers={"HX-Request": "true"})
    assert "“should”" in answer.content.decode()
    assert "“probably”" in answer.content.decode()
    assert not Finding.objects.exists()


GOOD = ("The review of requests is not recorded as required.", "2 of 12 requests (R-114, R-119), 14.09.2026.")


@pytest.mark.parametrize(
    ("statement", "evidence", "words"),
    [
        ("Records seem poorly kept.", GOOD[1], "poorly"),
        ("Записи всегда ведутся плохо.", GOOD[1], "всегда"),
        ("The laboratory should train its people.", GOOD[1], "should"),
        ("Рекомендуется обучить персонал.", GOOD[1], "Рекомендуется"),
        ("Le laboratoire devrait former.", GOOD[1], "devrait"),
        (GOOD[0], "Some records had no date.", "found again"),
        (GOOD[0], "Form FR-07 had no date.", "How many"),
        ("Mr Akhmetov did not sign.", GOOD[1], "Akhmetov"),
        (GOOD[0], "2 of 12: А. Иванов не подписал FR-07.", "Иванов"),
        ("word " * 70, GOOD[1], "long"),
    ],
)
def test_the_coach_marks(statement: str, evidence: str, words: str) -> None:
    remarks = coach(statement, evidence)
    assert any(words in remark for remark in remarks), remarks


def test_the_coach_is_quiet_when_all_is_well() -> None:
    assert coach(*GOOD) == []
    assert coach("", "") == []
