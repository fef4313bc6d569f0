"""Frozen dataclasses to plain JSON values and back, strictly: nothing is guessed, nothing is dropped."""

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


class Misshapen(ValueError):
    """The JSON does not have the shape it should; the message names the field."""


def write(value: Any) -> Any:
    """Dataclasses become objects, tuples become lists, dates and moments become ISO text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: write(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [write(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def read(shape: Any, value: Any, where: str) -> Any:
    """The value in the shape of a hint: dataclass, tuple of one kind, option, literal or plain value."""
    if is_dataclass(shape) and isinstance(shape, type):
        return _read_object(shape, value, where)
    origin = get_origin(shape)
    if origin is tuple:
        _expect(isinstance(value, list), where, value)
        return tuple(read(get_args(shape)[0], item, f"{where}[{index}]") for index, item in enumerate(value))
    if origin in (Union, types.UnionType):
        return None if value is None else read(get_args(shape)[0], value, where)
    if origin is Literal:
        _expect(value in get_args(shape), where, value)
        return value
    return _read_plain(shape, value, where)


def _read_object(shape: type, value: Any, where: str) -> Any:
    _expect(isinstance(value, dict), where, value)
    hints = _hints(shape)
    if value.keys() != hints.keys():
        raise Misshapen(f"{where}: {sorted(value.keys() ^ hints.keys())} missing or unknown")
    return shape(**{name: read(hint, value[name], f"{where}.{name}") for name, hint in hints.items()})


def _read_plain(shape: type, value: Any, where: str) -> Any:
    if shape in (date, datetime):
        return _read_date(shape, value, where)
    _expect(type(value) is shape, where, value)
    return value


def _read_date(shape: type[date], value: Any, where: str) -> date:
    _expect(isinstance(value, str), where, value)
    try:
        found = shape.fromisoformat(value)
    except ValueError as error:
        raise Misshapen(f"{where}: {value!r} is not a {shape.__name__}") from error
    _expect(not isinstance(found, datetime) or found.tzinfo is not None, where, value)
    return found


def _expect(fits: bool, where: str, value: Any) -> None:
    if not fits:
        raise Misshapen(f"{where}: {value!r} does not fit")
