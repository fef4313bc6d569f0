"""A catalog of NIST OSCAL: groups are headings, controls are audited, and what only we know stands in our namespace.

A catalog that this site wrote comes back whole. Of any other, labels, titles and the first words are taken.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from standards.parsing.checking import Cells, RawEdition
from standards.parsing.foreign import Gathered, listing, mapping, text
from standards.parsing.limits import failed

NS = "urn:labaudit:oscal"
STATEMENTS = ("overview", "statement")
KNOWN_CATALOG = frozenset({"uuid", "metadata", "groups", "controls"})
KNOWN_METADATA = frozenset({"title", "version", "last-modified", "oscal-version", "props"})
KNOWN_NODE = frozenset({"id", "class", "title", "props", "parts", "groups", "controls"})
HEADER_PROPS = ("standard", "checklist", "schema")
CLAUSE_PROPS = ("auditable", "title_kind", "lettered_items", "lettered_kind")
FIRST_DEEPEST = 60

Thing = dict[str, Any]


def read(whole: Thing, file: str, header: Cells) -> RawEdition:
    catalog = mapping(whole["catalog"], f"{file} $.catalog")
    metadata = mapping(catalog.get("metadata"), f"{file} $.catalog.metadata")
    found = Gathered(file)
    found.pass_over(catalog, KNOWN_CATALOG)
    found.pass_over(metadata, KNOWN_METADATA, "metadata.")
    own = _own_props(metadata, f"{file} $.catalog.metadata")
    _children(catalog, "$.catalog", "", 1, found)
    if not found.clauses:
        raise failed(f"{file} $.catalog", _("no clause was found"))
    title = text(metadata.get("title"), f"{file} $.catalog.metadata.title")
    version = text(metadata.get("version"), f"{file} $.catalog.metadata.version")
    said = {"standard": own.get("standard") or title[:40].strip(), "year": version[:20].strip(), "title": title[:200]}
    kept = {name: own[name] for name in HEADER_PROPS if name in own}
    speaks = own.get("questions") != "none" if "standard" in own else bool(found.questions)
    return found.raw({**said, **kept, **header}, questions=speaks)


def _children(thing: Thing, place: str, parent: str, level: int, found: Gathered) -> None:
    nodes = [
        (_sort_id(node), kind == "controls", f"{place}.{kind}[{index}]", node)
        for kind in ("groups", "controls")
        for index, node in enumerate(listing(thing.get(kind), f"{found.file} {place}.{kind}"))
    ]
    if all(key for key, _control, _place, _node in nodes):
        nodes.sort(key=lambda node: node[0])
    for _key, control, where, node in nodes:
        _node(mapping(node, f"{found.file} {where}"), where, parent, level, control, found)


def _sort_id(node: Any) -> str:
    props = node.get("props") if isinstance(node, dict) else None
    found = [prop for prop in props or () if isinstance(prop, dict) and prop.get("name") == "sort-id"]
    return str(found[0].get("value", "")) if found else ""


def _node(node: Thing, place: str, parent: str, level: int, control: bool, found: Gathered) -> None:
    where = f"{found.file} {place}"
    props = list(_props(node, where))
    if any(prop.get("name") == "status" and str(prop.get("value")).lower() == "withdrawn" for prop in props):
        found.unused["withdrawn"] += 1
        return
    own = _own_props(node, where)
    labels = [prop for prop in props if prop.get("name") == "label" and prop.get("ns") != NS]
    plain = [prop for prop in labels if not prop.get("class")] or labels
    label = text(plain[0].get("value"), f"{where}.props") if plain else text(node.get("id"), f"{where}.id")
    number = found.number(label, parent)
    title = text(node.get("title"), f"{where}.title")
    cells = {"number": number, "parent": parent, "title": title, "auditable": "yes" if control else "no"}
    cells["title_kind"] = "official"
    cells |= {name: own[name] for name in CLAUSE_PROPS if name in own}
    parts = list(_parts(node, place, found))
    found.clause(place, level, {**cells, "topic": _topic(parts)})
    found.pass_over(node, KNOWN_NODE)
    for part_place, part in parts:
        _part(part, part_place, number, cells["auditable"] == "yes", found)
    _children(node, place, number, level + 1, found)


def _topic(parts: list[tuple[str, Thing]]) -> str:
    """The first overview or statement, with the words of its items."""
    for place, part in parts:
        if part.get("name") in STATEMENTS and part.get("ns") != NS:
            return " ".join(_words(part, place))
    return ""


def _words(part: Thing, place: str, depth: int = 0) -> Iterator[str]:
    words = text(part.get("prose"), f"{place}.prose")
    if words:
        yield words
    for index, item in enumerate(listing(part.get("parts"), f"{place}.parts")):
        if depth < FIRST_DEEPEST and part.get("name") != "overview":
            yield from _words(mapping(item, f"{place}.parts[{index}]"), f"{place}.parts[{index}]", depth + 1)


def _part(part: Thing, place: str, number: str, audited: bool, found: Gathered) -> None:
    """Our questions come back; the parts of others are noted."""
    name = str(part.get("name"))
    if part.get("ns") != NS or name != "question":
        if name not in STATEMENTS:
            found.unused[f"part {name[:40]}"] += 1
        return
    where = f"{found.file} {place}"
    own = _own_props(part, where)
    cells: dict[str, Any] = {"clause": number, "text": part.get("prose"), "key": own.get("key", "")}
    cells["item"] = own.get("item", "")
    cells["applies_to"] = [prop["value"] for prop in _props(part, where) if prop.get("name") == "applies_to"]
    inner = [(p.get("name"), p.get("prose")) for _place, p in _parts(part, place, found)]
    cells["look_for"] = next((prose for name, prose in inner if name == "look_for"), "")
    cells["evidence"] = [prose for name, prose in inner if name == "evidence"]
    cells["nonconformities"] = [prose for name, prose in inner if name == "nonconformity"]
    found.question(place, cells)


def _parts(thing: Thing, place: str, found: Gathered) -> Iterator[tuple[str, Thing]]:
    for index, part in enumerate(listing(thing.get("parts"), f"{found.file} {place}.parts")):
        where = f"{place}.parts[{index}]"
        yield where, mapping(part, f"{found.file} {where}")


def _props(thing: Thing, place: str) -> Iterator[Thing]:
    for index, data in enumerate(listing(thing.get("props"), f"{place}.props")):
        prop = mapping(data, f"{place}.props[{index}]")
        yield {**prop, "value": text(prop.get("value"), f"{place}.props[{index}].value")}


def _own_props(thing: Thing, place: str) -> Mapping[str, str]:
    return {str(prop.get("name")): prop["value"] for prop in _props(thing, place) if prop.get("ns") == NS}
