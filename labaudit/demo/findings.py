"""The life of a finding after the closing meeting, through the services, on the days on which it happened."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from findings import services
from findings.models import Finding
from labaudit.demo.clock import at, moment
from labaudit.demo.pictures import picture
from laboratories.access import Access

ANSWERED, RETURNED, ACCEPTED, CHECKED = 9, 15, 16, 7


@dataclass
class FindingLife:
    """One finding, and who moves it."""

    finding: Finding
    template: dict[str, Any]
    closing: date
    lead: Access
    manager: Access | None
    rng: Random
    last_day: int = 0

    def reach(self, state: str) -> None:
        steps = {
            "answered": (self.answer,),
            "returned": (self.answer, self.give_back),
            "accepted": (self.answer, self.accept, self.do_first),
            "implemented": (self.answer, self.accept, self.do_all),
            "closed": (self.answer, self.accept, self.do_all, self.close),
            "withdrawn": (self.withdraw,),
            "acknowledged": (self.acknowledge,),
        }
        for step in steps.get(state, ()):
            step()

    def day(self, count: int) -> date:
        return self.closing + timedelta(days=count)

    def once(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def judged(self) -> dict[str, Any]:
        """What every step of the audit team carries."""
        return {"by": self.lead, "mutation": self.once(), "seen_version": self.finding.version}

    @property
    def laboratory(self) -> Access:
        if self.manager is None:
            raise ValueError(f"{self.finding}: nobody of the laboratory can answer")
        return self.manager

    def answer(self) -> None:
        parts = {name: self.template[name] for name in ("correction", "extent", "cause", "effectiveness")}
        plans = [
            services.Plan(action["what"], action["responsible"], self.day(action["due"]))
            for action in self.template["actions"]
        ]
        with at(moment(self.day(ANSWERED), 15, 20)):
            self.finding = services.submit_answer(
                self.finding,
                actions=plans,
                by=self.laboratory,
                mutation=self.once(),
                seen_version=self.finding.version,
                **parts,
            )

    def give_back(self) -> None:
        with at(moment(self.day(RETURNED), 11, 5)):
            self.finding = services.return_answer(
                self.finding,
                reason=self.template["returned"],
                due_on=self.day(RETURNED + 14),
                **self.judged(),
            )

    def accept(self) -> None:
        with at(moment(self.day(ACCEPTED), 10, 40)):
            self.finding = services.accept(self.finding, comment="Cause and extent are clear.", **self.judged())

    def do_first(self) -> None:
        """One of several actions is done; the rest is waited for."""
        if len(self.template["actions"]) > 1:
            self.do(0, with_picture=True)

    def do_all(self) -> None:
        last = max(self.do(place, with_picture=place == 0) for place in range(len(self.template["actions"])))
        with at(moment(self.day(last + 1), 9, 15)):
            self.finding = services.implement(
                self.finding, by=self.laboratory, mutation=self.once(), seen_version=self.finding.version
            )
        self.last_day = last + 1

    def do(self, place: int, *, with_picture: bool) -> int:
        """Mark one action as done, two days before its date; returns the day."""
        wanted = self.template["actions"][place]
        action = self.finding.actions.get(what=wanted["what"])
        shown = picture("logbook", self.rng)
        uploads = [SimpleUploadedFile(shown.name, shown.content, "image/png")] if with_picture else []
        day = max(ACCEPTED + 1, wanted["due"] - 2)
        with at(moment(self.day(day), 16, 10)):
            services.report_done(
                action,
                note=wanted["done"],
                uploads=uploads,
                by=self.laboratory,
                mutation=self.once(),
                seen_version=action.version,
            )
        return day

    def close(self) -> None:
        with at(moment(self.day(self.last_day + CHECKED), 14, 30)):
            self.finding = services.close(self.finding, comment="Seen in the records.", **self.judged())

    def withdraw(self) -> None:
        with at(moment(self.day(6), 12, 0)):
            self.finding = services.withdraw(self.finding, reason=self.template["withdrawn"], **self.judged())

    def acknowledge(self) -> None:
        with at(moment(self.day(ANSWERED), 9, 50)):
            self.finding = services.acknowledge(
                self.finding, comment="Taken note of by the laboratory.", **self.judged()
            )
