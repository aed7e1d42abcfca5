"""How a text looks, and what may be tried when it is too long: styles and inks, read from TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from tte.errors import Problem
from tte.template.reader import Reader, Table

FACES: Final = {
    "serif": "LontarSerif-Regular",
    "serif italic": "LontarSerif-Italic",
    "serif semibold": "LontarSerif-SemiBold",
    "sans": "LontarSans-Regular",
    "sans semibold": "LontarSans-SemiBold",
}
INK_NAMES: Final = ("black", "deep", "mid", "mark", "line", "tint", "white")
SMALLEST: Final = 5.5
"""pt. Below this a laser print of a print is no longer read."""
LARGEST: Final = 72.0
MOST_LINES: Final = 20
WIDEST_TRACK: Final = 0.08
"""em. From 0.1 em on, text extraction takes a word apart."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\Z")


@dataclass(frozen=True, slots=True)
class Step:
    """A size in pt, and how many lines a text may take at that size."""

    size: float
    lines: int


@dataclass(frozen=True, slots=True)
class Style:
    """The steps are tried in order; a text that fits none of them is refused.

    `track` is in em, added between letters; `leading` in em, from line to line. `balance` breaks a text so that its
    lines are about equally long.
    """

    name: str
    face: str
    steps: tuple[Step, ...]
    track: float
    leading: float
    ink: str
    kern: bool
    balance: bool


@dataclass(frozen=True, slots=True)
class Ink:
    """One hue in five strengths of about equal lightness in every hue (L* 28, 62, 84, 90, 96), each `#RRGGBB`.

    deep: titles, emblem, rules. mid: fine rules. mark: SPECIMEN. line: guilloche. tint: panels.
    """

    deep: str
    mid: str
    mark: str
    line: str
    tint: str

    def colour(self, name: str) -> str:
        """The colour of one of INK_NAMES."""
        fixed = {"black": "#000000", "white": "#FFFFFF"}
        return fixed[name] if name in fixed else str(getattr(self, name))


def parse_styles(tables: Table, problems: list[Problem]) -> Mapping[str, Style]:
    """All styles of a template. A style may say `like = "other"` and give only what differs."""
    return {name: _style(name, _inherited(name, tables, problems), problems) for name in tables}


def parse_inks(tables: Table, problems: list[Problem]) -> Mapping[str, Ink]:
    """All inks of a template."""
    inks = {}
    for name, table in tables.items():
        reader = Reader(table, f"inks.{name}", problems)
        colours = {}
        for strength in ("deep", "mid", "mark", "line", "tint"):
            colours[strength] = reader.text(strength)
            if colours[strength] and not _COLOUR.match(colours[strength]):
                reader.wrong(f"{strength} must be a colour such as #15416E")
        reader.done()
        inks[name] = Ink(**colours)
    return inks


def _inherited(name: str, tables: Table, problems: list[Problem]) -> Table:
    chain: list[Table] = []
    seen: list[str] = []
    while name:
        table = tables.get(name)
        if name in seen or not isinstance(table, Mapping):
            problems.append(Problem(f"styles.{(seen or [name])[-1]}", f"like names no other style: {name}"))
            break
        seen.append(name)
        chain.append({key: value for key, value in table.items() if key != "like"})
        like = table.get("like", "")
        name = like if isinstance(like, str) else ""
    merged: dict[str, object] = {}
    for table in reversed(chain):
        merged |= table
    return merged


def _style(name: str, table: Table, problems: list[Problem]) -> Style:
    reader = Reader(table, f"styles.{name}", problems)
    face = reader.choice("face", tuple(FACES))
    first = Step(reader.number("size"), reader.whole("lines", 1))
    steps = (first, *(_step(item, reader) for item in reader.items("steps")))
    style = Style(
        name=name,
        face=FACES[face],
        steps=steps,
        track=reader.number("track", 0.0),
        leading=reader.number("leading", 1.25),
        ink=reader.choice("ink", INK_NAMES, "black"),
        kern=reader.flag("kern", True),
        balance=reader.flag("balance", False),
    )
    reader.done()
    if not all(SMALLEST <= step.size <= LARGEST and 1 <= step.lines <= MOST_LINES for step in steps):
        reader.wrong(f"a step has {SMALLEST:g} to {LARGEST:g} pt and 1 to {MOST_LINES} lines")
        return replace(style, steps=(Step(SMALLEST, 1),))
    if not 0 <= style.track <= WIDEST_TRACK:
        reader.wrong(f"track must lie between 0 and {WIDEST_TRACK:g} em")
    if any(step.lines > 1 for step in steps) and style.leading < 1:
        reader.wrong("leading below 1 em would let lines touch")
    return style


def _step(item: object, reader: Reader) -> Step:
    match item:
        case int() | float():
            return Step(float(item), 1)
        case [int() | float() as size, int() as lines]:
            return Step(float(size), lines)
    reader.wrong("a step is a size, or [size, lines]")
    return Step(SMALLEST, 1)
