"""The two halves of a stamp: when, and by whom."""

from typing import Any

from django.conf import settings
from django.db import models


def when(verbose_name: Any) -> Any:
    return models.DateTimeField(verbose_name, null=True, blank=True)


def whom(verbose_name: Any, *, optional: bool = True) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
        on_delete=models.PROTECT,
        null=optional,
        blank=optional,
        related_name="+",
    )
