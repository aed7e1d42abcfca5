"""Taking values out of a TOML table, strictly: what is wrong is written down, and reading goes on with a stand-in.

So a person who mends a template sees everything at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from tte.errors import Problem

Table = Mapping[str, object]
MISSING: Final = object()

T = TypeVar("T")


class Reader:
    """One table. Take each key by the kind of value it must hold, then call `done`: it reports the keys left over."""

    def __init__(self, table: object, where: str, problems: list[Problem]) -> None:
        self.where = where
        self._problems = problems
        self._table: Table = table if isinstance(table, Mapping) else {}
        self._taken: set[str] = set()
        if not isinstance(table, Mapping):
            self.wrong("must be a table")

    def wrong(self, message: str) -> None:
        """Write down that something about this table is wrong."""
        self._problems.append(Problem(self.where, message))

    def has(self, key: str) -> bool:
        return key in self._table

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default, "a text")
        return value if isinstance(value, str) else self._stand_in(key, default, "", "a text")

    def number(self, key: str, default: float | None = None) -> float:
        value = self._take(key, default, "a number")
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        return self._stand_in(key, default, 0.0, "a number")

    def size(self, key: str, default: float | None = None) -> float:
        """A number of millimetres that something can be wide or high: a tenth at least."""
        value = self.number(key, default)
        if value < 0.1:
            if self.has(key):
                self.wrong(f"{key} must be 0.1 mm at least")
            return 1.0
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        value = self._take(key, default, "a whole number")
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return self._stand_in(key, default, 0, "a whole number")

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key, default, "true or false")
        return value if isinstance(value, bool) else self._stand_in(key, default, False, "true or false")

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed and (value or self.has(key)):
            self.wrong(f"{key} must be one of {', '.join(allowed)}")
        return value if value in allowed else allowed[0]

    def names(self, key: str) -> tuple[str, ...]:
        """One text or a list of them, none where the key is left out."""
        value = self._take(key, (), "a text or a list of texts")
        found = (value,) if isinstance(value, str) else value
        if isinstance(found, list | tuple) and all(isinstance(each, str) for each in found):
            return tuple(found)
        return self._stand_in(key, (), (), "a text or a list of texts")

    def items(self, key: str) -> Sequence[object]:
        """A list, empty where the key is left out."""
        value = self._take(key, (), "a list")
        if isinstance(value, list | tuple):
            return value
        return self._stand_in(key, (), (), "a list")

    def table(self, key: str) -> Table:
        """A table, empty where the key is left out."""
        value = self._take(key, {}, "a table")
        if isinstance(value, Mapping):
            return value
        return self._stand_in(key, {}, {}, "a table")

    def texts(self, key: str) -> Mapping[str, str]:
        """A table of texts, empty where the key is left out."""
        value = self.table(key)
        if not all(isinstance(text, str) for text in value.values()):
            self.wrong(f"{key} must be a table of texts")
        return {name: text for name, text in value.items() if isinstance(text, str)}

    def done(self) -> None:
        """Report every key that was not taken."""
        for key in self._table:
            if key not in self._taken:
                self.wrong(f"unknown key {key}")

    def _take(self, key: str, default: object, kind: str) -> object:
        self._taken.add(key)
        if key not in self._table and default is None:
            self.wrong(f"{key} is missing: {kind}")
            return MISSING
        return self._table.get(key, default)

    def _stand_in(self, key: str, default: T | None, empty: T, kind: str) -> T:
        if self.has(key):
            self.wrong(f"{key} must be {kind}")
        return empty if default is None else default
