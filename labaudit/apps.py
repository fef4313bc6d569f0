from django.apps import AppConfig


class LabauditConfig(AppConfig):
    """The roof has commands, no models."""

    name = "labaudit"
    label = "roof"
