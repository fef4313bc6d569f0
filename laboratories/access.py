"""What one person may see, from one query per request, however large the network."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from laboratories.enums import Role
from laboratories.models import Membership

if TYPE_CHECKING:
    from django.http import HttpRequest

    from laboratories.models import Laboratory

LABORATORY_ROLES = frozenset({Role.LABORATORY_MANAGER, Role.LABORATORY_STAFF})
# Roles that see the register below their organisation. An auditor sees audits, not the register.
REGISTER_ROLES = frozenset({Role.ADMINISTRATOR, Role.NATIONAL_COORDINATOR, Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR})
NOTHING = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Seat:
    """One valid membership."""

    role: str
    organisation_id: int
    organisation_path: str
    laboratory_id: int | None


@dataclass(frozen=True)
class Access:
    """One person and her seats. Every queryset, form choice, page and file is asked through this."""

    person_id: int
    person_name: str
    seats: tuple[Seat, ...]

    @classmethod
    def of(cls, person: Any) -> "Access":
        """One SQL statement."""
        today = timezone.localdate()
        rows = (
            Membership.objects.filter(person_id=person.pk, valid_from__lte=today)
            .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))
            .order_by("id")
            .values_list("role", "organisation_id", "laboratory_id", "organisation__path")
        )
        seats = tuple(Seat(role, organisation, path, laboratory) for role, organisation, laboratory, path in rows)
        return cls(person.pk, str(person), seats)

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(seat.role for seat in self.seats)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @cached_property
    def laboratory_ids(self) -> frozenset[int]:
        """Laboratories that this person belongs to (manager or staff)."""
        return frozenset(seat.laboratory_id for seat in self.seats if seat.laboratory_id)

    def manages_laboratory(self, laboratory_id: int) -> bool:
        return any(s.role == Role.LABORATORY_MANAGER and s.laboratory_id == laboratory_id for s in self.seats)

    def paths(self, *roles: str) -> list[str]:
        """Roots of the subtrees in which this person holds one of `roles`."""
        return sorted(
            {seat.organisation_path for seat in self.seats if seat.role in roles and not seat.laboratory_id}
        )

    def over(self, organisation_path: str, *roles: str) -> bool:
        """Does the person hold one of `roles` at this organisation or above it?"""
        return any(organisation_path.startswith(path) for path in self.paths(*roles))

    def subtree_filter(self, column: str, *roles: str) -> Q:
        """Rows whose organisation path lies in a subtree where this person holds one of `roles`."""
        condition = NOTHING
        for path in self.paths(*roles):
            condition |= Q(**{f"{column}__startswith": path})
        return condition

    def laboratory_filter(self) -> Q:
        condition = self.subtree_filter("organisation__path", *REGISTER_ROLES)
        return condition | Q(pk__in=self.laboratory_ids) if self.laboratory_ids else condition

    def reads_laboratory(self, laboratory: "Laboratory") -> bool:
        """Does `laboratory_filter` hold for this one? Its organisation is read beside it."""
        return laboratory.pk in self.laboratory_ids or self.over(laboratory.organisation.path, *REGISTER_ROLES)

    def organisation_filter(self) -> Q:
        own = {seat.organisation_id for seat in self.seats}
        return self.subtree_filter("path", *REGISTER_ROLES) | Q(pk__in=own)


def access_of(request: "HttpRequest") -> Access:
    """The access of the signed-in person, read once per request."""
    kept: Access | None = getattr(request, "_access", None)
    if kept is None:
        kept = Access.of(request.user)
        request._access = kept  # type: ignore[attr-defined]
    return kept
