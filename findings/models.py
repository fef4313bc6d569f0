"""A finding and its whole life under ISO/IEC 17025 8.7: requirement, evidence, statement; answer; actions.

A finding knows no audit (8.7 also covers complaints, nonconforming work): it keeps a source and a reference.
"""

from datetime import date
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.constraints import stamped, state_known
from core.fields import when, whom
from core.models import StoredFile
from findings.enums import OPEN_STATES, TEAM_TURN, ActionState, Decision, FindingState
from laboratories.enums import Role
from laboratories.models import Laboratory, Organisation
from standards.models import Clause, Grade

if TYPE_CHECKING:
    from laboratories.access import Access


# What has no date comes last in a list.
FAR = date(9999, 12, 31)


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, access: "Access") -> "FindingQuerySet":
        """Its reviewers; who runs programmes above it; the laboratory's own people once it is raised."""
        reviewed = Reviewer.objects.filter(person_id=access.person_id).order_by()
        raised = Q(laboratory_id__in=access.laboratory_ids) & ~Q(state=FindingState.DRAFT)
        if access.laboratory_ids and not access.has(Role.PROGRAMME_MANAGER):
            # Two short lists of ids; joined by OR, the database would look at every finding.
            own = Finding.objects.filter(raised).order_by().values("pk")
            return self.filter(pk__in=reviewed.values("finding_id").union(own))
        reviewed = reviewed.filter(finding=OuterRef("pk"))
        below = access.subtree_filter("organisation__path", Role.PROGRAMME_MANAGER)
        if access.laboratory_ids:  # towards her own laboratory she is the laboratory
            below &= ~Q(laboratory_id__in=access.laboratory_ids)
        return self.filter(Q(Exists(reviewed)) | raised | below)

    def with_my_part(self, access: "Access") -> "FindingQuerySet":
        """Adds `decides`: True for a reviewer who decides, False for one who only reads, None for others."""
        mine = Reviewer.objects.filter(finding=OuterRef("pk"), person_id=access.person_id)
        return self.annotate(decides=Subquery(mine.values("decides")[:1]))

    def open(self) -> "FindingQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, on: date) -> "FindingQuerySet":
        return self.open().filter(due_on__lt=on)

    def waiting_for(self, access: "Access") -> "FindingQuerySet":
        """Where the next step is this person's: to answer, to carry out, or to judge."""
        judges = Reviewer.objects.filter(finding=OuterRef("pk"), person_id=access.person_id, decides=True)
        condition = Q(Exists(judges)) & Q(state__in=TEAM_TURN) & ~Q(laboratory_id__in=access.laboratory_ids)
        managed = [pk for pk in access.laboratory_ids if access.manages_laboratory(pk)]
        to_answer = Q(state=FindingState.RETURNED) | Q(state=FindingState.RAISED, grade__response_required=True)
        condition |= Q(laboratory_id__in=managed) & to_answer
        condition |= Q(laboratory_id__in=access.laboratory_ids, state=FindingState.ACCEPTED)
        return self.filter(condition)


