"""A workflow is a table of steps over a CharField named `state`. No library, no signals.

`take` locks the row, asks whether the step is possible now, stamps it, and writes one line of history,
all in the caller's transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import history
from core.errors import Moved, RuleBroken
from core.verdict import ALLOWED, Denied, Verdict

Text = str | Promise


class Actor(Protocol):
    """Who takes a step: anyone with a person's id and name."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def person_name(self) -> str: ...


ThingT = TypeVar("ThingT", bound=models.Model)


@dataclass(frozen=True)
class Step:
    """One row of the table.

    `may` is the permission (pure), `needs` lists what is missing before the step can be taken (sentences),
    `stamp` is the participle whose `<stamp>_at` and `<stamp>_by` columns are filled.
    """

    name: str
    label: Text
    start: tuple[str, ...]
    to: str
    may: Callable[[Any, Any], Verdict]
    stamp: str = ""
    needs: Callable[[Any], Sequence[str]] | None = None
    reason_required: bool = False


@dataclass(frozen=True)
class Workflow:
    subject: str
    labels: type[models.TextChoices]
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def verdict(self, name: str, actor: Any, thing: Any) -> Verdict:
        """May this person, and is it the moment? The first "no" is the answer."""
        step = self.step(name)
        permitted = step.may(actor, thing)
        return permitted if not permitted else self.now(step, thing)

    def now(self, step: Step, thing: Any) -> Verdict:
        if thing.state not in step.start:
            state = self.labels(thing.state).label
            return Denied(
                _("“%(step)s” is not possible while this is “%(state)s”.") % {"step": step.label, "state": state}
            )
        missing = step.needs(thing) if step.needs else ()
        return Denied(" ".join(missing)) if missing else ALLOWED

    def open_to(self, actor: Any, thing: Any) -> list[tuple[Step, Verdict]]:
        """The steps that lead on from here for this person, each with what still stands in the way."""
        here = [step for step in self.steps if thing.state in step.start and step.may(actor, thing)]
        return [(step, self.now(step, thing)) for step in here]

    def take(
        self,
        name: str,
        thing: ThingT,
        *,
        by: Any,
        reason: str = "",
        seen_version: int | None = None,
        side: str = "",
        changes: dict[str, Any] | None = None,
        detail: dict[str, Any] | None = None,
    ) -> ThingT:
        """Take the step on a fresh, locked copy of the row and return that copy.

        Raises RuleBroken when the step is not possible now, Moved when `seen_version` is no longer current.
        """
        step = self.step(name)
        with transaction.atomic():
            row: Any = type(thing)._default_manager.select_for_update(no_key=True).get(pk=thing.pk)
            if seen_version is not None and row.version != seen_version:
                raise Moved(
                    _("Someone changed this while you had it open. Nothing of yours was saved; look again."),
                    {"version": row.version},
                )
            verdict = self.now(step, row)
            if not verdict:
                raise RuleBroken(verdict.reason)
            if step.reason_required and not reason.strip():
                raise RuleBroken(_("Give a reason."), "reason")
            self._move(row, step, by, changes or {})
            history.record(
                row,
                by=by,
                step=step.name,
                from_state=row.__dict__["_from_state"],
                to_state=step.to,
                reason=reason,
                side=side,
                detail=detail,
            )
        return row

    def _move(self, row: Any, step: Step, by: Any, changes: dict[str, Any]) -> None:
        row.__dict__["_from_state"] = row.state
        values: dict[str, Any] = {**changes, "state": step.to, "version": row.version + 1}
        if step.stamp:
            values |= {f"{step.stamp}_at": timezone.now(), f"{step.stamp}_by_id": by.person_id}
        for field, value in values.items():
            setattr(row, field, value)
        row.save(update_fields=[field.removesuffix("_id") if field.endswith("_by_id") else field for field in values])
