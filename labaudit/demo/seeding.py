"""Build the demo once: the same network whenever it is built, its dates counted from today."""

from datetime import date
from random import Random

from django.db import transaction
from django.utils import timezone

from labaudit.demo.auditing import Stage, build_audits
from labaudit.demo.network import ROOT, build_network, build_programmes
from labaudit.demo.people import build_people
from laboratories.models import Laboratory, Organisation
from standards.enums import ChecklistState
from standards.models import Checklist, GradingScheme
from standards.services.loading import load_catalogue

SEED = 17025


def seed(today: date | None = None) -> str:
    """All or nothing, and nothing when the demo is already there. Returns one line for the person."""
    if Organisation.objects.filter(code=ROOT).exists():
        return "already there"
    rng = Random(SEED)
    day = today or timezone.localdate()
    with transaction.atomic():
        load_catalogue()
        build_network(rng)
        people = build_people(day)
        build_programmes(day)
        checklist = Checklist.objects.select_related("edition__standard").get(
            edition__slug="iso-iec-17025-2017", state=ChecklistState.PUBLISHED
        )
        scheme = GradingScheme.objects.get(code="default")
        audits = build_audits(Stage(day, people, checklist, scheme, rng))
    return f"{Laboratory.objects.count()} laboratories, {len(people)} people, {audits} audits"
