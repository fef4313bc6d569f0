"""Two people, or one person twice, in the same moment. Real transactions, real threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from audits.enums import AuditState, TeamRole
from audits.models import Audit
from audits.services.closing import start_audit
from audits.services.planning import plan_audit
from core.errors import RuleBroken
from tests.audits.test_closing import answer_all, conclude, draft, held
from tests.audits.test_planning import PLAN
from tests.factories import Network, build_audit, new_mutation

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def together(work: Callable[[int], str]) -> list[str]:
    """The same work in several threads that start together; what each returned, or the sentence it was refused by."""
    barrier = Barrier(AT_ONCE)

    def one(number: int) -> str:
        try:
            barrier.wait(timeout=10)
            return work(number)
        except RuleBroken as broken:
            return broken.reason
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_audits_planned_at_once_get_numbers_of_their_own(network: Network) -> None:
    by, team = network.access("aigerim"), {network.aigerim.pk: TeamRole.LEADER.value}

    def work(_number: int) -> str:
        return plan_audit(
            by=by,
            mutation=new_mutation(),
            laboratory=network.karasu,
            purpose="internal",
            checklist=network.checklist,
            scheme=network.scheme,
            plan=PLAN,
            team=team,
        ).code

    assert sorted(together(work)) == [f"IA-2026-{number:02d}" for number in range(1, AT_ONCE + 1)]


def test_a_form_sent_several_times_at_once_starts_once(network: Network) -> None:
    audit = build_audit(network, state=AuditState.PLANNED)
    by, mutation = network.access("aigerim"), new_mutation()

    def work(_number: int) -> str:
        return start_audit(audit=audit, by=by, mutation=mutation, seen_version=1, opening=held()).state

    assert together(work) == [AuditState.UNDER_WAY] * AT_ONCE
    audit.refresh_from_db()
    assert (audit.version, audit.meetings.count()) == (2, 1)


def test_two_windows_conclude_once(network: Network) -> None:
    audit = answer_all(build_audit(network))
    draft(network, audit)
    said = together(lambda _number: conclude(network, audit).state)
    assert said.count(AuditState.CONCLUDED) == 1
    assert all("changed" in sentence for sentence in said if sentence != AuditState.CONCLUDED)
    assert (audit.meetings.count(), Audit.objects.get().version) == (1, 2)
