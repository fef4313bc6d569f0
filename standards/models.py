"""Standards as data: editions, clauses, questions, checklists, grading schemes. None of it is code.

The wording of ISO standards is not ours: clause numbers, titles and our own questions only.
These rows belong to the whole installation, not to one organisation.
"""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import state_known
from standards.enums import ChecklistState, EditionStatus, GradeMeaning


class Standard(models.Model):
    """A document that requirements come from."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    slug = models.SlugField(_("address"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class Edition(models.Model):
    """One edition of a standard. `content_sha256` tells whether a load would change anything."""

    standard = models.ForeignKey(
        Standard, verbose_name=_("standard"), on_delete=models.PROTECT, related_name="editions"
    )
    year = models.CharField(_("year"), max_length=20)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=EditionStatus.choices, default=EditionStatus.CURRENT
    )
    content_sha256 = models.CharField(_("hash of the content"), max_length=64, blank=True)
    loaded_at = models.DateTimeField(_("loaded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("standard__code", "-year")
        constraints = [
            models.UniqueConstraint(fields=["standard", "year"], name="edition_once"),
            models.CheckConstraint(name="edition_status_known", condition=Q(status__in=EditionStatus.values)),
        ]

    def __str__(self) -> str:
        return f"{self.standard.code}:{self.year}"


class Clause(models.Model):
    """A place in an edition. `number` is text ("7.10" is not "7.1"); `sort_key` gives natural order."""

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="clauses")
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
    )
    number = models.CharField(_("number"), max_length=20)
    sort_key = models.CharField(_("sort key"), max_length=60, editable=False)
    title = models.CharField(_("title"), max_length=200)
    title_is_official = models.BooleanField(_("official title"), default=False)
    topic = models.CharField(_("about"), max_length=300, blank=True)
    level = models.PositiveSmallIntegerField(_("level"))
    auditable = models.BooleanField(_("auditable"), default=False)
    lettered_items = models.PositiveSmallIntegerField(_("lettered items"), default=0)
    letters_are_notes = models.BooleanField(_("letters are notes"), default=False)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ("edition", "sort_key")
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="clause_once"),
            models.CheckConstraint(
                name="clause_not_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=models.F("id"))
            ),
        ]
        indexes = [models.Index(fields=["edition", "sort_key"], name="clause_order")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def letters(self) -> list[str]:
        """The lettered items that can be cited: a, b, c … (none when the letters are only notes)."""
        count = 0 if self.letters_are_notes else self.lettered_items
        return [chr(ord("a") + position) for position in range(count)]


class Question(models.Model):
    """A question in our own words about one clause, with guidance in three parts."""

    clause = models.ForeignKey(Clause, verbose_name=_("clause"), on_delete=models.PROTECT, related_name="questions")
    key = models.CharField(_("key"), max_length=40)
    item = models.CharField(_("lettered item"), max_length=2, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("question"), max_length=300)
    look_for = models.TextField(_("what to look for"), blank=True)
    evidence = models.JSONField(_("typical evidence"), default=list)
    nonconformities = models.JSONField(_("typical nonconformities"), default=list)
    applies_to = ArrayField(models.CharField(max_length=24), verbose_name=_("applies to"), default=list)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("clause__sort_key", "position")
        constraints = [models.UniqueConstraint(fields=["clause", "key"], name="question_once")]

    def __str__(self) -> str:
        return self.text


@pghistory.track()
class Checklist(models.Model):
    """A selection of questions in order: draft, then published and unchangeable, then retired."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="checklists"
    )
    title = models.CharField(_("title"), max_length=200)
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=ChecklistState.choices, default=ChecklistState.DRAFT)
    content_sha256 = models.CharField(_("hash of the content"), max_length=64, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ("title", "-version")
        constraints = [
            models.UniqueConstraint(fields=["edition", "title", "version"], name="checklist_version_once"),
            state_known("checklist", ChecklistState.values),
            models.CheckConstraint(
                name="checklist_published_dated",
                condition=Q(state=ChecklistState.DRAFT) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class ChecklistItem(models.Model):
    """One question as it stood when the checklist was published: a frozen copy, never changed."""

    checklist = models.ForeignKey(
        Checklist, verbose_name=_("checklist"), on_delete=models.PROTECT, related_name="items"
    )
    question = models.ForeignKey(Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="+")
    clause = models.ForeignKey(Clause, verbose_name=_("clause"), on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))
    clause_number = models.CharField(_("clause number"), max_length=20)
    clause_title = models.CharField(_("clause title"), max_length=200)
    clause_sort_key = models.CharField(_("sort key"), max_length=60)
    item = models.CharField(_("lettered item"), max_length=2, blank=True)
    text = models.CharField(_("question text"), max_length=300)
    look_for = models.TextField(_("what to look for"), blank=True)
    evidence = models.JSONField(_("typical evidence"), default=list)
    nonconformities = models.JSONField(_("typical nonconformities"), default=list)
    applies_to = ArrayField(models.CharField(max_length=24), verbose_name=_("applies to"), default=list)

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ("checklist", "position")
        constraints = [models.UniqueConstraint(fields=["checklist", "position"], name="checklistitem_position_once")]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.clause_number} {self.text}"


class GradingScheme(models.Model):
    """A scale of grades with their meanings and time limits: data, never code."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=120)
    version = models.PositiveSmallIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("grading scheme")
        verbose_name_plural = _("grading schemes")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class Grade(models.Model):
    """One step of a scale. `meaning` says what it is, whatever it is called; times are calendar days."""

    scheme = models.ForeignKey(
        GradingScheme, verbose_name=_("scheme"), on_delete=models.PROTECT, related_name="grades"
    )
    code = models.SlugField(_("code"), max_length=30)
    label = models.CharField(_("label"), max_length=80)
    meaning = models.CharField(_("meaning"), max_length=12, choices=GradeMeaning.choices)
    definition = models.CharField(_("definition"), max_length=400)
    position = models.PositiveSmallIntegerField(_("position"))
    response_required = models.BooleanField(_("answer required"))
    response_days = models.PositiveSmallIntegerField(_("days to answer"), null=True, blank=True)
    evidence_days = models.PositiveSmallIntegerField(_("days to show evidence"), null=True, blank=True)

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ("scheme", "position")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="grade_once"),
            models.CheckConstraint(name="grade_meaning_known", condition=Q(meaning__in=GradeMeaning.values)),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_nonconformity(self) -> bool:
        return self.meaning in {GradeMeaning.NONCONFORMITY_MAJOR, GradeMeaning.NONCONFORMITY_MINOR}


class PendingImport(models.Model):
    """An upload that was read and found sound, waiting for its person to look at the differences and apply it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    file_name = models.CharField(_("file"), max_length=200)
    content = models.JSONField(_("content"))
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("import to be applied")
        verbose_name_plural = _("imports to be applied")

    def __str__(self) -> str:
        return self.file_name
