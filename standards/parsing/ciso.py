"""A library of CISO Assistant: the nodes of its framework, whose `parent_urn` makes the tree."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from standards.parsing.checking import Cells, RawEdition
from standards.parsing.foreign import Gathered, listing, mapping, text
from standards.parsing.limits import failed

KNOWN_LIBRARY = frozenset(
    [
        "urn",
        "locale",
        "ref_id",
        "name",
        "description",
        "copyright",
        "version",
        "publication_date",
        "provider",
        "packager",
        "objects",
        "convert_library_version",
    ]
)
KNOWN_FRAMEWORK = frozenset(["urn", "ref_id", "name", "description", "requirement_nodes"])
KNOWN_NODE = frozenset(
    [
        "urn",
        "parent_urn",
        "ref_id",
        "name",
        "description",
        "assessable",
        "depth",
        "questions",
        "question",
        "typical_evidence",
    ]
)
KNOWN_QUESTION = frozenset(("urn", "text"))
EVIDENCE = {"longest": 300, "most": 30}

Thing = dict[str, Any]
Placed = tuple[str, Thing]


def read(whole: Thing, file: str, header: Cells) -> RawEdition:
    place, framework = _framework(whole, file)
    found = Gathered(file)
    found.pass_over(whole, KNOWN_LIBRARY)
    found.pass_over(mapping(whole["objects"], f"{file} $.objects"), frozenset({"framework", "frameworks"}))
    found.pass_over(framework, KNOWN_FRAMEWORK, "framework.")
    by_parent = _tree(framework, place, found)
    _add(by_parent, "", "", 1, found)
    lost = sum(map(len, by_parent.values()))
    if lost:
        where, _node = next(iter(by_parent.values()))[0]
        raise failed(f"{file} {where}.parent_urn", _("this clause is, through others, a part of itself"))
    if not found.clauses:
        raise failed(f"{file} {place}.requirement_nodes", _("no clause was found"))
    return found.raw({**_header(whole, framework, f"{file} {place}"), **header}, questions=bool(found.questions))


def _framework(whole: Thing, file: str) -> Placed:
    objects = mapping(whole["objects"], f"{file} $.objects")
    if "framework" in objects:
        place = "$.objects.framework"
        return place, mapping(objects["framework"], f"{file} {place}")
    frameworks = listing(objects.get("frameworks"), f"{file} $.objects.frameworks")
    if len(frameworks) != 1:
        words = _("one framework is expected here, and %(count)d are found")
        raise failed(f"{file} $.objects", words % {"count": len(frameworks)})
    place = "$.objects.frameworks[0]"
    return place, mapping(frameworks[0], f"{file} {place}")


def _header(whole: Thing, framework: Thing, place: str) -> Cells:
    name = text(framework.get("name"), f"{place}.name") or text(whole.get("name"), "$.name")
    reference = text(framework.get("ref_id"), f"{place}.ref_id") or name
    version = text(whole.get("version"), "$.version")
    return {"standard": reference[:40].strip(), "year": version[:20], "title": (name or reference)[:200]}


def _tree(framework: Thing, place: str, found: Gathered) -> dict[str, list[Placed]]:
    """The nodes by the urn of what they are part of."""
    nodes = listing(framework.get("requirement_nodes"), f"{found.file} {place}.requirement_nodes")
    placed = [(f"{place}.requirement_nodes[{index}]", node) for index, node in enumerate(nodes)]
    urns: set[str] = set()
    for where, node in placed:
        urn = _urn(mapping(node, f"{found.file} {where}"), "urn", where, found)
        if not urn or urn in urns:
            reason = _("this urn stands here twice") if urn else _("this is empty")
            raise failed(f"{found.file} {where}.urn", reason)
        urns.add(urn)
    by_parent: dict[str, list[Placed]] = {}
    for where, node in placed:
        parent = _urn(node, "parent_urn", where, found)
        if parent and parent not in urns:
            raise failed(f"{found.file} {where}.parent_urn", _("there is no clause with this urn"))
        by_parent.setdefault(parent, []).append((where, node))
    return by_parent


def _urn(node: Thing, name: str, where: str, found: Gathered) -> str:
    return text(node.get(name), f"{found.file} {where}.{name}").lower()


def _add(by_parent: dict[str, list[Placed]], urn: str, parent: str, level: int, found: Gathered) -> None:
    for where, node in by_parent.pop(urn, []):
        number = _clause(where, node, parent, level, found)
        _add(by_parent, _urn(node, "urn", where, found), number, level + 1, found)


def _clause(where: str, node: Thing, parent: str, level: int, found: Gathered) -> str:
    place = f"{found.file} {where}"
    reference = text(node.get("ref_id"), f"{place}.ref_id")
    name = text(node.get("name"), f"{place}.name")
    description = text(node.get("description"), f"{place}.description")
    audited = node.get("assessable", False)
    if not isinstance(audited, bool):
        raise failed(f"{place}.assessable", _("true or false is expected here"))
    number = found.number(reference, parent)
    asked = (text(question.get("text"), f"{found.file} {at}.text") for at, question in _asked(where, node, found))
    title = name or description or next(asked, "") or reference or number
    topic = description if name else ""
    cells = {
        "number": number,
        "parent": parent,
        "title": title,
        "topic": topic,
        "title_kind": "official" if name else "label",
    }
    found.clause(where, level, {**cells, "auditable": "yes" if audited else "no"})
    found.pass_over(node, KNOWN_NODE)
    _questions(where, node, number, audited, found)
    return number


def _questions(where: str, node: Thing, number: str, audited: bool, found: Gathered) -> None:
    evidence = _lines(node.get("typical_evidence"), f"{found.file} {where}.typical_evidence", found)
    for place, question in _asked(where, node, found):
        if not audited:
            found.unused["questions of headings"] += 1
            continue
        cells = {"clause": number, "text": text(question.get("text"), f"{found.file} {place}.text")}
        found.question(place, {**cells, "evidence": evidence})
        found.pass_over(question, KNOWN_QUESTION, "question.")


def _asked(where: str, node: Thing, found: Gathered) -> Iterator[Placed]:
    """Questions stand under their urn, or in a list; before, they stood in a list in `question`."""
    place = f"{where}.questions"
    asked = node.get("questions")
    if asked is None and node.get("question"):
        place = f"{where}.question.questions"
        asked = mapping(node["question"], f"{found.file} {where}.question").get("questions")
    if isinstance(asked, dict):
        placed = [(f"{place}['{str(name)[:80]}']", question) for name, question in asked.items()]
    else:
        questions = listing(asked, f"{found.file} {place}")
        placed = [(f"{place}[{index}]", question) for index, question in enumerate(questions)]
    for where_asked, question in placed:
        yield where_asked, mapping(question, f"{found.file} {where_asked}")


def _lines(data: Any, place: str, found: Gathered) -> list[str]:
    """One piece of evidence for each line."""
    if data is not None and not isinstance(data, str):
        raise failed(place, _("A text is expected here."))
    lines = [line.strip(" \t-•*")[: EVIDENCE["longest"]] for line in (data or "").splitlines()]
    kept = [line for line in lines if line]
    if len(kept) > EVIDENCE["most"]:
        found.unused["typical_evidence"] += 1
    return kept[: EVIDENCE["most"]]
