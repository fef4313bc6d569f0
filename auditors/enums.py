from django.db import models
from django.utils.translation import gettext_lazy as _


class QualifiedAs(models.TextChoices):
    """ISO 19011 clause 7: what a person was evaluated for."""

    LEADER = "leader", _("Audit team leader")
    AUDITOR = "auditor", _("Auditor")
    EXPERT = "expert", _("Technical expert")
    TRAINEE = "trainee", _("Auditor in training")
