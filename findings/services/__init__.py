"""The verbs of a finding, by phase. The only place that writes here."""

from findings.services.acting import add_evidence, implement, report_done, undo_done
from findings.services.answering import Plan, submit_answer
from findings.services.drafting import change_draft, raise_finding, set_reviewers, write_draft
from findings.services.judging import accept, acknowledge, close, reopen, return_answer, withdraw

__all__ = [
    "Plan",
    "accept",
    "acknowledge",
    "add_evidence",
    "change_draft",
    "close",
    "implement",
    "raise_finding",
    "reopen",
    "report_done",
    "return_answer",
    "set_reviewers",
    "submit_answer",
    "undo_done",
    "withdraw",
    "write_draft",
]
