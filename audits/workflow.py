"""The life of an audit, as a table (ISO 19011 clause 6)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.enums import AuditState, TeamRole
from audits.permissions import may_change_plan, may_lead
from core.workflow import Step, Workflow
from findings.enums import SETTLED_STATES

if TYPE_CHECKING:
    from audits.models import Audit

S = AuditState


def leader_missing(audit: "Audit") -> list[str]:
    return [] if audit.team.filter(role=TeamRole.LEADER).exists() else [_("Name a team leader first.")]


def answers_missing(audit: "Audit") -> list[str]:
    left = audit.items_total - audit.items_answered
    if not left:
        return []
    sentence = ngettext(
        "%(count)s question is still open: answer it, or leave it out with a reason.",
        "%(count)s questions are still open: answer each, or leave it out with a reason.",
        left,
    )
    return [sentence % {"count": left}]


def findings_open(audit: "Audit") -> list[str]:
    left = audit.audit_findings.exclude(finding__state__in=SETTLED_STATES).count()
    sentence = ngettext("%(count)s finding is still open.", "%(count)s findings are still open.", left)
    return [sentence % {"count": left}] if left else []


AUDIT = Workflow(
    "audit",
    S,
    (
        Step(
            "start",
            gettext_lazy("Start the audit"),
            (S.PLANNED,),
            S.UNDER_WAY,
            may_lead,
            stamp="started",
            needs=leader_missing,
        ),
        Step(
            "conclude",
            gettext_lazy("Hold the closing meeting"),
            (S.UNDER_WAY,),
            S.CONCLUDED,
            may_lead,
            stamp="concluded",
            needs=answers_missing,
        ),
        Step("report", gettext_lazy("Issue the report"), (S.CONCLUDED,), S.REPORTED, may_lead, stamp="reported"),
        Step(
            "close",
            gettext_lazy("Close the audit"),
            (S.REPORTED,),
            S.CLOSED,
            may_lead,
            stamp="closed",
            needs=findings_open,
        ),
        Step(
            "cancel",
            gettext_lazy("Cancel with a reason"),
            (S.PLANNED, S.UNDER_WAY),
            S.CANCELLED,
            may_change_plan,
            stamp="cancelled",
            reason_required=True,
        ),
    ),
)
