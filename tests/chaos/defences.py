"""The defences, taken away one at a time: LABAUDIT_CHAOS_OFF=<name>. Each test must then fail; see docs/chaos.md.

fence     a job's effect is written before the job is marked done, without token, transaction or unique key
sweeper   nobody sends lost hints again (no beat)
mutation  a write does not remember that it was done
version   an answer is written whatever version the person saw
durable   the database acknowledges before it has written
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

OFF = os.environ.get("LABAUDIT_CHAOS_OFF", "")
KNOWN = ("", "fence", "sweeper", "mutation", "version", "durable")
assert OFF in KNOWN, f"LABAUDIT_CHAOS_OFF is one of {', '.join(KNOWN[1:])}"
# What the database would refuse by itself; only for OFF=fence.
ONE_EFFECT_ONLY = "ALTER TABLE core_jobeffect DROP CONSTRAINT core_jobeffect_job_id_key"


def take_away() -> None:
    """Inside the processes of the site."""
    if OFF == "fence":
        without_fence()
    if OFF == "mutation":
        without_mutation()
    if OFF == "version":
        without_version()


def without_fence() -> None:
    from django.db.models.functions import Now

    from core.errands import RunningJob
    from core.models import Job, JobEffect

    @contextmanager
    def finishing(self: RunningJob, digest: str = "") -> Iterator[None]:
        JobEffect.objects.create(job_id=self.id, digest=digest)
        yield
        time.sleep(0.2)  # a letter is sent, a file is copied
        done = {"state": "done", "finished_at": Now(), "token": None, "lease_until": None}
        Job.objects.filter(pk=self.id).update(**done)
        self.finished = True

    RunningJob.finishing = finishing  # type: ignore[method-assign]


def without_mutation() -> None:
    from core import mutations

    class Forgotten(mutations.Claim):
        def keep(self, **result: Any) -> None:
            return None

    def claim(mutation: UUID, *, person_id: int, verb: str) -> mutations.Claim:
        return Forgotten(mutation, None)

    mutations.claim = claim


def without_version() -> None:
    from django.db import transaction

    from audits.services import conducting

    defended = conducting.record_answer

    @transaction.atomic
    def record_answer(*, audit: Any, position: int, seen_version: int, **given: Any) -> Any:
        now = conducting.locked_answer(audit, position).version
        return defended(audit=audit, position=position, seen_version=now, **given)

    conducting.record_answer = record_answer
