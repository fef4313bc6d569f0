"""The stepper of a finding: how far it has come, and what is expected next."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from findings.enums import FindingState, Side
from findings.queries.timeline import day
from findings.queries.turns import side_of

if TYPE_CHECKING:
    from findings.models import Finding

S = FindingState
REACHED = {S.DRAFT: 0, S.RAISED: 1, S.RETURNED: 1, S.ANSWERED: 2, S.ACCEPTED: 3, S.IMPLEMENTED: 4, S.CLOSED: 6}


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the stepper."""

    label: str
    state: str
    note: str = ""


def stages_of(finding: "Finding") -> list[Stage]:
    """Where the finding stands on its way; a withdrawn one has left it."""
    dated = [
        (_("Raised"), finding.raised_at),
        (_("Answer"), finding.answered_at),
        (_("Decision"), finding.accepted_at),
        (_("Actions"), finding.implemented_at),
        (_("Evidence checked"), finding.closed_at),
        (_("Closed"), finding.closed_at),
    ]
    if finding.state == S.WITHDRAWN:
        gone = Stage(_("Withdrawn"), "now", day(finding.withdrawn_at) if finding.withdrawn_at else "")
        return [Stage(label, "done", day(at)) for label, at in dated if at] + [gone]
    reached = REACHED[S(finding.state)]
    return [_stage(finding, place, reached, label, at) for place, (label, at) in enumerate(dated)]


def _stage(finding: "Finding", place: int, reached: int, label: str, at: datetime | None) -> Stage:
    if place < reached:
        skipped = at is None or (place == 4 and finding.implemented_at is None)
        return Stage(label, "later", _("Not needed")) if skipped else Stage(label, "done", day(at) if at else "")
    if place > reached:
        return Stage(label, "next" if place == reached + 1 else "later")
    return Stage(label, "now", _expected(finding))


def _expected(finding: "Finding") -> str:
    side = side_of(finding.state)
    if side is None:
        return str(finding.get_state_display())
    label = Side(side).label
    return _("%(side)s, by %(date)s") % {"side": label, "date": day(finding.due_on)} if finding.due_on else str(label)
