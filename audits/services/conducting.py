"""Recording what the audit finds on the spot: answers and their evidence."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from audits.enums import NEEDS_NOTE, AnswerVerdict, AuditState
from audits.models import Answer, Audit, AuditFinding, Evidence
from audits.queries.checklist import why_not_now
from core import files, mutations
from core.errors import Moved, RuleBroken
from core.numbering import next_number
from laboratories.access import Access


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer as it was accepted. `remark` says what else the person should know."""

    position: int
    version: int
    verdict: str
    at: str
    by: str
    remark: str = ""

    @property
    def time(self) -> str:
        moment = parse_datetime(self.at)
        return f"{timezone.localtime(moment):%H:%M}" if moment else ""


@transaction.atomic
def record_answer(
    *, audit: Audit, position: int, verdict: str, note: str, seen_version: int, mutation: UUID, by: Access
) -> Recorded:
    """Record one verdict with its note; an empty verdict takes the answer back.

    Raises Moved when someone else changed the answer since `seen_version`, RuleBroken when a note is needed
    or when the audit is not under way. The database appends the revision.
    """
    claim = mutations.claim(mutation, person_id=by.person_id, verb=f"answer {audit.pk} {position}")
    if claim.done is not None:
        return Recorded(**claim.done)
    answer = locked_answer(audit, position)
    if answer.version != seen_version:
        raise Moved(_("Someone else answered this question meanwhile."), _current(answer))
    check_note(verdict, note)
    count(audit, answered=bool(verdict) - bool(answer.verdict), nonconforming=_nc(verdict) - _nc(answer.verdict))
    remark = _finding_remark(answer, verdict)
    _write(answer, verdict, note, by)
    recorded = Recorded(position, answer.version, verdict, answer.answered_at.isoformat(), by.person_name, remark)
    claim.keep(**asdict(recorded))
    return recorded


def add_evidence(
    *, audit: Audit, position: int, upload: UploadedFile, caption: str, mutation: UUID, by: Access
) -> Evidence:
    """Keep a file under the next number of the audit (E-01, E-02 …).

    Raises RuleBroken when the file is not accepted or the audit is not under way.
    """
    refuse_unless_under_way(audit)
    stored = files.store(upload)
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"evidence {audit.pk} {position}")
        if claim.done is not None:
            return Evidence.objects.get(pk=claim.done["evidence"])
        answer = locked_answer(audit, position)
        hold_under_way(audit)
        evidence = Evidence.objects.create(
            audit=audit,
            answer=answer,
            organisation_id=audit.organisation_id,
            number=next_number(f"evidence-{audit.pk}"),
            caption=caption.strip(),
            added_by_id=by.person_id,
            **stored,
        )
        Answer.objects.filter(pk=answer.pk).update(evidence_count=F("evidence_count") + 1)
        claim.keep(evidence=evidence.pk)
    return evidence


@transaction.atomic
def rebuild_counters(audit: Audit) -> dict[str, int]:
    """Count the answers anew. Needed only if the tables were changed by hand."""
    Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
    counted: dict[str, int] = Answer.objects.filter(audit=audit).aggregate(
        items_total=Count("pk"),
        items_answered=Count("pk", filter=~Q(verdict="")),
        items_nonconforming=Count("pk", filter=Q(verdict=AnswerVerdict.NONCONFORMING)),
    )
    Audit.objects.filter(pk=audit.pk).update(**counted)
    return counted


def locked_answer(audit: Audit, position: int) -> Answer:
    """Every writer locks the answer first and the audit second, so none waits for the other in a ring."""
    return Answer.objects.select_for_update(no_key=True).get(audit=audit, position=position)


def check_note(verdict: str, note: str) -> None:
    if verdict in NEEDS_NOTE and not note.strip():
        label = AnswerVerdict(verdict).label
        raise RuleBroken(_("“%(verdict)s” needs a note: say why, or what was seen.") % {"verdict": label}, "note")


def count(audit: Audit, *, answered: int, nonconforming: int) -> None:
    """Move the counters by one step, and hold the audit's state until the transaction ends.

    The closing meeting changes the same row: either it waits for this answer or this answer is refused.
    """
    if not answered and not nonconforming:
        hold_under_way(audit)
        return
    moved = Audit.objects.filter(pk=audit.pk, state=AuditState.UNDER_WAY).update(
        items_answered=F("items_answered") + answered,
        items_nonconforming=F("items_nonconforming") + nonconforming,
    )
    if not moved:
        refuse_unless_under_way(audit)


def hold_under_way(audit: Audit) -> None:
    """Keep the audit under way until the transaction ends. Raises RuleBroken when it is not."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM audits_audit WHERE id = %s AND state = %s FOR SHARE", [audit.pk, AuditState.UNDER_WAY]
        )
        held = cursor.fetchone()
    if not held:
        refuse_unless_under_way(audit)


def refuse_unless_under_way(audit: Audit) -> None:
    reason = why_not_now(Audit.objects.values_list("state", flat=True).get(pk=audit.pk))
    if reason:
        raise RuleBroken(reason)


def _nc(verdict: str) -> int:
    return int(verdict == AnswerVerdict.NONCONFORMING)


def _write(answer: Answer, verdict: str, note: str, by: Access) -> None:
    answer.verdict, answer.note = verdict, note
    answer.version += 1
    answer.answered_at, answer.answered_by_id = timezone.now(), by.person_id
    answer.save(update_fields=["verdict", "note", "version", "answered_at", "answered_by"])


def _finding_remark(answer: Answer, verdict: str) -> str:
    """A finding outlives a change of mind: it is withdrawn on its own page, with a reason."""
    if not _nc(answer.verdict) or _nc(verdict):
        return ""
    numbers = AuditFinding.objects.filter(answer=answer).order_by("id").values_list("finding__number", flat=True)
    named = ", ".join(numbers)
    words = _("%(findings)s was raised from this answer and stays as it is: withdraw it on its own page if it fell.")
    return words % {"findings": named} if named else ""


def _current(answer: Answer) -> dict[str, Any]:
    """What the answer is now, for the person who comes second."""
    who = answer.answered_by
    at = answer.answered_at
    return {
        "version": answer.version,
        "verdict": answer.verdict,
        "label": str(AnswerVerdict(answer.verdict).label) if answer.verdict else _("Not answered"),
        "note": answer.note,
        "by": str(who) if who else "",
        "at": f"{timezone.localtime(at):%H:%M}" if at else "",
    }
