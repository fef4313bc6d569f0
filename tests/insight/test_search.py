"""The search box finds what a person may see, and nothing else."""

from audits.enums import AuditState
from findings.enums import FindingState
from insight.queries import search_page
from tests.factories import Network, build_audit
from tests.permissions.world import add_finding


def titles(network: Network, name: str, words: str) -> list[str]:
    return [hit.title for group in search_page(network.access(name), words).groups for hit in group.hits]


def test_an_audit_by_code_or_laboratory(network: Network) -> None:
    build_audit(network)
    assert titles(network, "dauren", "IA-2026") == ["IA-2026-01"]
    assert titles(network, "dauren", "Қарасу") == ["IA-2026-01"]
    assert titles(network, "botagoz", "IA-2026") == []


def test_a_finding_is_hidden_from_the_laboratory_while_it_is_a_draft(network: Network) -> None:
    audit = build_audit(network, state=AuditState.REPORTED)
    add_finding(network, audit, FindingState.DRAFT)
    add_finding(network, audit, FindingState.RAISED)
    assert titles(network, "elena", "A finding that is") == ["IA-2026-01/NC-02 A finding that is raised"]
    assert len(titles(network, "aigerim", "A finding that is")) == 2


def test_a_clause_by_number_in_natural_order(network: Network) -> None:
    assert titles(network, "elena", "7.1") == ["7.1 Review of requests", "7.10 Nonconforming work"]


def test_a_laboratory_only_in_the_register_that_one_sees(network: Network) -> None:
    assert titles(network, "saule", "laboratory") == ["Karasu water laboratory", "Tirkeu veterinary laboratory"]
    assert titles(network, "elena", "laboratory") == ["Karasu water laboratory"]
    assert titles(network, "dauren", "Karasu") == []


def test_one_letter_is_too_short(network: Network) -> None:
    assert search_page(network.access("saule"), "K").too_short
