"""The invented organisations, laboratories and programmes."""

from datetime import date, timedelta
from random import Random
from typing import Any

from audits.models import Programme
from labaudit.demo.reading import read
from laboratories.enums import Activity, ManagementOption, Sector
from laboratories.models import Laboratory, Organisation
from laboratories.services import create_organisation
from standards.models import GradingScheme

ROOT = "DEMO-NET"
SECTORS = {"H": Sector.HUMAN, "A": Sector.ANIMAL, "P": Sector.PLANT, "F": Sector.FOOD, "E": Sector.ENVIRONMENT}
ACTIVITIES = {
    "T": Activity.TESTING,
    "C": Activity.CALIBRATION,
    "S": Activity.SAMPLING,
    "O": Activity.OPINIONS,
    "F": Activity.CONFORMITY_STATEMENTS,
    "V": Activity.METHOD_VALIDATION,
}
STREETS = ("Abyroi", "Bereke", "Demo", "Jibek", "Orken", "Tabys")


def build_network(rng: Random) -> None:
    organisations: dict[str, Organisation] = {}
    for row in read("organisations"):
        organisations[row["code"]] = create_organisation(
            code=row["code"],
            name=row["en"],
            name_ru=row["ru"],
            name_kk=row["kk"],
            kind=row["kind"],
            parent=organisations.get(row.get("under", "")),
            region=row["region"],
        )
    rows = enumerate(read("laboratories"), start=1)
    Laboratory.objects.bulk_create(_laboratory(row, number, organisations, rng) for number, row in rows)


def _laboratory(row: dict[str, Any], number: int, organisations: dict[str, Organisation], rng: Random) -> Laboratory:
    return Laboratory(
        organisation=organisations[row["of"]],
        code=row["code"],
        name=row["en"],
        name_ru=row["ru"],
        name_kk=row["kk"],
        kind=row["kind"],
        level=row["level"],
        sectors=[SECTORS[letter] for letter in row["sectors"]],
        activities=[ACTIVITIES[letter] for letter in row["does"]],
        management_option=ManagementOption.B if row.get("b") else ManagementOption.A,
        region=row["region"],
        city=row["city"],
        address=f"{rng.choice(STREETS)} street {rng.randint(1, 90)}",
        business_id=f"9900000{number:05d}",
        sort_name=row["en"].casefold(),
    )


def build_programmes(today: date) -> None:
    scheme = GradingScheme.objects.get(code="default")
    organisations = Organisation.objects.in_bulk(field_name="code")
    for row in read("programmes"):
        Programme.objects.create(
            organisation=organisations[row["of"]],
            code=row["code"],
            title=row["title"],
            starts_on=today + timedelta(days=row["from"]),
            ends_on=today + timedelta(days=row["until"]),
            scheme=scheme,
        )
