"""The network: organisations in a tree, their laboratories, and who is what in them."""

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from laboratories.enums import (
    Activity,
    LaboratoryKind,
    Level,
    ManagementOption,
    OrganisationKind,
    Role,
    Sector,
)

if TYPE_CHECKING:
    from laboratories.access import Access


class NamedInLanguages(models.Model):
    """A name in English, Russian and Kazakh; an empty one falls back to another language."""

    name = models.CharField(_("name"), max_length=200)
    name_ru = models.CharField(_("name in Russian"), max_length=200, blank=True)
    name_kk = models.CharField(_("name in Kazakh"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        language = (get_language() or "en")[:2]
        return getattr(self, f"name_{language}", "") or self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, access: "Access") -> "OrganisationQuerySet":
        """What lies in the subtrees of the person's organisations, and the owners of her laboratories."""
        return self.filter(access.organisation_filter())


@pghistory.track()
class Organisation(NamedInLanguages):
    """A ministry, committee, agency, centre, university or company; any depth.

    `path` holds the ids from the root, each closed by a dot ("3.17."), so that a subtree is a prefix.
    """

    code = models.SlugField(_("code"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
    )
    path = models.CharField(_("path"), max_length=200, unique=True, editable=False)
    region = models.CharField(_("region"), max_length=60, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("path",)
        indexes = [models.Index(fields=["path"], name="organisation_subtree", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.CheckConstraint(name="organisation_kind_known", condition=Q(kind__in=OrganisationKind.values)),
            models.CheckConstraint(
                name="organisation_not_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
            ),
        ]


class LaboratoryQuerySet(models.QuerySet["Laboratory"]):
    def visible_to(self, access: "Access") -> "LaboratoryQuerySet":
        return self.filter(access.laboratory_filter())

    def auditable_by(self, access: "Access") -> "LaboratoryQuerySet":
        """Laboratories for which this person may plan an audit: never her own."""
        above = access.subtree_filter("organisation__path", Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR)
        return self.filter(above).exclude(pk__in=access.laboratory_ids)


@pghistory.track()
class Laboratory(NamedInLanguages):
    """A laboratory of the network, owned by one organisation."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="laboratories"
    )
    code = models.SlugField(_("code"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=LaboratoryKind.choices)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    sectors = ArrayField(
        models.CharField(max_length=12, choices=Sector.choices), verbose_name=_("sectors"), default=list
    )
    activities = ArrayField(
        models.CharField(max_length=24, choices=Activity.choices), verbose_name=_("activities"), default=list
    )
    management_option = models.CharField(
        _("management system"), max_length=8, choices=ManagementOption.choices, default=ManagementOption.A
    )
    region = models.CharField(_("region"), max_length=60)
    city = models.CharField(_("city"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    business_id = models.CharField(_("business identification number"), max_length=12, blank=True)
    sort_name = models.CharField(_("sort key"), max_length=200, editable=False, db_index=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = LaboratoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("laboratory")
        verbose_name_plural = _("laboratories")
        ordering = ("sort_name", "id")
        indexes = [GinIndex(fields=["sectors"], name="laboratory_sectors")]
        constraints = [
            models.CheckConstraint(name="laboratory_kind_known", condition=Q(kind__in=LaboratoryKind.values)),
            models.CheckConstraint(name="laboratory_level_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="laboratory_option_known", condition=Q(management_option__in=ManagementOption.values)
            ),
        ]

    def traits(self) -> set[str]:
        """What decides which questions apply: activities and the option of the management system."""
        return {*self.activities, self.management_option}


@pghistory.track()
class Membership(models.Model):
    """A person's role in an organisation (with all below it) or in one laboratory, for a time."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="memberships"
    )
    laboratory = models.ForeignKey(
        Laboratory,
        verbose_name=_("laboratory"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [models.Index(fields=["person"], name="membership_person")]
        constraints = [
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="membership_period_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="membership_laboratory_role",
                condition=Q(role__in=[Role.LABORATORY_MANAGER, Role.LABORATORY_STAFF], laboratory__isnull=False)
                | (~Q(role__in=[Role.LABORATORY_MANAGER, Role.LABORATORY_STAFF]) & Q(laboratory__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "laboratory", "role", "valid_from"],
                name="membership_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"
