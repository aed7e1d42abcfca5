"""JSON objects, read strictly: what two programs could read in two ways is not read at all."""

from __future__ import annotations

import json
from json import JSONDecodeError

from tte.errors import Problem
from tte.model import Raw, Row, Unreadable

_DEPTH = 4
"""A row, its list, an item of the list, a value: deeper than that is no row."""
_DIGITS = 18


class ObjectReader:
    """Reads JSON values one after another and says of each whether it is a row.

    Duplicate keys, NaN and Infinity, and whole numbers of more than 18 digits make a row unreadable without hiding
    where it ends, so the next one can be read.
    """

    def __init__(self) -> None:
        self._faults: list[str] = []
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._pairs, parse_constant=self._constant, parse_int=self._integer
        )

    def read(self, text: str, *, start: int, number: int) -> tuple[Row | Unreadable, int]:
        """The row that begins at `start`, and where it ends. JSONDecodeError if no JSON value stands there."""
        self._faults.clear()
        try:
            value, end = self._decoder.raw_decode(text, start)
        except RecursionError:
            raise JSONDecodeError("nested too deeply", text, start) from None
        if not isinstance(value, dict):
            return _unreadable(number, "is not an object with named values"), end
        if self._faults:
            return _unreadable(number, self._faults[0]), end
        if _deeper(value, _DEPTH):
            return _unreadable(number, "is nested more deeply than a row with lists"), end
        return Row(number, value), end

    def _pairs(self, pairs: list[tuple[str, Raw]]) -> dict[str, Raw]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self._faults.append("has the same key twice")
        return found

    def _constant(self, _: str) -> None:
        self._faults.append("holds NaN or Infinity, which JSON does not have (RFC 8259 §6)")

    def _integer(self, digits: str) -> int:
        if len(digits) <= _DIGITS:
            return int(digits)
        self._faults.append(f"holds a number of more than {_DIGITS} digits: write it in quotes")
        return 0


def _deeper(value: Raw, levels: int) -> bool:
    if not isinstance(value, (list, dict)):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 1 or any(_deeper(each, levels - 1) for each in inner if isinstance(each, (list, dict)))


def _unreadable(number: int, message: str) -> Unreadable:
    return Unreadable(number, Problem("", message))
