"""Issued reports: frozen content, numbered versions, the file and its hash."""

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models import Audit
from core.fields import whom
from core.models import Job
from laboratories.models import Organisation

if TYPE_CHECKING:
    from laboratories.access import Access


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, access: "Access") -> "ReportQuerySet":
        return self.filter(audit__in=Audit.objects.visible_to(access))


@pghistory.track(exclude=["content"])
class Report(models.Model):
    """One issued version. Its content never changes; the file is drawn from it by a job and then stored once."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    audit = models.ForeignKey(Audit, verbose_name=_("audit"), on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=5)
    content = models.JSONField(_("content"))
    content_sha256 = models.CharField(_("hash of the content"), max_length=64)
    amendment = models.TextField(_("why this version"), blank=True)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = whom(_("issued by"), optional=False)
    job = models.OneToOneField(
        Job, verbose_name=_("job"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    file_sha256 = models.CharField(_("hash of the file"), max_length=64, blank=True)
    file_size = models.PositiveIntegerField(_("size of the file"), null=True, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("audit", "-version")
        constraints = [
            models.UniqueConstraint(fields=["audit", "version"], name="report_version_once"),
            models.CheckConstraint(
                name="report_drawn_hashed",
                condition=Q(drawn_at__isnull=True, file_sha256="")
                | Q(drawn_at__isnull=False, file_size__isnull=False) & ~Q(file_sha256=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="content_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "organisation",
                    "audit",
                    "version",
                    "language",
                    "content",
                    "content_sha256",
                    "amendment",
                    "issued_at",
                    "issued_by",
                ),
            ),
            pgtrigger.Protect(
                name="file_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.drawn_at IS NOT NULL AND"
                    " (NEW.file_sha256, NEW.file_size, NEW.pages, NEW.drawn_at)"
                    " IS DISTINCT FROM (OLD.file_sha256, OLD.file_size, OLD.pages, OLD.drawn_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} version {self.version}"
