from django.db import models
from django.utils.translation import gettext_lazy as _


class FindingState(models.TextChoices):
    """draft → raised → answered → accepted → implemented → closed; returned leads back to the laboratory."""

    DRAFT = "draft", _("Draft")
    RAISED = "raised", _("Raised")
    ANSWERED = "answered", _("Answered")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Answer accepted")
    IMPLEMENTED = "implemented", _("Actions done")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_STATES = (
    FindingState.RAISED,
    FindingState.ANSWERED,
    FindingState.RETURNED,
    FindingState.ACCEPTED,
    FindingState.IMPLEMENTED,
)
SETTLED_STATES = (FindingState.CLOSED, FindingState.WITHDRAWN)
# Whose turn it is while a finding is open.
TEAM_TURN = (FindingState.ANSWERED, FindingState.IMPLEMENTED)
LABORATORY_TURN = (FindingState.RAISED, FindingState.RETURNED, FindingState.ACCEPTED)


class Side(models.TextChoices):
    TEAM = "team", _("Audit team")
    LABORATORY = "laboratory", _("Laboratory")


class Decision(models.TextChoices):
    PENDING = "pending", _("Waiting for a decision")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")


class ActionState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
