"""An audit the way ISO 19011 says it is run: programme, team, meetings, answers, evidence, findings."""

from datetime import date
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from audits.enums import (
    ACTIVE_STATES,
    FROZEN_STATES,
    AnswerVerdict,
    AuditState,
    Degree,
    MeetingKind,
    Method,
    Purpose,
    TeamRole,
)
from core.constraints import stamped, state_known
from core.fields import when, whom
from core.models import StoredFile
from findings.models import Finding
from laboratories.enums import Role
from laboratories.models import Laboratory, Organisation
from standards.models import Checklist, ChecklistItem, Edition, GradingScheme

if TYPE_CHECKING:
    from laboratories.access import Access


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, access: "Access") -> "ProgrammeQuerySet":
        return self.filter(access.subtree_filter("organisation__path", Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR))


@pghistory.track()
class Programme(models.Model):
    """The audits that an organisation plans for a period (ISO 19011 clause 5)."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    code = models.SlugField(_("code"), max_length=30, unique=True)
    title = models.CharField(_("title"), max_length=200)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    scheme = models.ForeignKey(
        GradingScheme, verbose_name=_("grading scheme"), on_delete=models.PROTECT, related_name="+"
    )
    guidance = models.CharField(_("guidance"), max_length=40, default="ISO 19011:2026")
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit programme")
        verbose_name_plural = _("audit programmes")
        ordering = ("-starts_on", "code")
        constraints = [
            models.CheckConstraint(name="programme_period_forward", condition=Q(ends_on__gte=F("starts_on")))
        ]

    def __str__(self) -> str:
        return self.title


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, access: "Access") -> "AuditQuerySet":
        """The audit's team; who runs programmes above it; the laboratory's own people once it is announced.

        Administrators and coordinators read no audit content by virtue of their role.
        """
        on_team = TeamMember.objects.filter(person_id=access.person_id).order_by()
        audited = Q(laboratory_id__in=access.laboratory_ids)
        if access.laboratory_ids and not access.has(Role.PROGRAMME_MANAGER):
            # Two short lists of ids; joined by OR, the database would look at every audit.
            own = Audit.objects.filter(audited).order_by().values("pk")
            return self.filter(pk__in=on_team.values("audit_id").union(own))
        on_team = on_team.filter(audit=OuterRef("pk"))
        return self.filter(
            Q(Exists(on_team)) | audited | access.subtree_filter("organisation__path", Role.PROGRAMME_MANAGER)
        )

    def with_my_role(self, access: "Access") -> "AuditQuerySet":
        """Adds `my_role`: this person's part in the team, or None."""
        mine = TeamMember.objects.filter(audit=OuterRef("pk"), person_id=access.person_id)
        return self.annotate(my_role=Subquery(mine.values("role")[:1]))

    def active(self) -> "AuditQuerySet":
        return self.filter(state__in=ACTIVE_STATES)


