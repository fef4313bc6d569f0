"""Competence of auditors (ISO 19011 clause 7): who was found able to audit what, by whom, until when."""

from datetime import date
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from auditors.enums import QualifiedAs
from laboratories.enums import Role
from laboratories.models import Organisation
from standards.models import Standard

if TYPE_CHECKING:
    from laboratories.access import Access


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def valid(self, on: date) -> "QualificationQuerySet":
        return self.filter(valid_from__lte=on).filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))

    def visible_to(self, access: "Access") -> "QualificationQuerySet":
        """The pool from which this person may choose a team: those above, at and below her organisation."""
        paths = access.paths(Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR)
        condition = Q(pk__in=[])
        for path in paths:
            parts = path.rstrip(".").split(".")
            above = [".".join(parts[: count + 1]) + "." for count in range(len(parts))]
            condition |= Q(organisation__path__startswith=path) | Q(organisation__path__in=above)
        return self.filter(condition)


@pghistory.track()
class Qualification(models.Model):
    """A person was evaluated and may take this part in audits against this standard."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    standard = models.ForeignKey(Standard, verbose_name=_("standard"), on_delete=models.PROTECT, related_name="+")
    qualified_as = models.CharField(_("qualified as"), max_length=8, choices=QualifiedAs.choices)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="qualification_part_known", condition=Q(qualified_as__in=QualifiedAs.values)),
            models.UniqueConstraint(
                fields=["organisation", "person", "standard", "qualified_as", "valid_from"],
                name="qualification_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.qualified_as}"
