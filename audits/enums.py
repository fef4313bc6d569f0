from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditState(models.TextChoices):
    """planned → under way → concluded (closing meeting held, answers frozen) → reported → closed."""

    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    CONCLUDED = "concluded", _("Closing meeting held")
    REPORTED = "reported", _("Report issued")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE_STATES = (AuditState.PLANNED, AuditState.UNDER_WAY, AuditState.CONCLUDED, AuditState.REPORTED)
FROZEN_STATES = (AuditState.CONCLUDED, AuditState.REPORTED, AuditState.CLOSED, AuditState.CANCELLED)


class Purpose(models.TextChoices):
    INTERNAL = "internal", _("Internal audit")
    BASELINE = "baseline", _("Baseline audit")
    SURVEILLANCE = "surveillance", _("Surveillance audit")
    FOLLOW_UP = "follow_up", _("Follow-up audit")
    TRAINING = "training", _("Training audit")


class Method(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    REMOTE = "remote", _("Remote")
    HYBRID = "hybrid", _("On site and remote")


class TeamRole(models.TextChoices):
    LEADER = "leader", _("Team leader")
    AUDITOR = "auditor", _("Auditor")
    EXPERT = "expert", _("Technical expert")
    TRAINEE = "trainee", _("Auditor in training")
    OBSERVER = "observer", _("Observer")


class AnswerVerdict(models.TextChoices):
    """The verdict on one question; empty means unanswered."""

    CONFORMING = "conforming", _("Conforming")
    NONCONFORMING = "nonconforming", _("Nonconforming")
    OBSERVATION = "observation", _("Observation")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    NOT_ASSESSED = "not_assessed", _("Not assessed")


NEEDS_NOTE = (
    AnswerVerdict.NONCONFORMING,
    AnswerVerdict.OBSERVATION,
    AnswerVerdict.NOT_APPLICABLE,
    AnswerVerdict.NOT_ASSESSED,
)


class MeetingKind(models.TextChoices):
    OPENING = "opening", _("Opening meeting")
    CLOSING = "closing", _("Closing meeting")


class Degree(models.TextChoices):
    """To what degree the audit criteria are met (ISO 19011 6.5.1)."""

    MET = "met", _("The criteria are met")
    MET_EXCEPT = "met_except", _("The criteria are met except for the findings named")
    PARTLY = "partly", _("The criteria are met in part")
    NOT_MET = "not_met", _("The criteria are not met")
