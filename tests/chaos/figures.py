"""The figures of each fault: what was asked for beside what the database holds."""

import os
from dataclasses import dataclass

from tests.chaos.browsers import Accepted
from tests.chaos.defences import OFF
from tests.chaos.site import Site

SEED = int(os.environ.get("LABAUDIT_CHAOS_SEED", "17025"))
SCALE = float(os.environ.get("LABAUDIT_CHAOS_SCALE", "1"))
WORDS_TWICE = """
    SELECT count(*) FROM (
        SELECT r.note FROM audits_answerrevision AS r JOIN audits_answer AS a ON a.id = r.pgh_obj_id
        JOIN audits_audit AS u ON u.id = a.audit_id
        WHERE u.code = %s AND r.note <> '' GROUP BY r.note HAVING count(*) > 1
    ) AS twice
"""
"""Every save has words of its own, so the same words in two revisions are one save applied twice."""
REVISIONS = """
    SELECT a.position, r.version, r.note FROM audits_answerrevision AS r
    JOIN audits_answer AS a ON a.id = r.pgh_obj_id
    JOIN audits_audit AS u ON u.id = a.audit_id WHERE u.code = %s
"""
ANSWERS = """
    SELECT a.position, a.version, a.note FROM audits_answer AS a JOIN audits_audit AS u ON u.id = a.audit_id
    WHERE u.code = %s
"""
COUNTERS = "SELECT items_total, items_answered, items_nonconforming FROM audits_audit WHERE code = %s"
COUNTED = """
    SELECT count(*), count(*) FILTER (WHERE verdict <> ''), count(*) FILTER (WHERE verdict = 'nonconforming')
    FROM audits_answer AS a JOIN audits_audit AS u ON u.id = a.audit_id WHERE u.code = %s
"""


def scaled(number: int) -> int:
    return max(1, round(number * SCALE))


def patience(seconds: float) -> float:
    """More work may take longer."""
    return seconds * max(1.0, SCALE)


def say(fault: str, **figures: object) -> None:
    """One line for each fault; shown by `pytest -s`."""
    words = ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in figures.items())
    off = f" [{OFF} off]" if OFF else ""
    print(f"\n  {fault}{off}: {words} (seed {SEED})", flush=True)  # noqa: T201 - the figure of a test


@dataclass(frozen=True)
class Saves:
    """All acknowledged saves of one audit beside its answers and revisions."""

    acknowledged: int
    lost: int
    doubled: int
    overwritten: int
    """Accepted although something else had been written since the person looked."""
    versions_astray: int
    """Answers whose version is not the number of accepted saves, or whose revisions have a gap."""
    counters_astray: bool

    @property
    def faults(self) -> tuple[int, int, int, int, bool]:
        return self.lost, self.doubled, self.overwritten, self.versions_astray, self.counters_astray


NO_FAULTS = (0, 0, 0, 0, False)


def saves_of(site: Site, code: str, accepted: list[Accepted]) -> Saves:
    revisions = site.rows(REVISIONS, code)
    kept = {(position, version): words for position, version, words in revisions}
    by_position: dict[int, list[int]] = {}
    for save in accepted:
        by_position.setdefault(save.position, []).append(save.version)
    return Saves(
        acknowledged=len(accepted),
        lost=sum(1 for save in accepted if kept.get((save.position, save.version)) != save.words),
        doubled=site.ask(WORDS_TWICE, code),
        overwritten=sum(1 for save in accepted if save.version != save.seen + 1),
        versions_astray=sum(
            1
            for position, version, words in site.rows(ANSWERS, code)
            if not in_order(version, by_position.get(position, []), kept, position, words)
        ),
        counters_astray=site.rows(COUNTERS, code) != site.rows(COUNTED, code),
    )


def in_order(version: int, accepted: list[int], kept: dict[tuple[int, int], str], position: int, words: str) -> bool:
    """Each version once acknowledged, each kept as a revision, and the last one is what the answer says."""
    every = list(range(1, version + 1))
    revised = sorted(number for place, number in kept if place == position)
    return sorted(accepted) == every and revised == every and (not every or kept[position, version] == words)


def percentile(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
