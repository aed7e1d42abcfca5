"""The Friday report as a value: one week of one office, of a province, or of the whole country.

A week ends on Friday. An office that said nothing of any day between Saturday and Friday is missing; one whose first
figures came after the deadline is late. Of each figure counts the last that the office gave in the twelve weeks until
then; where that means older figures of an office that is missing, the report says of how many offices it is true. All
times of day are those of Jakarta (UTC+7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Final

WIB: Final = timezone(timedelta(hours=7))
WEEKS: Final = 12
"""How many weeks a trend has, and over how many the kinds are counted that an office signs."""
FEW: Final = 2
"""Offices that sign no more kinds than these are named."""


class Scope(StrEnum):
    OFFICE = "kantor"
    PROVINCE = "provinsi"
    NATIONAL = "nasional"


class Punctual(StrEnum):
    """How an office reported this week."""

    IN_TIME = "tepat waktu"
    LATE = "terlambat"
    MISSING = "belum melapor"


@dataclass(frozen=True, slots=True)
class Part:
    """A coverage: how many of how many. `part_per` and `whole_per` are the days for which each holds, where given.

    The part can be larger than the whole, where it is the newer one of the two: then `percent` is above 100.
    """

    part: int
    whole: int
    part_per: date | None = None
    whole_per: date | None = None

    @property
    def percent(self) -> float:
        return 100 * self.part / self.whole

    def lacking(self, percent: float) -> int:
        """How many more it takes to reach so many percent; 0 if that is reached."""
        tenths = round(percent * 10)
        return max(-(-self.whole * tenths // 1000) - self.part, 0)


@dataclass(frozen=True, slots=True)
class Target:
    """What a coverage is to reach from a day on, and who says so."""

    figure: str
    begins: date
    percent: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class OfficeWeek:
    """One office in this week. `day` is that of the figures it is shown with; None if it has none in twelve weeks.

    `came` is when the first figures of this week were entered. `kinds` are those it signed in twelve weeks, None if
    nothing is known of that; `documents` how many it signed in this week. `suket_trail` and `prr_trail` have one value
    for each of twelve weeks, the oldest first, and None where nothing was known.
    """

    code: str
    name: str
    punctual: Punctual
    came: datetime | None
    day: date | None
    akta: Part | None = None
    suket: int | None = None
    prr: int | None = None
    ktp: Part | None = None
    kia: Part | None = None
    ikd: Part | None = None
    kinds: tuple[str, ...] | None = None
    documents: int = 0
    suket_trail: tuple[int | None, ...] = ()
    prr_trail: tuple[int | None, ...] = ()

    @property
    def signs_few(self) -> bool:
        """Whether it is known to sign two kinds or fewer."""
        return self.kinds is not None and len(self.kinds) <= FEW


@dataclass(frozen=True, slots=True)
class Week:
    """What was left on a Friday in all offices, and how many of them said so in that very week."""

    friday: date
    suket: int | None
    prr: int | None
    offices: int


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many documents of a kind were signed in this week, and by how many offices in twelve weeks."""

    kind: str
    title: str
    count: int
    offices: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem as its office tells it; `solved` is None while it is open."""

    office: str
    name: str
    since: date
    text: str
    cause: str = ""
    solution: str = ""
    owner: str = ""
    solved: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long what the desk issued in this week had waited, from its draft on, in seconds."""

    count: int
    median_s: float
    nine_in_ten_s: float
    longest_s: float


@dataclass(frozen=True, slots=True)
class Friday:
    """All that a report says. `code` is that of the office or province, or empty; `name` what it is called.

    `troubles` are those that are open, oldest first, then those solved in this week.
    """

    scope: Scope
    code: str
    name: str
    friday: date
    deadline: datetime
    offices: tuple[OfficeWeek, ...]
    weeks: tuple[Week, ...]
    kinds: tuple[KindCount, ...]
    troubles: tuple[Trouble, ...]
    targets: tuple[Target, ...] = ()
    waiting: Waiting | None = None

    def target(self, figure: str) -> Target | None:
        """The target of a coverage that is in force in this week."""
        return next((one for one in self.targets if one.figure == figure), None)

    def total(self, figure: str) -> Part | None:
        """A coverage over all offices that gave it. Days: the oldest and the newest are in `OfficeWeek`."""
        parts: list[Part] = [part for one in self.offices if (part := getattr(one, figure)) is not None]
        if len(parts) < 2:
            return next(iter(parts), None)
        return Part(sum(part.part for part in parts), sum(part.whole for part in parts))

    def having(self, punctual: Punctual) -> Sequence[OfficeWeek]:
        return [one for one in self.offices if one.punctual is punctual]

    @property
    def number(self) -> str:
        """Its number in the register: one for each scope and week."""
        return f"LJ/{self.code or 'NASIONAL'}/{self.friday:%d%m%Y}"

    @property
    def documents(self) -> int:
        return sum(one.count for one in self.kinds)


def week_of(day: date) -> date:
    """The Friday that ends the week of a day, which begins on Saturday."""
    return day + timedelta(days=(4 - day.weekday()) % 7)


def latest_friday(today: date) -> date:
    """The last Friday that has come: today, if it is one."""
    return today - timedelta(days=(today.weekday() - 4) % 7)


def deadline_of(friday: date, at: time) -> datetime:
    """Until when the figures of a week come in time."""
    return datetime.combine(friday, at, WIB).astimezone(UTC)


def days(first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, as times."""
    begin, end = (datetime.combine(day, time(), WIB) for day in (first, last + timedelta(days=1)))
    return begin, end


def in_force(targets: Sequence[Target], friday: date) -> tuple[Target, ...]:
    """Of the targets of each coverage, the last one that has begun."""
    found: dict[str, Target] = {}
    for one in sorted(targets, key=lambda target: target.begins):
        if one.begins <= friday:
            found[one.figure] = one
    return tuple(found[name] for name in sorted(found))
