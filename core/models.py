"""The tables of the ground floor: the job ledger, what was already done, numbers, and the history of steps.

None knows a domain word. People are kept by id and by the name they had at the time (accounts is above).
"""

import uuid
from typing import Any

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of background work. This row is the truth; the Celery message is only a hint."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        DEAD = "dead", _("Stopped")

    kind = models.CharField(_("kind"), max_length=60)
    subject_id = models.BigIntegerField(_("subject"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    token = models.UUIDField(_("fencing token"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    progress_text = models.CharField(_("what it is doing"), max_length=200, blank=True)
    error = models.TextField(_("last error"), blank=True)
    requested_by_id = models.BigIntegerField(_("requested by"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(
                fields=["lease_until"],
                name="job_unfinished",
                condition=models.Q(state__in=["queued", "running"]),
            ),
            models.Index(fields=["kind", "subject_id"], name="job_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_state_known", condition=models.Q(state__in=["queued", "running", "done", "dead"])
            ),
            models.CheckConstraint(
                name="job_running_leased",
                condition=~models.Q(state="running")
                | models.Q(token__isnull=False, lease_until__isnull=False, started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_done_stamped",
                condition=models.Q(state__in=["done", "dead"], finished_at__isnull=False)
                | models.Q(state__in=["queued", "running"], finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class JobEffect(models.Model):
    """The one effect of a job: a second one is refused by the database."""

    job = models.OneToOneField(Job, verbose_name=_("job"), on_delete=models.PROTECT, related_name="effect")
    digest = models.CharField(_("what it made"), max_length=64, blank=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("effect of a job")
        verbose_name_plural = _("effects of jobs")

    def __str__(self) -> str:
        return f"effect of job {self.job_id}"


class Heartbeat(models.Model):
    """The last sign of life of a kind of process, read by /readyz."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class Mutation(models.Model):
    """A write that was done, under the id that the client gave it: a retry changes nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.BigIntegerField(_("person"))
    verb = models.CharField(_("verb"), max_length=60)
    result = models.JSONField(_("result"), default=dict)
    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("done write")
        verbose_name_plural = _("done writes")

    def __str__(self) -> str:
        return f"{self.verb} {self.id}"


class Counter(models.Model):
    """Numbers without gap or repeat: the row is locked while the next number is taken."""

    name = models.CharField(_("name"), max_length=80, primary_key=True)
    last = models.PositiveIntegerField(_("last number given"), default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"


class HistoryLine(models.Model):
    """One step that a person took: who, when, what, from which state to which, and why. Append-only.

    The field-by-field record of every change is kept beside this by pghistory's triggers.
    """

    subject = models.CharField(_("kind of thing"), max_length=40)
    subject_id = models.BigIntegerField(_("thing"))
    organisation_id = models.BigIntegerField(_("organisation"), null=True, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by_id = models.BigIntegerField(_("by"), null=True, blank=True)
    by_name = models.CharField(_("by (name at the time)"), max_length=200, blank=True)
    side = models.CharField(_("side"), max_length=12, blank=True)
    step = models.CharField(_("step"), max_length=40)
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("line of history")
        verbose_name_plural = _("lines of history")
        ordering = ("id",)
        indexes = [models.Index(fields=["subject", "subject_id", "id"], name="historyline_subject")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {self.step}"


class StoredFile(models.Model):
    """A file kept by its SHA-256 under MEDIA_ROOT; the original bytes are never changed.

    `preview_sha256` names a re-encoded picture without metadata (pictures only).
    """

    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    preview_sha256 = models.CharField(_("SHA-256 of the preview"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width in pixels"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    def stored_fields(self) -> dict[str, Any]:
        names = ("sha256", "preview_sha256", "name", "media_type", "size", "width", "height")
        return {name: getattr(self, name) for name in names}
