"""A report as JSON and back. Pure: what comes back may be hostile, so every value is checked against the model.

The shape is read from the model's own annotations: a new field of a report needs nothing here.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

import orjson

from tte.model import Report

LONGEST_TEXT = 1024
"""Characters of one text. `pack` cuts longer ones and ends them with `…`; `unpack` refuses them, as it refuses what is
not printable (control characters, bidi), for which `pack` puts blanks.
"""

MOST_ITEMS = 256
"""Items of one list, in `unpack`."""

_INTEGER = 1 << 53


class Garbage(ValueError):
    """What came is no report. Says where, never what."""


def pack(report: Report) -> bytes:
    """The report as one JSON object, UTF-8; texts are cut to LONGEST_TEXT."""
    return orjson.dumps(_plain(report))


def unpack(answer: bytes) -> Report:
    """The report that `pack` made. Garbage unless every key is there and no other, every value is of its kind and
    within bounds, and every time is aware.
    """
    try:
        found = orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise Garbage("the answer is not JSON") from None
    report = _checked(Report, found, "report")
    assert isinstance(report, Report)  # noqa: S101 for the type checker: `_checked` made one
    return report


def _plain(value: object) -> Any:
    match value:
        case StrEnum():
            return value.value
        case str():
            text = value.encode("utf-8", "replace").decode()
            if not text.isprintable():
                text = "".join(letter if letter.isprintable() else " " for letter in text)
            return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
        case datetime():
            return value.isoformat()
        case tuple():
            return [_plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case bool() | int() | None:
            return value
    raise TypeError(f"{type(value).__name__} cannot be packed")


@cache
def _fields(model: type) -> dict[str, Any]:
    hints = typing.get_type_hints(model)
    return {field.name: hints[field.name] for field in dataclasses.fields(model)}


def _checked(kind: Any, value: object, where: str) -> object:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _one_of(typing.get_args(kind), value, where)
    if origin is tuple:
        return _items(typing.get_args(kind), value, where)
    if dataclasses.is_dataclass(kind):
        return _object(typing.cast(type, kind), value, where)
    return _scalar(kind, value, where)


def _one_of(kinds: tuple[Any, ...], value: object, where: str) -> object:
    if value is None and types.NoneType in kinds:
        return None
    for kind in kinds:
        if kind is not types.NoneType:
            try:
                return _checked(kind, value, where)
            except Garbage:
                continue
    raise Garbage(f"{where} is of no kind that it may be")


def _items(kinds: tuple[Any, ...], value: object, where: str) -> object:
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise Garbage(f"{where} is no list, or too long")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = kinds[:1] * len(value)
    if len(kinds) != len(value):
        raise Garbage(f"{where} has not as many items as it should")
    return tuple(_checked(kind, item, where) for kind, item in zip(kinds, value, strict=True))


def _object(model: type, value: object, where: str) -> object:
    fields = _fields(model)
    if not isinstance(value, dict) or value.keys() != fields.keys():
        raise Garbage(f"{where} has not the keys that it should")
    return model(**{name: _checked(kind, value[name], f"{where}.{name}") for name, kind in fields.items()})


def _scalar(kind: Any, value: object, where: str) -> object:
    if kind in (bool, int):
        if type(value) is kind and isinstance(value, int) and abs(value) < _INTEGER:
            return value
    elif isinstance(value, str) and len(value) <= LONGEST_TEXT and value.isprintable():
        if kind is str:
            return value
        try:
            made = datetime.fromisoformat(value) if kind is datetime else kind(value)
        except ValueError:
            raise Garbage(f"{where} is no {kind.__name__}") from None
        if not isinstance(made, datetime) or made.tzinfo is not None:
            return made
    raise Garbage(f"{where} is no {kind.__name__}")
