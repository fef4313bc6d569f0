from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionStatus(models.TextChoices):
    CURRENT = "current", _("Current")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ChecklistState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class GradeMeaning(models.TextChoices):
    """What a grade says, whatever a scheme calls it."""

    NONCONFORMITY_MAJOR = "major", _("Major nonconformity")
    NONCONFORMITY_MINOR = "minor", _("Minor nonconformity")
    OBSERVATION = "observation", _("Observation")
    OPPORTUNITY = "opportunity", _("Opportunity for improvement")


class Trait(models.TextChoices):
    """What a question needs a laboratory to be or to do before it is asked (none: it is always asked)."""

    TESTING = "testing", _("Testing")
    CALIBRATION = "calibration", _("Calibration")
    SAMPLING = "sampling", _("Sampling")
    OPINIONS = "opinions", _("Opinions and interpretations")
    CONFORMITY_STATEMENTS = "conformity_statements", _("Statements of conformity")
    METHOD_VALIDATION = "method_validation", _("Methods that need validation")
    OPTION_A = "option_a", _("Option A")
    OPTION_B = "option_b", _("Option B")
