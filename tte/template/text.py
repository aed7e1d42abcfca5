"""Texts with values in them: `Kutipan Akta Nomor {nomor_akta}`, `the {tanggal_lahir|hari|ordinal} of …`.

Between braces stands the name of a field, or of something the page knows without the record (`office.region`), then
filters. A brace itself is written twice. That is all there is: no conditions, no arithmetic, no calls. A value is put
in as it is; what looks like an expression, markup or an operator inside a value is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tte.errors import Problem
from tte.template.filters import Filter, Kind
from tte.template.letters import LETTERS, foreign

Names = Mapping[str, object]
"""What a text can be filled with: the values of a record by field, and `office.region` and the like."""

Scope = Mapping[str, Kind]
"""The kinds of those values."""

Alphabets = Mapping[str, str]
"""The letters a value can hold, for the names where that is less than all letters."""

_PIECE: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """A value put into a text, and what is done to it first."""

    name: str
    filters: tuple[Filter, ...]

    def text(self, value: object) -> str:
        """The text of a value."""
        for each in self.filters:
            if value != "" or each.fills:
                value = each.work(value)
        return str(value)

    @property
    def filled(self) -> Callable[[Any], str]:
        """`text`, as fast as it can be for the usual: two filters at most. None of them makes nothing of something."""
        match self.filters:
            case ():
                return str
            case (Filter(work=work, fills=False, gives=Kind.TEXT),):
                return lambda value: work(value) if value != "" else ""
            case (Filter(work=work, fills=False), Filter(work=last, fills=False, gives=Kind.TEXT)):
                return lambda value: last(work(value)) if value != "" else ""
        return self.text

    def letters(self, alphabets: Alphabets) -> set[str]:
        """All letters its text can hold."""
        dash = {"–"} if any(each.fills for each in self.filters) else set()
        for each in reversed(self.filters):
            if each.letters is not None:
                return dash | set(each.letters)
        return dash | {*alphabets.get(self.name, LETTERS), *(" -" if self.filters else "")}


@dataclass(frozen=True, slots=True)
class Expression:
    """A text to be filled. `names` are the values it needs."""

    parts: tuple[str | Reference, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Reference))

    def fill(self, names: Names) -> str:
        """The text itself. KeyError if a name is missing; checking the template rules that out."""
        return "".join([part if isinstance(part, str) else part.text(names[part.name]) for part in self.parts])

    def fill_one(self, value: object) -> str:
        """The text, where it needs one name only and this is its value."""
        return "".join([part if isinstance(part, str) else part.text(value) for part in self.parts])

    def parts_of_dates(self) -> frozenset[str]:
        """`day`, `month` and `year`, as far as it needs them, where it needs nothing else of its values; else empty."""
        firsts = [part.filters[:1] for part in self.parts if isinstance(part, Reference)]
        looked_at = frozenset(each.part for first in firsts for each in first)
        return looked_at if all(firsts) and "" not in looked_at else frozenset()

    def given(self, names: Names) -> Expression:
        """The text with these values put in; what it still needs are the others."""
        return Expression(
            tuple(
                part.text(names[part.name]) if isinstance(part, Reference) and part.name in names else part
                for part in self.parts
            )
        )

    def renamed(self, names: Mapping[str, str]) -> Expression:
        """The text with other names put for these."""
        return Expression(
            tuple(
                Reference(names.get(part.name, part.name), part.filters) if isinstance(part, Reference) else part
                for part in self.parts
            )
        )

    def letters(self, alphabets: Alphabets) -> set[str]:
        """All letters it can hold, whatever the record; a name without an alphabet can hold any."""
        found: set[str] = set()
        for part in self.parts:
            found.update(part if isinstance(part, str) else part.letters(alphabets))
        return found

    def faults(self, scope: Scope) -> list[str]:
        """What is wrong with it where these names exist: unknown names, filters that do not suit their value."""
        return [fault for part in self.parts for fault in _faults(part, scope)]


def parse(source: str, filters: Mapping[str, Filter], where: str, problems: list[Problem]) -> Expression:
    """Read a text as it stands in the TOML. What is wrong is added to `problems`."""
    parts: list[str | Reference] = []
    for piece in _PIECE.finditer(source):
        text = piece.group()
        if text in ("{{", "}}"):
            parts.append(text[0])
        elif text in ("{", "}"):
            problems.append(Problem(where, f"a lone {text}; write {text}{text} for the brace itself"))
        elif piece.group(1) is not None:
            parts.append(_reference(piece.group(1), filters, where, problems))
        else:
            parts.append(text)
    return Expression(tuple(parts))


def _reference(inside: str, filters: Mapping[str, Filter], where: str, problems: list[Problem]) -> Reference:
    name, *wanted = (part.strip() for part in inside.split("|"))
    for each in wanted:
        if each not in filters:
            problems.append(Problem(where, f"unknown filter {each}; there are {', '.join(sorted(filters))}"))
    return Reference(name, tuple(filters[each] for each in wanted if each in filters))


def _faults(part: str | Reference, scope: Scope) -> list[str]:
    if isinstance(part, str):
        return ["holds a letter that the faces do not have"] if foreign(part) else []
    if part.name not in scope:
        return [f"{part.name} is not a declared field"]
    faults = []
    kind = scope[part.name]
    for each in part.filters:
        if kind is not each.takes:
            faults.append(f"{part.name}: {each.name} takes {each.takes}, not {kind}")
        kind = each.gives
    if kind not in (Kind.TEXT, Kind.INTEGER):
        needed = {Kind.DATE: "tanggal", Kind.ROWS: "count"}.get(kind, "none")
        faults.append(
            f"{part.name} is {kind} and cannot stand in a text as it is; a filter such as {needed} is missing"
        )
    return faults


def is_set(value: object) -> bool:
    """True if an optional line about this value is drawn."""
    return value not in ("", False, (), None)
