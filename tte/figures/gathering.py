"""From the lines of the register to a `Friday`: the only place where figures are summed up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import orjson

from tte import regions
from tte.errors import ConfigError
from tte.figures.friday import (
    WEEKS,
    Friday,
    KindCount,
    OfficeWeek,
    Part,
    Punctual,
    Scope,
    Target,
    Trouble,
    Week,
    days,
    deadline_of,
    in_force,
    week_of,
)
from tte.figures.here import Kinds, signed_here, waited
from tte.figures.kinds import title_of
from tte.figures.topics import PAIRS, Topic
from tte.register import Register
from tte.register.figures import Line, reading

_WEEK: Final = timedelta(weeks=1)


def friday(
    register: Register,
    scope: Scope,
    code: str,
    week: date,
    *,
    deadline: time = time(23, 59),
    targets: Sequence[Target] = (),
    specimen: bool = False,
) -> Friday:
    """The report of the week of a day, from what the register holds now; the same lines give the same value.

    `code` is that of the office or province; empty for the whole country, which is the 514 regencies and cities that
    exist. `specimen`: of documents, those count that test keys signed. ConfigError if there is no such place.
    """
    name, places = _places(scope, code)
    last = week_of(week)
    fridays = [last - _WEEK * back for back in reversed(range(WEEKS))]
    codes = None if scope is Scope.NATIONAL else [place.code for place in places]
    first = fridays[0] - _WEEK + timedelta(days=1)
    with reading(register) as lines:
        counts = lines.all(Topic.ANGKA, offices=codes, first=first, last=last)
        since = last - _WEEK + timedelta(days=1)
        elsewhere = list(lines.summed(Topic.DOKUMEN, "jumlah", offices=codes, first=first, last=last, since=since))
        problems = lines.all(Topic.MASALAH, offices=codes)
        now = signed_here(lines, since, last, specimen=specimen)
        lately = signed_here(lines, first, last, specimen=specimen)
        waits = lines.waits(*days(since, last))
    _add(elsewhere, lately, now)
    until = deadline_of(last, deadline)
    histories = _histories(counts)
    none = _History()
    offices = tuple(
        _office(place, histories.get(place.code, none), fridays, until, now.get(place.code), lately.get(place.code))
        for place in places
    )
    ours = {place.code for place in places}
    return Friday(
        scope,
        code,
        name,
        last,
        until,
        offices,
        tuple(_week(at, place, offices, histories, ours) for place, at in enumerate(fridays)),
        _kinds(ours, now, lately),
        _troubles((line for line in problems if line.office in ours), last),
        in_force(targets, last),
        waited([seconds for office, seconds in waits if office in ours]),
    )


def _places(scope: Scope, code: str) -> tuple[str, Sequence[regions.Region]]:
    if scope is Scope.NATIONAL:
        return "Indonesia", regions.regencies()
    place = regions.province(code) if scope is Scope.PROVINCE else regions.regency(code)
    if place is None:
        what = "a province, two digits" if scope is Scope.PROVINCE else "a regency or city, four digits"
        raise ConfigError(f"{code} is not the code of {what}", hint="such as 31, or 3171")
    return place.name, regions.within(code) if scope is Scope.PROVINCE else [place]


def _add(elsewhere: Iterable[tuple[str, str, int, int]], lately: Kinds, now: Kinds) -> None:
    """What offices say that they signed elsewhere: to all of it, and to what is of this week."""
    for office, kind, *counts in elsewhere:
        for found, count in zip((lately, now), counts, strict=True):
            kinds = found.setdefault(office, {})
            kinds[kind] = kinds.get(kind, 0) + count


@dataclass(slots=True)
class _History:
    """What one office said: by day, the line that counts; by the Friday of a week, when its first line came."""

    said: dict[date, Line] = field(default_factory=dict)
    came: dict[date, datetime] = field(default_factory=dict)

    def known(self, fridays: Sequence[date]) -> Sequence[Mapping[str, Any]]:
        """What was known on each of these days: of each figure the last that was said."""
        found: list[Mapping[str, Any]] = []
        values: dict[str, Any] = {}
        waiting = sorted(self.said)
        for friday in fridays:
            while waiting and waiting[0] <= friday:
                values = {**values, **orjson.loads(self.said[waiting.pop(0)].content)}
            found.append(values)
        return found


def _histories(lines: Sequence[Line]) -> Mapping[str, _History]:
    found: dict[str, _History] = defaultdict(_History)
    for line in lines:
        history, ended = found[line.office], week_of(line.day)
        history.said[line.day] = line
        history.came[ended] = min(history.came.get(ended, line.at), line.at)
    return found


def _office(
    place: regions.Region,
    history: _History,
    fridays: Sequence[date],
    deadline: datetime,
    now: Mapping[str, int] | None,
    lately: Mapping[str, int] | None,
) -> OfficeWeek:
    last = fridays[-1]
    came, day = history.came.get(last), max(history.said, default=None)
    punctual = Punctual.MISSING if came is None else Punctual.LATE if came > deadline else Punctual.IN_TIME
    trail = history.known(fridays)
    values = trail[-1]
    return OfficeWeek(
        place.code,
        place.name,
        punctual,
        came,
        day,
        suket=values.get("suket"),
        prr=values.get("prr"),
        kinds=None if lately is None else tuple(sorted(kind for kind, count in lately.items() if count)),
        documents=sum((now or {}).values()),
        suket_trail=tuple(one.get("suket") for one in trail),
        prr_trail=tuple(one.get("prr") for one in trail),
        **{name: _part(values, name) for name in PAIRS},
    )


def _part(values: Mapping[str, Any], name: str) -> Part | None:
    part, whole = PAIRS[name]
    if values.get(whole) is None:
        return None
    per = [values.get(f"{each}_per") for each in (part, whole)]
    return Part(values[part], values[whole], *(date.fromisoformat(day) if day else None for day in per))


def _week(
    friday: date, place: int, offices: Sequence[OfficeWeek], histories: Mapping[str, _History], ours: set[str]
) -> Week:
    def left(trails: Iterable[tuple[int | None, ...]]) -> int | None:
        known = [value for trail in trails if (value := trail[place]) is not None]
        return sum(known) if known else None

    said = sum(friday in history.came for code, history in histories.items() if code in ours)
    return Week(friday, left(one.suket_trail for one in offices), left(one.prr_trail for one in offices), said)


def _kinds(ours: set[str], now: Kinds, lately: Kinds) -> tuple[KindCount, ...]:
    counts: dict[str, int] = defaultdict(int)
    signing: dict[str, int] = defaultdict(int)
    for office in ours:
        for kind, count in now.get(office, {}).items():
            counts[kind] += count
        for kind, count in lately.get(office, {}).items():
            signing[kind] += bool(count)
    found = [KindCount(kind, title_of(kind), counts[kind], signing[kind]) for kind in signing if signing[kind]]
    return tuple(sorted(found, key=lambda one: (-one.count, one.kind)))


def _troubles(lines: Iterable[Line], friday: date) -> tuple[Trouble, ...]:
    found = []
    for (office, name), line in {(line.office, line.name): line for line in lines}.items():
        said = orjson.loads(line.content)
        solved = date.fromisoformat(said["selesai"]) if "selesai" in said else None
        if line.day > friday or (solved is not None and solved <= friday - _WEEK):
            continue
        found.append(
            Trouble(
                office,
                name,
                line.day,
                said["masalah"],
                said.get("sebab", ""),
                said.get("penyelesaian", ""),
                said.get("penanggung_jawab", ""),
                solved if solved is not None and solved <= friday else None,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.solved is not None, one.since, one.office, one.name)))
