"""State and its stamp are one fact, kept by the database."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q


def state_known(model: str, states: Iterable[str]) -> models.CheckConstraint:
    """The state is one of the words that the workflow knows."""
    return models.CheckConstraint(name=f"{model}_state_known", condition=Q(state__in=list(states)))


def stamped(model: str, stamp: str, states: Iterable[str]) -> models.CheckConstraint:
    """In each of `states` the columns `<stamp>_at` and `<stamp>_by` are filled."""
    filled = Q(**{f"{stamp}_at__isnull": False, f"{stamp}_by__isnull": False})
    return models.CheckConstraint(name=f"{model}_{stamp}_stamped", condition=~Q(state__in=list(states)) | filled)
