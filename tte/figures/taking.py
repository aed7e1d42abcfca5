"""Rows into the register: each is new, the same again, a correction, or refused by its number; the others go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Final

import orjson

from tte.errors import AlreadyIssued, Problem, RecordError, TteError
from tte.figures.topics import FIELDS, Said, Topic, check, topic_of
from tte.intake.header import check_header
from tte.model import Row, Unreadable
from tte.register import Register
from tte.register.figures import FigureLines, Line, adding
from tte.template import last_day

LOCAL: Final = "local"
Values = Mapping[str, str | int]
_CHUNK: Final = 5000


class Kept(StrEnum):
    """What became of a row that is right."""

    NEW = "new"
    SAME = "same"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that the register holds, now or already."""

    row: int
    said: Said
    kept: Kept


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not kept, and why."""

    row: int
    why: TteError


def take(
    register: Register,
    rows: Iterable[Row | Unreadable],
    at: datetime,
    *,
    by: str = LOCAL,
    offices: Sequence[str] | None = None,
    again: bool = False,
) -> Iterator[Taken | Refused]:
    """Keep rows, some thousand in one transaction; what became of each, in order, told once it is kept.

    The same row twice changes nothing. Another value for the same office and day is a correction: it counts from then
    on, and the older one stays to be seen. What a row of counts does not say stays as it was, so that two people can
    each report their part. A row that says what was corrected already is refused, unless `again`: an old file, read
    once more, must not undo a correction. `offices`: only theirs may be said anything of.

    IntakeError if the first row's columns are not those of its topic. RecordError is why a row is refused.
    """
    waiting = iter(rows)
    first = True
    while some := list(islice(waiting, _CHUNK)):
        if first and isinstance(some[0], Row):
            check_header([*some[0].values], FIELDS[topic_of(some[0].values)], None)
        first = False
        yield from _keep(register, some, at, by, offices, again=again)


def _keep(
    register: Register,
    rows: Sequence[Row | Unreadable],
    at: datetime,
    by: str,
    offices: Sequence[str] | None,
    *,
    again: bool,
) -> Sequence[Taken | Refused]:
    told: list[Taken | Refused] = []
    read = [_checked(row, at, offices) for row in rows]
    with adding(register) as lines:
        history = _history(lines, [said for _, said in read if isinstance(said, Said)])
        added: list[Line] = []
        last = lines.last()
        for number, said in read:
            if isinstance(said, TteError):
                told.append(Refused(number, said))
                continue
            versions = history.setdefault((said.topic, said.office, said.name), [])
            saying = [_says(version, said) for version in versions]
            if saying and saying[-1]:
                told.append(Taken(number, said, Kept.SAME))
            elif any(saying) and not again:
                told.append(Refused(number, _superseded()))
            else:
                kept = Kept.CORRECTED if versions else Kept.NEW
                values = {**(versions[-1] if versions and said.topic is Topic.ANGKA else {}), **said.values}
                last += 1
                content = orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode()
                added.append(Line(last, said.topic, said.office, said.name, said.day, content, at, by))
                versions.append(values)
                told.append(Taken(number, said, kept))
        lines.add(added)
    return told


def _checked(row: Row | Unreadable, at: datetime, offices: Sequence[str] | None) -> tuple[int, Said | TteError]:
    if isinstance(row, Unreadable):
        return row.number, RecordError("the row cannot be read", [row.problem])
    try:
        said = check(row.values, last_day(at))
    except RecordError as why:
        return row.number, why
    if offices is not None and said.office not in offices:
        return row.number, RecordError("no row of this office", [Problem("kantor", "is another office")])
    return row.number, said


def _says(version: Values, said: Said) -> bool:
    """Whether an earlier line says what a row says: all of it or, of counts, these among others."""
    if said.topic is Topic.ANGKA:
        return said.values.items() <= version.items()
    return said.values == version


def _history(lines: FigureLines, said: Sequence[Said]) -> dict[tuple[Topic, str, str], list[Values]]:
    """What was said under each name, oldest first."""
    found: dict[tuple[Topic, str, str], list[Values]] = {}
    for topic in {one.topic for one in said}:
        ours = [one for one in said if one.topic is topic]
        days = [one.day for one in ours]
        within = (None, None) if topic is Topic.MASALAH else (min(days), max(days))
        offices = {one.office for one in ours}
        for line in lines.all(topic, offices=offices, first=within[0], last=within[1]):
            found.setdefault((topic, line.office, line.name), []).append(orjson.loads(line.content))
    return found


def _superseded() -> TteError:
    return AlreadyIssued(
        "this was said before and has been corrected since",
        hint="remove the row; or, if the earlier figure holds again, --again",
    )
