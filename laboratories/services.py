"""Verbs about the network: organisations, and who is what in them."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from accounts.services import use_setup_link
from laboratories.enums import OrganisationKind, Role
from laboratories.models import Laboratory, Membership, Organisation


def create_organisation(
    *,
    code: str,
    name: str,
    kind: str,
    parent: Organisation | None = None,
    region: str = "",
    name_ru: str = "",
    name_kk: str = "",
) -> Organisation:
    """A place in the tree. The path is known once the row has its id."""
    with transaction.atomic():
        organisation = Organisation.objects.create(
            code=code,
            name=name,
            kind=kind,
            parent=parent,
            region=region,
            name_ru=name_ru,
            name_kk=name_kk,
            path=f"new-{code}",
        )
        organisation.path = f"{parent.path if parent else ''}{organisation.pk}."
        organisation.save(update_fields=["path"])
    return organisation


def add_member(
    person: User,
    organisation: Organisation,
    role: str,
    *,
    laboratory: Laboratory | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Membership:
    return Membership.objects.create(
        person=person,
        organisation=organisation,
        laboratory=laboratory,
        role=role,
        valid_from=valid_from or timezone.localdate(),
        valid_until=valid_until,
    )


def found_installation(token: str, *, organisation: str, name: str, email: str, password: str) -> User:
    """The first organisation and its administrator, from the one-time link. Raises RuleBroken when it ran out."""
    with transaction.atomic():
        person = use_setup_link(token, name=name, email=email, password=password)
        root = create_organisation(
            code=slugify(organisation)[:30] or "organisation", name=organisation, kind=OrganisationKind.AGENCY
        )
        add_member(person, root, Role.ADMINISTRATOR)
    return person
