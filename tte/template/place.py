"""One table of the drawing vocabulary being read: its values, its styles and texts, and how far its part is moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tte.errors import Problem
from tte.template import elements as e
from tte.template.filters import Filter
from tte.template.reader import Reader
from tte.template.style import SMALLEST, Step, Style
from tte.template.text import Expression, parse

UNKNOWN: Final = Style("", "LontarSerif-Regular", (Step(SMALLEST, 1),), 0, 1.25, "black", kern=True, balance=False)
"""Stands in for a style that does not exist, so that reading can go on."""


@dataclass(frozen=True)
class Workshop:
    """What reading an element needs to know of its template."""

    left: float
    right: float
    styles: Mapping[str, Style]
    filters: Mapping[str, Filter]
    parts: Mapping[str, object]
    assets: Mapping[str, bytes]
    most_rows: Mapping[str, int]
    problems: list[Problem]


@dataclass(frozen=True)
class Place:
    """One table being read, how far the part it belongs to is moved, and what is put for the part's names.

    `used` collects the names that were met, so that a name put for none of them can be told of.
    """

    read: Reader
    shop: Workshop
    across: float
    down: float
    names: Mapping[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @property
    def where(self) -> str:
        return self.read.where

    def x(self, key: str = "x", default: float | None = None) -> float:
        return self.read.number(key, default) + self.across

    def y(self, key: str = "y") -> float:
        return self.read.number(key) + self.down

    def style(self, key: str, default: str | None = None, *, reader: Reader | None = None) -> Style:
        reader = reader or self.read
        name = reader.text(key, default)
        if name and name not in self.shop.styles:
            reader.wrong(f"unknown style {name}")
        return self.shop.styles.get(name, UNKNOWN)

    def expression(self, key: str, default: str | None = None, *, reader: Reader | None = None) -> Expression:
        reader = reader or self.read
        text = parse(reader.text(key, default), self.shop.filters, f"{reader.where}.{key}", self.shop.problems)
        self.used.update(text.names)
        return text.renamed(self.names)

    def name(self, name: str) -> str:
        """The name that is put for this one."""
        self.used.add(name)
        return self.names.get(name, name)

    def conditions(self, reader: Reader | None = None) -> e.Conditions:
        reader = reader or self.read
        wanted = [(name, True) for name in reader.names("when")] + [(name, False) for name in reader.names("unless")]
        return tuple((self.name(name), met) for name, met in wanted)
