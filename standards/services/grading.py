"""Load a grading scheme: grades, what they mean, and the days they give."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from standards.models import Grade, GradingScheme

GRADE_FIELDS = ("label", "meaning", "definition", "response_required", "response_days", "evidence_days")


def load_grading(path: Path) -> GradingScheme:
    """Bring the scheme to what the file says; two statements when nothing changed. Grades are never removed."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    scheme = GradingScheme.objects.prefetch_related("grades").filter(code=data["code"]).first()
    if scheme is None or _said(scheme) != _wanted(data):
        with transaction.atomic():
            scheme = _save(data)
    return scheme


def _wanted(data: dict[str, Any]) -> dict[str, Any]:
    grades = {grade["code"]: [grade[name] for name in GRADE_FIELDS] for grade in data["grades"]}
    return {"title": data["title"], "version": data["version"], "grades": grades}


def _said(scheme: GradingScheme) -> dict[str, Any]:
    grades = {grade.code: [getattr(grade, name) for name in GRADE_FIELDS] for grade in scheme.grades.all()}
    return {"title": scheme.title, "version": scheme.version, "grades": grades}


def _save(data: dict[str, Any]) -> GradingScheme:
    words = {"title": data["title"], "version": data["version"]}
    scheme, _made = GradingScheme.objects.update_or_create(code=data["code"], defaults=words)
    for position, grade in enumerate(data["grades"], start=1):
        values = {name: grade[name] for name in GRADE_FIELDS} | {"position": position}
        Grade.objects.update_or_create(scheme=scheme, code=grade["code"], defaults=values)
    return scheme
