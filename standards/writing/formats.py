"""The formats that can be asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from standards.parsing.rows import ParsedEdition
from standards.writing.documents import as_json, as_yaml
from standards.writing.oscal import as_oscal
from standards.writing.tables import as_csv, as_xlsx

Moment = datetime | None


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is called, and how it is written."""

    label: str
    suffix: str
    media_type: str
    write: Callable[[ParsedEdition, Moment], bytes]


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "xlsx": Format("XLSX", ".xlsx", XLSX, as_xlsx),
    "csv": Format("CSV", ".csv", "text/csv; charset=utf-8", lambda parsed, _moment: as_csv(parsed)),
    "yaml": Format("YAML", ".yaml", "application/yaml", lambda parsed, _moment: as_yaml(parsed)),
    "json": Format("JSON", ".json", "application/json", lambda parsed, _moment: as_json(parsed)),
    "oscal": Format("OSCAL (JSON)", ".oscal.json", "application/json", as_oscal),
}
TEMPLATES = {kind: FORMATS[kind] for kind in ("xlsx", "csv")}
