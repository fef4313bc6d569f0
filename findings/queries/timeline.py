"""The steps of both sides as sentences, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.models import HistoryLine
from findings.enums import Side
from findings.queries.turns import THEIRS, side_of

# Before the finding is raised, its making is the team's own affair.
INSIDE = ("draft", "change_draft")
WORDS: dict[str, Any] = {
    "draft": gettext_lazy("%(name)s wrote the finding."),
    "change_draft": gettext_lazy("%(name)s changed the draft."),
    "raise": gettext_lazy("%(name)s raised it at the closing meeting."),
    "answer": gettext_lazy("%(name)s sent the answer."),
    "return": gettext_lazy("%(name)s returned the answer."),
    "accept": gettext_lazy("%(name)s accepted the answer."),
    "action_done": gettext_lazy("%(name)s marked as done: %(action)s"),
    "action_undone": gettext_lazy("%(name)s took back “done”: %(action)s"),
    "evidence_added": gettext_lazy("%(name)s added to: %(action)s"),
    "implement": gettext_lazy("%(name)s reported all actions as done."),
    "reopen": gettext_lazy("%(name)s asked for more evidence."),
    "close": gettext_lazy("%(name)s closed the finding."),
    "acknowledge": gettext_lazy("%(name)s closed the finding without an answer."),
    "withdraw": gettext_lazy("%(name)s withdrew the finding."),
}
SIDES = {Side.TEAM.value: "team", Side.LABORATORY.value: "lab"}


@dataclass(frozen=True, slots=True)
class Entry:
    side: str
    who: str
    when: str
    text: str
    quote: str = ""


def entries(lines: Iterable[HistoryLine], state: str, due_on: date | None, inside: bool) -> list[Entry]:
    """`inside` shows the making of the draft too; what is expected next stands at the top."""
    told = [entry_of(line) for line in lines if inside or line.step not in INSIDE]
    return [*_expected(state, due_on), *reversed(told)]


def entry_of(line: HistoryLine) -> Entry:
    words = str(WORDS.get(line.step, "%(name)s: " + line.step))
    text = words % {"name": line.by_name, "action": line.detail.get("action", "")}
    side = line.side if line.side in SIDES else Side.TEAM.value
    return Entry(SIDES[side], str(Side(side).label), day(line.at), f"{text} {_files(line)}".strip(), line.reason)


def _files(line: HistoryLine) -> str:
    count = line.detail.get("files", 0)
    return ngettext("(%(count)s file)", "(%(count)s files)", count) % {"count": count} if count else ""


def _expected(state: str, due_on: date | None) -> list[Entry]:
    side = side_of(state)
    if side is None:
        return []
    when = _("by %(date)s") % {"date": day(due_on)} if due_on else ""
    return [Entry("next", str(side.label), when, str(THEIRS[state]))]


def day(moment: date | datetime) -> str:
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment).date()
    return date_format(moment, pgettext("date format", "j M Y"))
