"""The life of a finding, as a table."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.workflow import Step, Workflow
from findings.enums import OPEN_STATES, ActionState, FindingState
from findings.permissions import may_answer, may_carry_out, may_judge

if TYPE_CHECKING:
    from findings.models import Finding

S = FindingState


def actions_unfinished(finding: "Finding") -> list[str]:
    actions = list(finding.actions.all())
    if not actions:
        return [_("No action was named.")]
    waiting = sum(action.state != ActionState.DONE for action in actions)
    words = ngettext("%(count)s action is not done yet.", "%(count)s actions are not done yet.", waiting)
    return [words % {"count": waiting}] if waiting else []


def answer_required(finding: "Finding") -> list[str]:
    if finding.grade.response_required:
        return [_("This grade needs an answer of the laboratory before it can be closed.")]
    return []


FINDING = Workflow(
    "finding",
    S,
    (
        Step("raise", gettext_lazy("Raise"), (S.DRAFT,), S.RAISED, may_judge, stamp="raised"),
        Step(
            "answer",
            pgettext_lazy("verb", "Answer"),
            (S.RAISED, S.RETURNED),
            S.ANSWERED,
            may_answer,
            stamp="answered",
        ),
        Step(
            "return",
            gettext_lazy("Return with a reason"),
            (S.ANSWERED,),
            S.RETURNED,
            may_judge,
            stamp="returned",
            reason_required=True,
        ),
        Step(
            "accept",
            gettext_lazy("Accept the answer"),
            (S.ANSWERED,),
            S.ACCEPTED,
            may_judge,
            stamp="accepted",
        ),
        Step(
            "implement",
            gettext_lazy("Report the actions as done"),
            (S.ACCEPTED,),
            S.IMPLEMENTED,
            may_carry_out,
            stamp="implemented",
            needs=actions_unfinished,
        ),
        Step(
            "reopen",
            gettext_lazy("Ask for more evidence"),
            (S.IMPLEMENTED,),
            S.ACCEPTED,
            may_judge,
            reason_required=True,
        ),
        Step("close", gettext_lazy("Close"), (S.IMPLEMENTED,), S.CLOSED, may_judge, stamp="closed"),
        Step(
            "acknowledge",
            gettext_lazy("Close without an answer"),
            (S.RAISED,),
            S.CLOSED,
            may_judge,
            stamp="closed",
            needs=answer_required,
        ),
        Step(
            "withdraw",
            gettext_lazy("Withdraw with a reason"),
            (S.DRAFT, *OPEN_STATES),
            S.WITHDRAWN,
            may_judge,
            stamp="withdrawn",
            reason_required=True,
        ),
    ),
)