@pghistory.track()
class Finding(models.Model):
    """What was found against a requirement. `due_on` is the date of whatever is expected next."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    laboratory = models.ForeignKey(
        Laboratory, verbose_name=_("laboratory"), on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(_("source"), max_length=20)
    source_ref = models.CharField(_("reference of the source"), max_length=40)
    number = models.CharField(_("number"), max_length=10)
    title = models.CharField(_("title"), max_length=160)
    requirement = models.TextField(_("requirement"), help_text=_("In your own words: what is asked for."))
    evidence = models.TextField(_("evidence"), help_text=_("What was seen, where, when; n of m sampled."))
    statement = models.TextField(_("statement"), help_text=_("One sentence: which requirement is not met."))
    grade = models.ForeignKey(Grade, verbose_name=_("grade"), on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=FindingState.choices, default=FindingState.DRAFT)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    created_by = whom(_("written by"), optional=False)
    raised_at = when(_("raised at"))
    raised_by = whom(_("raised by"))
    answered_at = when(_("answered at"))
    answered_by = whom(_("answered by"))
    returned_at = when(_("returned at"))
    returned_by = whom(_("returned by"))
    accepted_at = when(_("accepted at"))
    accepted_by = whom(_("accepted by"))
    implemented_at = when(_("implemented at"))
    implemented_by = whom(_("implemented by"))
    closed_at = when(_("closed at"))
    closed_by = whom(_("closed by"))
    withdrawn_at = when(_("withdrawn at"))
    withdrawn_by = whom(_("withdrawn by"))

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["source", "source_ref", "number"], name="finding_number_once"),
            state_known("finding", FindingState.values),
            stamped("finding", "raised", OPEN_STATES),
            stamped("finding", "answered", [FindingState.ANSWERED, FindingState.ACCEPTED]),
            stamped("finding", "returned", [FindingState.RETURNED]),
            stamped("finding", "accepted", [FindingState.ACCEPTED, FindingState.IMPLEMENTED]),
            stamped("finding", "implemented", [FindingState.IMPLEMENTED]),
            stamped("finding", "closed", [FindingState.CLOSED]),
            stamped("finding", "withdrawn", [FindingState.WITHDRAWN]),
        ]
        indexes = [
            models.Index(fields=["laboratory", "state", "due_on"], name="finding_of_laboratory"),
            models.Index(fields=["due_on", "id"], name="finding_due", condition=Q(state__in=OPEN_STATES)),
            models.Index(Coalesce("due_on", FAR), "id", name="finding_in_list"),
        ]

    def __str__(self) -> str:
        return f"{self.source_ref}/{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class FindingClause(models.Model):
    """The clause that a finding cites, down to the letter. `detail` names more (a dash, an own procedure)."""

    finding = models.ForeignKey(Finding, verbose_name=_("finding"), on_delete=models.CASCADE, related_name="clauses")
    clause = models.ForeignKey(Clause, verbose_name=_("clause"), on_delete=models.PROTECT, related_name="+")
    letter = models.CharField(_("letter"), max_length=2, blank=True)
    detail = models.CharField(_("detail"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("cited clause")
        verbose_name_plural = _("cited clauses")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["finding", "clause", "letter"], name="findingclause_once")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"{self.clause.number} {self.letter})" if self.letter else self.clause.number


@pghistory.track()
class Reviewer(models.Model):
    """A person of the side that raised the finding. Only one who `decides` accepts, returns and closes.

    The source (an audit) names its team here, so that a finding need not know where it came from.
    """

    finding = models.ForeignKey(
        Finding, verbose_name=_("finding"), on_delete=models.CASCADE, related_name="reviewers"
    )
    person = whom(_("person"), optional=False)
    decides = models.BooleanField(_("decides"), default=False)

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        ordering = ("finding", "id")
        constraints = [models.UniqueConstraint(fields=["finding", "person"], name="reviewer_once")]
        indexes = [models.Index(fields=["person", "finding"], name="reviewer_person")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.person_id}"


@pghistory.track()
class Response(models.Model):
    """One round of the laboratory's answer: correction, extent, cause, and how effect will be judged."""

    finding = models.ForeignKey(
        Finding, verbose_name=_("finding"), on_delete=models.PROTECT, related_name="responses"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    round = models.PositiveSmallIntegerField(_("round"))
    correction = models.TextField(_("correction"))
    extent = models.TextField(_("extent"))
    cause = models.TextField(_("cause"))
    effectiveness = models.TextField(_("how effectiveness will be judged"), blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), auto_now_add=True)
    submitted_by = whom(_("submitted by"), optional=False)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, default=Decision.PENDING)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)
    decided_at = when(_("decided at"))
    decided_by = whom(_("decided by"))

    class Meta:
        verbose_name = _("answer of the laboratory")
        verbose_name_plural = _("answers of laboratories")
        ordering = ("finding", "round")
        constraints = [
            models.UniqueConstraint(fields=["finding", "round"], name="response_round_once"),
            models.CheckConstraint(name="response_decision_known", condition=Q(decision__in=Decision.values)),
            models.CheckConstraint(
                name="response_decided_stamped",
                condition=Q(decision=Decision.PENDING, decided_at__isnull=True)
                | Q(~Q(decision=Decision.PENDING), decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} round {self.round}"


@pghistory.track()
class Action(models.Model):
    """A corrective action: what, by whom, until when; done with a note."""

    finding = models.ForeignKey(Finding, verbose_name=_("finding"), on_delete=models.PROTECT, related_name="actions")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(_("what"), max_length=300)
    responsible = models.CharField(_("responsible (function)"), max_length=120)
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=8, choices=ActionState.choices, default=ActionState.OPEN)
    note = models.TextField(_("what was done"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    created_by = whom(_("written by"), optional=False)
    done_at = when(_("done at"))
    done_by = whom(_("done by"))

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ("finding", "due_on", "id")
        constraints = [
            state_known("action", ActionState.values),
            stamped("action", "done", [ActionState.DONE]),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="action_due", condition=Q(state=ActionState.OPEN))]

    def __str__(self) -> str:
        return self.what


@pghistory.track()
class ActionEvidence(StoredFile):
    """A file that shows what the laboratory did."""

    finding = models.ForeignKey(Finding, verbose_name=_("finding"), on_delete=models.PROTECT, related_name="files")
    action = models.ForeignKey(
        Action,
        verbose_name=_("action"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="files",
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = whom(_("added by"), optional=False)

    class Meta(StoredFile.Meta):
        abstract = False
        verbose_name = _("evidence of an action")
        verbose_name_plural = _("evidence of actions")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name
