"""Words of the network."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    MINISTRY = "ministry", _("Ministry")
    COMMITTEE = "committee", _("Committee")
    AGENCY = "agency", _("Agency")
    CENTRE = "centre", _("Centre")
    UNIVERSITY = "university", _("University")
    COMPANY = "company", _("Company")


class LaboratoryKind(models.TextChoices):
    PUBLIC_HEALTH = "public_health", _("Public health")
    CLINICAL = "clinical", _("Clinical")
    TB_AIDS = "tb_aids", _("TB and AIDS")
    VETERINARY = "veterinary", _("Veterinary")
    PHYTOSANITARY = "phytosanitary", _("Phytosanitary")
    ENVIRONMENTAL = "environmental", _("Environmental")
    FOOD = "food", _("Food")
    RESEARCH = "research", _("Research")
    CALIBRATION = "calibration", _("Calibration")
    PRIVATE = "private", _("Private")


class Level(models.TextChoices):
    REFERENCE = "reference", _("National reference")
    NATIONAL = "national", _("National")
    REGIONAL = "regional", _("Regional")
    LOCAL = "local", _("Local")


class Sector(models.TextChoices):
    HUMAN = "human", _("Human health")
    ANIMAL = "animal", _("Animal health")
    PLANT = "plant", _("Plant health")
    FOOD = "food", _("Food")
    ENVIRONMENT = "environment", _("Environment")


class Activity(models.TextChoices):
    """What a laboratory does: decides which questions of a checklist are asked."""

    TESTING = "testing", _("Testing")
    CALIBRATION = "calibration", _("Calibration")
    SAMPLING = "sampling", _("Sampling")
    OPINIONS = "opinions", _("Opinions and interpretations")
    CONFORMITY_STATEMENTS = "conformity_statements", _("Statements of conformity")
    METHOD_VALIDATION = "method_validation", _("Methods that need validation")


class ManagementOption(models.TextChoices):
    A = "option_a", _("Option A")
    B = "option_b", _("Option B")


class Role(models.TextChoices):
    """What a person is in an organisation or a laboratory. Team roles in one audit come from the audit."""

    ADMINISTRATOR = "administrator", _("Administrator")
    NATIONAL_COORDINATOR = "national_coordinator", _("National coordinator")
    PROGRAMME_MANAGER = "programme_manager", _("Programme manager")
    LEAD_AUDITOR = "lead_auditor", _("Lead auditor")
    AUDITOR = "auditor", _("Auditor")
    TRAINEE = "trainee", _("Trainee auditor")
    LABORATORY_MANAGER = "laboratory_manager", _("Laboratory manager")
    LABORATORY_STAFF = "laboratory_staff", _("Laboratory staff")
