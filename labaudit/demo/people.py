"""Who can sign in to the demo."""

from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import User
from auditors.models import Qualification
from labaudit.demo.reading import read
from laboratories.models import Laboratory, Membership, Organisation
from standards.models import Standard

PASSWORD = "labaudit-trial-2026"
SEATED_FOR = timedelta(days=1095)


def demo_people() -> list[dict[str, str]]:
    """One person for each role, for the table that the launcher prints."""
    return [
        {"role": person["shown"], "name": person["name"], "email": person["email"], "password": PASSWORD}
        for person in read("people")
        if "shown" in person
    ]


def build_people(today: date) -> dict[str, User]:
    """Everyone, seated and (auditors) qualified, by e-mail."""
    rows = read("people")
    hashed = make_password(PASSWORD)  # one hash for all: hashing two dozen times would take seconds
    joined = [User(email=row["email"], name=row["name"], language=row["language"], password=hashed) for row in rows]
    people = {person.email: person for person in User.objects.bulk_create(joined)}
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, primary=True, verified=True) for person in people.values()
    )
    organisations = {one.code: one for one in Organisation.objects.all()}
    laboratories = {one.code: one for one in Laboratory.objects.select_related("organisation")}
    seats = [_seat(row, people[row["email"]], organisations, laboratories, today) for row in rows]
    Membership.objects.bulk_create(seats)
    Qualification.objects.bulk_create(_qualifications(rows, people, organisations, today))
    return people


def _seat(
    row: dict[str, Any],
    person: User,
    organisations: dict[str, Organisation],
    laboratories: dict[str, Laboratory],
    today: date,
) -> Membership:
    laboratory = laboratories[row["lab"]] if "lab" in row else None
    return Membership(
        person=person,
        organisation=laboratory.organisation if laboratory else organisations[row["of"]],
        laboratory=laboratory,
        role=row["role"],
        valid_from=today - SEATED_FOR,
    )


def _qualifications(
    rows: list[dict[str, Any]], people: dict[str, User], organisations: dict[str, Organisation], today: date
) -> list[Qualification]:
    standard = Standard.objects.get(code="ISO/IEC 17025")
    return [
        Qualification(
            organisation=organisations[row["of"]],
            person=people[row["email"]],
            standard=standard,
            qualified_as=row["as"],
            valid_from=today - timedelta(days=800),
            valid_until=today + timedelta(days=400),
        )
        for row in rows
        if "as" in row
    ]
