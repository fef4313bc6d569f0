"""House rules that no linter knows."""

from django.apps import apps
from django.db.models import ForeignKey

FLOORS = ["core", "accounts", "laboratories", "standards", "findings", "auditors", "audits", "reports", "insight"]


def own_models() -> list:
    return [model for app in FLOORS for model in apps.get_app_config(app).get_models()]


def test_a_floor_cannot_look_up_through_the_orm() -> None:
    """A foreign key to another app leaves no way back up."""
    looking_up = [
        f"{field.model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and field.related_model._meta.app_label != model._meta.app_label
        and not field.remote_field.hidden
        and not model._meta.label.endswith(("Event", "Revision"))
    ]
    assert looking_up == []


def test_every_domain_row_carries_its_organisation() -> None:
    """Rows of laboratories, findings, audits and reports name their organisation, or hang on one that does."""
    hanging = {
        "Organisation",
        "FindingClause",
        "Reviewer",
        "TeamMember",
        "AuditFinding",
    }
    without = [
        model._meta.label
        for app in ("laboratories", "findings", "auditors", "audits", "reports")
        for model in apps.get_app_config(app).get_models()
        if not model._meta.label.endswith(("Event", "Revision"))
        and model.__name__ not in hanging
        and "organisation" not in {field.name for field in model._meta.get_fields()}
    ]
    assert without == []


def test_every_field_has_a_name_for_people() -> None:
    """A verbose name that was written, not guessed from the column."""
    guessed = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        if not model._meta.label.endswith(("Event", "Revision"))
        for field in model._meta.local_fields
        if field.name != "id"
        and isinstance(field.verbose_name, str)
        and not field.primary_key
        and field.name not in {"password", "last_login", "is_superuser"}
    ]
    assert guessed == []
