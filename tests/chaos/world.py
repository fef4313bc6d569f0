"""The people, laboratories and audits of the site under fault. Run as a program inside it; prints JSON.

world.py build            a network, and the audits whose answers are saved
world.py issue <n> <m>    n audits of five questions and m of a whole checklist, each with its report issued
world.py report           one audit whose first report is issued
world.py start <kind> <n> so many jobs, each in its own transaction; the slowest of these saves
"""

import json
import sys
import time
import uuid
from datetime import date
from typing import Any

import django
from django.db import transaction

PEOPLE = ("aigerim", "dauren", "botagoz", "nurlan")
WHOLE = 141
NOTE = "Followed one sample from the request to the report; the records were complete and in order."


def build() -> dict[str, Any]:
    from tests import factories

    net = factories.build_network()
    whole = whole_checklist(net)
    plan = {
        "laboratory": net.karasu.pk,
        "checklist": net.checklist.pk,
        "scheme": net.scheme.pk,
        "leader": net.aigerim.pk,
    }
    net.checklist = whole
    for code in ("SAVED-KILLS", "SAVED-BROKER", "SAVED-CRASHES", "SAVED-BY-TWO"):
        factories.build_audit(net, code=code, auditors=("dauren", "nurlan"), trainees=())
    people = [f"{name}@example.org" for name in PEOPLE]
    return {"people": people, "password": factories.PASSWORD, "plan": plan}


def whole_checklist(net: Any) -> Any:
    """As long as that of ISO/IEC 17025, made of the five questions of the small one."""
    from standards.models import Checklist

    small = list(net.checklist.items.order_by("position"))
    anyone = [item for item in small if not item.applies_to]
    whole = Checklist.objects.create(
        edition=net.checklist.edition,
        title="A whole checklist",
        version=2,
        state="published",
        published_at=net.checklist.published_at,
    )
    for position in range(1, WHOLE + 1):
        item = anyone[position % len(anyone)]
        item.pk, item.checklist, item.position = None, whole, position
        item.clause_number = f"7.{position}"
        item.save()
    return whole


def issue(small: int, large: int) -> dict[str, Any]:
    """Each in a transaction of its own; the jobs begin while the next one is issued."""
    from standards.models import Checklist

    net = network_again()
    sizes = {1: small, 2: large}
    for version, count in sizes.items():
        net.checklist = Checklist.objects.get(version=version)
        for _number in range(count):
            issue_one(net)
    return {"issued": small + large}


def report() -> dict[str, Any]:
    from standards.models import Checklist

    net = network_again()
    net.checklist = Checklist.objects.get(version=1)
    audit = issue_one(net).audit
    return {"audit": audit.pk, "code": audit.code}


def issue_one(net: Any) -> Any:
    from reports import services

    audit = concluded_audit(net, f"DRAWN-{uuid.uuid4().hex[:12]}")
    return services.issue_report(audit=audit, mutation=uuid.uuid4(), by=net.access("aigerim"))


@transaction.atomic
def concluded_audit(net: Any, code: str) -> Any:
    """An audit just after its closing meeting, every question answered."""
    from audits.models import Answer, Audit, Meeting
    from tests import factories

    audit = factories.build_audit(net, code=code, trainees=())
    Answer.objects.filter(audit=audit).update(
        verdict="conforming", note=NOTE, version=1, answered_at=audit.planned_at, answered_by=net.aigerim
    )
    for kind in ("opening", "closing"):
        Meeting.objects.create(
            audit=audit,
            organisation=audit.organisation,
            kind=kind,
            held_on=date(2026, 1, 1),
            attendance="Elena, head of the laboratory\nMarat, chemist",
            recorded_by=net.aigerim,
        )
    now = audit.planned_at
    after = {"state": "concluded", "concluded_at": now, "concluded_by": net.aigerim}
    words = {"conclusion": "The laboratory works as the standard asks.", "degree": "met"}
    Audit.objects.filter(pk=audit.pk).update(items_answered=audit.items_total, **after, **words)
    return Audit.objects.get(pk=audit.pk)


def network_again() -> Any:
    """The network that was built by an earlier run."""
    from accounts.models import User
    from laboratories.models import Laboratory
    from standards.models import GradingScheme
    from tests import factories

    net = factories.Network()
    net.people = {name: User.objects.get(email=f"{name}@example.org") for name in PEOPLE}
    net.karasu = Laboratory.objects.select_related("organisation").get(code="KARASU")
    net.scheme = GradingScheme.objects.get(code="default")
    return net


def start(kind: str, count: int) -> dict[str, Any]:
    from core import errands

    slowest = 0.0
    for number in range(count):
        began = time.monotonic()
        with transaction.atomic():
            errands.start(kind, number)
        slowest = max(slowest, time.monotonic() - began)
    return {"slowest": slowest}


if __name__ == "__main__":
    django.setup()
    verb, *given = sys.argv[1:]
    if verb == "build":
        answer = build()
    elif verb == "issue":
        answer = issue(int(given[0]), int(given[1]))
    elif verb == "report":
        answer = report()
    else:
        answer = start(given[0], int(given[1]))
    sys.stdout.write(json.dumps(answer))
