"""Catalogues of other programs that must be refused, each with the path that the message has to name."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from standards.writing.formats import FORMATS
from standards.writing.sample import sample
from tests.standards.malformed import Bad


def oscal(change: Callable[[Any], Any]) -> bytes:
    whole = json.loads(FORMATS["oscal"].write(sample(), None))
    change(whole["catalog"])
    return json.dumps(whole).encode()


def library(*nodes: Any, **framework: Any) -> bytes:
    whole = {"urn": "urn:x:lib", "objects": {"framework": {"name": "F", "requirement_nodes": nodes} | framework}}
    return json.dumps({"version": 1} | whole).encode()


def node(name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:x:{name}", "ref_id": name, "name": f"Node {name}", "assessable": False} | more


def of_others() -> Iterator[Bad]:
    first = "$.catalog.groups[0]"
    yield Bad("catalog a list", "d.json", b'{"catalog": []}', "$.catalog", "Names with values")
    yield Bad("no metadata", "d.json", oscal(lambda it: it.pop("metadata")), "$.catalog.metadata", "Names with")
    yield Bad("groups an object", "d.json", oscal(lambda it: it.update(groups={})), "$.catalog.groups", "A list")
    yield Bad("a group a text", "d.json", oscal(lambda it: it.update(groups=["x"])), first, "Names with values")
    titled = oscal(lambda it: it["groups"][0].update(title={"a": 1}))
    yield Bad("title an object", "d.json", titled, f"{first}.title", "A text")
    untitled = oscal(lambda it: it["groups"][0].pop("title"))
    yield Bad("group without a title", "d.json", untitled, f"{first}, column title", "empty")
    props = oscal(lambda it: it["groups"][0].update(props=[{"name": "label", "value": []}]))
    yield Bad("value a list", "d.json", props, f"{first}.props[0].value", "A text")
    parts = oscal(lambda it: it["groups"][0]["controls"][0].update(parts=[7]))
    yield Bad("part a figure", "d.json", parts, f"{first}.controls[0].parts[0]", "Names with values")
    prose = oscal(lambda it: it["groups"][0].update(parts=[{"name": "overview", "prose": [1]}]))
    yield Bad("prose a list", "d.json", prose, f"{first}.parts[0].prose", "A text")
    asked = oscal(lambda it: it["groups"][0]["controls"][0]["parts"][0].pop("prose"))
    yield Bad("question without prose", "d.json", asked, f"{first}.controls[0].parts[0], column text", "empty")
    newer = oscal(
        lambda it: it["metadata"]["props"].append({"name": "schema", "ns": "urn:labaudit:oscal", "value": "2"})
    )
    yield Bad("newer schema, oscal", "d.json", newer, "d.json, column schema", "schema 2")
    yield Bad("no clause, oscal", "d.json", oscal(lambda it: it.update(groups=[])), "$.catalog", "no clause")
    nameless = b'{"catalog": {"metadata": {}, "groups": [{"id": "a", "title": "A"}]}}'
    yield Bad("no title, oscal", "d.json", nameless, "column standard", "empty")
    deep: dict[str, Any] = {"id": "x", "title": "X"}
    for _level in range(12):
        deep = {"id": "x", "title": "X", "groups": [deep]}
    yield Bad("12 levels", "d.json", oscal(lambda it: it.update(groups=[deep])), "groups[0].groups[0]", "9 levels")
    nodes = "$.objects.framework.requirement_nodes"
    yield Bad("nodes an object", "d.json", library(requirement_nodes={"a": 1}), nodes, "A list")
    yield Bad("no nodes", "d.json", library(), nodes, "no clause")
    yield Bad("a node a text", "d.json", library("x"), f"{nodes}[0]", "Names with values")
    yield Bad("node without urn", "d.json", library(node("a", urn=None)), f"{nodes}[0].urn", "empty")
    yield Bad("urn twice", "d.json", library(node("a"), node("a")), f"{nodes}[1].urn", "twice")
    orphan = library(node("a"), node("b", parent_urn="urn:x:c"))
    yield Bad("orphan node", "d.json", orphan, f"{nodes}[1].parent_urn", "no clause with this urn")
    loop = library(node("r"), node("a", parent_urn="urn:x:b"), node("b", parent_urn="urn:x:a"))
    yield Bad("loop of nodes", "d.json", loop, f"{nodes}[1].parent_urn", "a part of itself")
    own = library(node("r"), node("a", parent_urn="urn:x:a"))
    yield Bad("node of itself", "d.json", own, f"{nodes}[1].parent_urn", "a part of itself")
    yield Bad(
        "assessable in words", "d.json", library(node("a", assessable="x")), f"{nodes}[0].assessable", "true or"
    )
    wordless = library(node("a", assessable=True, questions={"q": {"text": ""}}))
    yield Bad("question without words", "d.json", wordless, f"{nodes}[0].questions['q'], column text", "empty")
    yield Bad("questions a figure", "d.json", library(node("a", questions=7)), f"{nodes}[0].questions", "A list")
    yield Bad("objects a list", "d.json", b'{"objects": []}', "$.objects", "Names with values")
    yield Bad("no framework", "d.json", b'{"objects": {"threats": []}}', "$.objects", "one framework")
    both = b'{"objects": {"frameworks": [{}, {}]}}'
    yield Bad("two frameworks", "d.json", both, "$.objects", "2 are found")


ALL = [*of_others()]
