"""YAML and JSON of our own schema, written the same way each time, so that versions can be compared."""

import json
from typing import Any

import yaml

from standards.parsing.rows import ParsedEdition
from standards.writing.rows import document_of

Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def as_yaml(parsed: ParsedEdition) -> bytes:
    text: str = yaml.dump(document_of(parsed), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110)
    return text.encode()


def as_json(parsed: ParsedEdition) -> bytes:
    return as_text(document_of(parsed))


def as_text(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
