"""Whose turn it is, in words. Pure: the finding carries `decides` (see with_my_part)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings.enums import LABORATORY_TURN, TEAM_TURN, FindingState, Side
from findings.permissions import may_answer, may_carry_out, may_judge

if TYPE_CHECKING:
    from findings.models import Finding
    from laboratories.access import Access

S = FindingState

MINE: dict[str, Any] = {
    S.RAISED: gettext_lazy(
        "Answer the finding: correction, extent, cause, actions, and how you will know that it worked."
    ),
    S.RETURNED: gettext_lazy("The auditors returned the answer. Read their reason and answer again."),
    S.ANSWERED: gettext_lazy("Read the answer of the laboratory and decide."),
    S.ACCEPTED: gettext_lazy("Carry out the actions and show that they are done."),
    S.IMPLEMENTED: gettext_lazy("Look at the evidence, then close the finding or ask for more."),
}
THEIRS: dict[str, Any] = {
    S.DRAFT: gettext_lazy("A draft of the audit team. The laboratory sees it after the closing meeting."),
    S.RAISED: gettext_lazy("Waiting for the answer of the laboratory."),
    S.RETURNED: gettext_lazy("Returned. Waiting for a new answer of the laboratory."),
    S.ANSWERED: gettext_lazy("Answered. Waiting for the decision of the auditors."),
    S.ACCEPTED: gettext_lazy("The answer was accepted. The laboratory carries out its actions."),
    S.IMPLEMENTED: gettext_lazy(
        "The actions are reported as done. Waiting for the auditors to look at the evidence."
    ),
    S.CLOSED: gettext_lazy("Closed. Nothing more is expected."),
    S.WITHDRAWN: gettext_lazy("Withdrawn. Nothing more is expected."),
}


@dataclass(frozen=True, slots=True)
class Turn:
    mine: bool
    words: str


def side_of(state: str) -> Side | None:
    """The side that is expected to act."""
    if state in LABORATORY_TURN:
        return Side.LABORATORY
    return Side.TEAM if state in TEAM_TURN else None


def is_mine(access: "Access", finding: "Finding") -> bool:
    if finding.state in TEAM_TURN:
        return bool(may_judge(access, finding))
    if finding.state == S.ACCEPTED:
        return bool(may_carry_out(access, finding))
    to_answer = finding.state == S.RETURNED or (finding.state == S.RAISED and finding.grade.response_required)
    return to_answer and bool(may_answer(access, finding))


def turn_of(access: "Access", finding: "Finding") -> Turn:
    if finding.state == S.RAISED and not finding.grade.response_required:
        words = _("This grade asks for no answer. The laboratory may still give one.")
        return Turn(False, words)
    mine = is_mine(access, finding)
    return Turn(mine, str((MINE if mine else THEIRS)[finding.state]))