@pghistory.track(exclude=["items_total", "items_answered", "items_nonconforming"])
class Audit(models.Model):
    """One audit of one laboratory. The three counters are kept with each answer, in the same transaction."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("audit client"), on_delete=models.PROTECT, related_name="+"
    )
    laboratory = models.ForeignKey(
        Laboratory, verbose_name=_("laboratory"), on_delete=models.PROTECT, related_name="+"
    )
    programme = models.ForeignKey(
        Programme,
        verbose_name=_("audit programme"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="audits",
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices, default=Purpose.INTERNAL)
    method = models.CharField(_("method"), max_length=8, choices=Method.choices, default=Method.ON_SITE)
    objectives = models.TextField(_("objectives"))
    scope = models.TextField(_("scope"))
    edition = models.ForeignKey(Edition, verbose_name=_("audit criteria"), on_delete=models.PROTECT, related_name="+")
    checklist = models.ForeignKey(Checklist, verbose_name=_("checklist"), on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey(
        GradingScheme, verbose_name=_("grading scheme"), on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(_("language of the report"), max_length=5, default="en")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=10, choices=AuditState.choices, default=AuditState.PLANNED)
    conclusion = models.TextField(_("conclusion"), blank=True)
    degree = models.CharField(_("degree"), max_length=10, choices=Degree.choices, blank=True)
    diverging_opinions = models.TextField(_("diverging opinions"), blank=True)
    items_total = models.PositiveIntegerField(_("questions"), default=0)
    items_answered = models.PositiveIntegerField(_("answered"), default=0)
    items_nonconforming = models.PositiveIntegerField(_("nonconforming"), default=0)
    version = models.PositiveIntegerField(_("version"), default=1)
    planned_at = models.DateTimeField(_("planned at"), auto_now_add=True)
    planned_by = whom(_("planned by"), optional=False)
    started_at = when(_("started at"))
    started_by = whom(_("started by"))
    concluded_at = when(_("closing meeting recorded at"))
    concluded_by = whom(_("closing meeting recorded by"))
    reported_at = when(_("reported at"))
    reported_by = whom(_("reported by"))
    closed_at = when(_("closed at"))
    closed_by = whom(_("closed by"))
    cancelled_at = when(_("cancelled at"))
    cancelled_by = whom(_("cancelled by"))

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ("-starts_on", "-id")
        constraints = [
            state_known("audit", AuditState.values),
            stamped("audit", "started", [AuditState.UNDER_WAY]),
            stamped("audit", "concluded", [AuditState.CONCLUDED, AuditState.REPORTED, AuditState.CLOSED]),
            stamped("audit", "reported", [AuditState.REPORTED, AuditState.CLOSED]),
            stamped("audit", "closed", [AuditState.CLOSED]),
            stamped("audit", "cancelled", [AuditState.CANCELLED]),
            models.CheckConstraint(name="audit_dates_forward", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="audit_counters_within",
                condition=Q(items_answered__lte=F("items_total")) & Q(items_nonconforming__lte=F("items_answered")),
            ),
        ]
        indexes = [
            models.Index(fields=["-starts_on", "-id"], name="audit_newest"),
            models.Index(fields=["laboratory", "-starts_on"], name="audit_of_laboratory"),
            models.Index(fields=["organisation", "-starts_on"], name="audit_of_organisation"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_frozen(self) -> bool:
        """After the closing meeting no answer changes any more."""
        return self.state in FROZEN_STATES

    def is_late(self, on: date) -> bool:
        return self.state in (AuditState.PLANNED, AuditState.UNDER_WAY) and self.ends_on < on


@pghistory.track()
class TeamMember(models.Model):
    """A person's part in one audit."""

    audit = models.ForeignKey(Audit, verbose_name=_("audit"), on_delete=models.CASCADE, related_name="team")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(_("role"), max_length=8, choices=TeamRole.choices)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ("audit", "id")
        constraints = [
            models.UniqueConstraint(fields=["audit", "person"], name="teammember_once"),
            models.UniqueConstraint(
                fields=["audit"], condition=Q(role=TeamRole.LEADER), name="teammember_one_leader"
            ),
            models.CheckConstraint(name="teammember_role_known", condition=Q(role__in=TeamRole.values)),
        ]
        indexes = [models.Index(fields=["person", "audit"], name="teammember_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


@pghistory.track()
class Meeting(models.Model):
    """The opening or the closing meeting, with who was there."""

    audit = models.ForeignKey(Audit, verbose_name=_("audit"), on_delete=models.PROTECT, related_name="meetings")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=MeetingKind.choices)
    held_on = models.DateField(_("held on"))
    attendance = models.TextField(_("present"), help_text=_("One person a line: name, function."))
    minutes = models.TextField(_("minutes"), blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = whom(_("recorded by"), optional=False)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("audit", "id")
        constraints = [
            models.UniqueConstraint(fields=["audit", "kind"], name="meeting_once"),
            models.CheckConstraint(name="meeting_kind_known", condition=Q(kind__in=MeetingKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.kind}"


ANSWER_FROZEN = """
    IF EXISTS (
        SELECT 1 FROM audits_audit
        WHERE id = {row}.audit_id AND state IN ('concluded', 'reported', 'closed', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'the closing meeting of this audit was held: its answers are frozen'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN {row};
"""


@pghistory.track(
    pghistory.UpdateEvent("revised"),
    pghistory.DeleteEvent("removed"),
    fields=["verdict", "note", "version", "answered_at", "answered_by"],
    obj_field=pghistory.ObjForeignKey(related_name="revisions"),
    model_name="AnswerRevision",
)
class Answer(models.Model):
    """The verdict on one question of the audit's checklist. An empty verdict means unanswered.

    Every accepted answer stays as a revision, original and amended (ISO/IEC 17025 7.5.2): a trigger of the
    database appends it, so no service can forget it.

    The order and the clause are copied from the checklist item, so that the page needs one statement.
    """

    audit = models.ForeignKey(Audit, verbose_name=_("audit"), on_delete=models.PROTECT, related_name="answers")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(ChecklistItem, verbose_name=_("question"), on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))
    verdict = models.CharField(_("verdict"), max_length=14, choices=AnswerVerdict.choices, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    evidence_count = models.PositiveSmallIntegerField(_("files"), default=0)
    version = models.PositiveIntegerField(_("version"), default=0)
    answered_at = when(_("answered at"))
    answered_by = whom(_("answered by"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("audit", "position")
        constraints = [
            models.UniqueConstraint(fields=["audit", "position"], name="answer_position_once"),
            models.UniqueConstraint(fields=["audit", "item"], name="answer_item_once"),
            models.CheckConstraint(name="answer_verdict_known", condition=Q(verdict__in=["", *AnswerVerdict.values])),
            models.CheckConstraint(
                name="answer_answered_stamped",
                condition=Q(verdict="") | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_update",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=ANSWER_FROZEN.format(row="NEW"),
            ),
            pgtrigger.Trigger(
                name="frozen_delete",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=ANSWER_FROZEN.format(row="OLD"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.position}"


@pghistory.track()
class Evidence(StoredFile):
    """A photograph or document that belongs to an answer."""

    audit = models.ForeignKey(Audit, verbose_name=_("audit"), on_delete=models.PROTECT, related_name="evidence")
    answer = models.ForeignKey(Answer, verbose_name=_("answer"), on_delete=models.PROTECT, related_name="evidence")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveIntegerField(_("number"))
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = whom(_("added by"), optional=False)

    class Meta(StoredFile.Meta):
        abstract = False
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("audit", "number")
        constraints = [models.UniqueConstraint(fields=["audit", "number"], name="evidence_number_once")]

    def __str__(self) -> str:
        return f"E-{self.number:02d} {self.name}"


class AuditFinding(models.Model):
    """The audit's hold on a finding, which itself knows no audit."""

    audit = models.ForeignKey(Audit, verbose_name=_("audit"), on_delete=models.PROTECT, related_name="audit_findings")
    finding = models.OneToOneField(Finding, verbose_name=_("finding"), on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(
        Answer, verbose_name=_("answer"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("finding of an audit")
        verbose_name_plural = _("findings of audits")
        ordering = ("audit", "id")

    def __str__(self) -> str:
        return f"{self.audit_id} {self.finding_id}"
