"""From bytes to text, and from text to what YAML or JSON says, with strict limits first."""

import json
import re
from collections.abc import Hashable, Iterable
from typing import Any

import yaml
from django.utils.translation import gettext as _

from standards.parsing.limits import DEEPEST, MOST_YAML_EVENTS, failed

Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LONGEST_FIGURE = 60
FIGURE = re.compile(r"[-+]?[0-9][0-9a-fA-FxXob_:.]*")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Unclear(ValueError):
    """What is meant cannot be known: a name stands twice in one place, or a value is none."""


class Loader(Base):
    """The safe loader, without the habit of taking the last of two values with the same name."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
        again = twice(names)
        if again is not None:
            problem = _("the name “%(name)s” stands here twice") % {"name": again[:40]}
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return found


def twice(names: Iterable[str]) -> str | None:
    """The first name that stood there before, in one pass."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def text_of(content: bytes, name: str) -> str:
    if content.startswith(UTF_16):
        raise failed(name, _("The file is UTF-16 (“Unicode text”). Save it as “CSV UTF-8” or as UTF-8 text."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise failed(name, _("The file is not UTF-8. Save it as “CSV UTF-8” or as UTF-8 text."), row) from error
    if "\0" in text:
        raise failed(name, _("The file is not a text."), text[: text.index("\0")].count("\n") + 1)
    return text


def yaml_of(content: bytes, name: str) -> Any:
    text = text_of(content, name)
    try:
        _check_events(text, name)
        return yaml.load(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        raise failed(name, _("This is not YAML: %(problem)s.") % {"problem": error.problem}, row) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise failed(name, _("This is not YAML: %(problem)s.") % {"problem": str(error)[:200]}) from error


def _check_events(text: str, name: str) -> None:
    """A small file can unfold into a huge one by aliases, or break the stack by depth: both are refused."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=Base)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        endless = isinstance(event, yaml.AliasEvent) or _endless_figure(event)
        if endless or depth > DEEPEST or count > MOST_YAML_EVENTS:
            reason = _("Aliases, deep nesting and very long documents are not accepted.")
            raise failed(name, reason, event.start_mark.line + 1 if event.start_mark else None)


def _endless_figure(event: Any) -> bool:
    """YAML counts in sixties ("1:30") and in hexadecimals: a long one is minutes of arithmetic."""
    if not isinstance(event, yaml.ScalarEvent) or event.style or len(event.value) <= LONGEST_FIGURE:
        return False
    return FIGURE.fullmatch(event.value) is not None


def json_of(content: bytes, name: str) -> Any:
    text = text_of(content, name)
    try:
        return json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise failed(name, _("This is not JSON: %(problem)s.") % {"problem": error.msg}, error.lineno) from error
    except Unclear as error:
        raise failed(name, str(error)) from error
    except (ValueError, RecursionError) as error:
        raise failed(name, _("This JSON is nested too deeply or holds a number that is too long.")) from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        again = twice(name for name, _value in pairs) or ""
        raise Unclear(_("The name “%(name)s” stands twice in one object.") % {"name": again[:40]})
    return found


def _no_constant(word: str) -> None:
    raise Unclear(_("“%(word)s” is not a value of JSON.") % {"word": word})
