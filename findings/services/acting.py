"""The laboratory carries out its actions and shows that it did."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import files, history, mutations
from core.errors import Moved, RuleBroken
from findings.enums import ActionState, FindingState, Side
from findings.models import Action, ActionEvidence, Finding
from findings.workflow import FINDING

if TYPE_CHECKING:
    from laboratories.access import Access


def report_done(
    action: Action,
    *,
    note: str,
    uploads: Sequence[UploadedFile],
    by: "Access",
    mutation: UUID,
    seen_version: int,
) -> Action:
    """Mark an action as done, with what was done and the files that show it."""
    stored = _store(uploads)
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"findings.report_done {action.pk}")
        finding, row = _locked(action)
        if claim.done is not None:
            return row
        _check_open_for_work(finding, row, seen_version)
        if row.state == ActionState.DONE:
            raise RuleBroken(_("This action is already marked as done."))
        if not note.strip():
            raise RuleBroken(_("Say what was done."), "note")
        row.note = note.strip()
        _move(row, ActionState.DONE, by)
        _attach(row, stored, by)
        _line(finding, row, "action_done", by, reason=note, files=len(stored))
        claim.keep(action=row.pk)
    return row


def add_evidence(
    action: Action,
    *,
    note: str,
    uploads: Sequence[UploadedFile],
    by: "Access",
    mutation: UUID,
    seen_version: int,
) -> Action:
    """More to show for an action that is done: what was asked for after the auditors looked."""
    stored = _store(uploads)
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"findings.add_evidence {action.pk}")
        finding, row = _locked(action)
        if claim.done is not None:
            return row
        _check_open_for_work(finding, row, seen_version)
        if row.state != ActionState.DONE:
            raise RuleBroken(_("Mark the action as done first."))
        if not stored and not note.strip():
            raise RuleBroken(_("Add a file or say what is new."), "note")
        row.note = "\n\n".join(filter(None, [row.note, note.strip()]))
        row.version += 1
        row.save(update_fields=["note", "version"])
        _attach(row, stored, by)
        _line(finding, row, "evidence_added", by, reason=note, files=len(stored))
        claim.keep(action=row.pk)
    return row


@transaction.atomic
def undo_done(action: Action, *, by: "Access", mutation: UUID, seen_version: int) -> Action:
    """It was not done after all. The note and the files stay."""
    claim = mutations.claim(mutation, person_id=by.person_id, verb=f"findings.undo_done {action.pk}")
    finding, row = _locked(action)
    if claim.done is not None:
        return row
    _check_open_for_work(finding, row, seen_version)
    if row.state != ActionState.DONE:
        raise RuleBroken(_("This action is not marked as done."))
    _move(row, ActionState.OPEN, by)
    _line(finding, row, "action_undone", by)
    claim.keep(action=row.pk)
    return row


@transaction.atomic
def implement(finding: Finding, *, by: "Access", mutation: UUID, seen_version: int) -> Finding:
    """All actions are done: the auditors look at the evidence next."""
    claim = mutations.claim(mutation, person_id=by.person_id, verb=f"findings.implement {finding.pk}")
    if claim.done is not None:
        return Finding.objects.get(pk=finding.pk)
    row = FINDING.take("implement", finding, by=by, seen_version=seen_version, side=Side.LABORATORY)
    claim.keep(finding=row.pk)
    return row


def _store(uploads: Iterable[UploadedFile]) -> list[dict[str, Any]]:
    """Before the transaction: a slow disk holds no lock. What no row names is swept away later."""
    try:
        return [files.store(upload) for upload in uploads]
    except RuleBroken as broken:
        raise RuleBroken(broken.reason, "evidence") from broken


def _locked(action: Action) -> tuple[Finding, Action]:
    """The finding first, always: so nobody reports all as done while an action is taken back."""
    finding = Finding.objects.select_for_update(no_key=True).get(pk=action.finding_id)
    return finding, Action.objects.select_for_update(no_key=True).get(pk=action.pk)


def _check_open_for_work(finding: Finding, action: Action, seen_version: int) -> None:
    if finding.state != FindingState.ACCEPTED:
        raise RuleBroken(_("Actions are carried out after the answer was accepted, until they are reported as done."))
    if action.version != seen_version:
        raise Moved(
            _("Someone changed this action while you had it open. Nothing of yours was saved; look again."),
            {"version": action.version},
        )


def _move(action: Action, state: ActionState, by: "Access") -> None:
    done = state == ActionState.DONE
    action.state = state
    action.version += 1
    action.done_at = timezone.now() if done else None
    action.done_by_id = by.person_id if done else None
    action.save(update_fields=["state", "note", "version", "done_at", "done_by"])


def _attach(action: Action, stored: list[dict[str, Any]], by: "Access") -> None:
    ActionEvidence.objects.bulk_create(
        ActionEvidence(
            finding_id=action.finding_id,
            action=action,
            organisation_id=action.organisation_id,
            added_by_id=by.person_id,
            **fields,
        )
        for fields in stored
    )


def _line(finding: Finding, action: Action, step: str, by: "Access", reason: str = "", files: int = 0) -> None:
    history.record(
        finding,
        by=by,
        step=step,
        from_state=finding.state,
        to_state=finding.state,
        reason=reason,
        side=Side.LABORATORY,
        detail={"action": action.what, "files": files},
    )
