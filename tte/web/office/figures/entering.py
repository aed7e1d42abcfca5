"""Counts of a day, and documents signed elsewhere, entered by form. What stands is filled in; empty changes nothing.

A form remembers what stood when it was opened. If somebody else has said something since, nothing is kept and the form
comes back with what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from starlette.responses import Response

from tte.errors import Problem, RecordError
from tte.figures import Topic
from tte.figures.here import here
from tte.figures.kinds import KINDS, title_of
from tte.figures.telling import shown
from tte.figures.topics import FIELDS
from tte.model import Raw
from tte.people import Action
from tte.web.office.figures.days import FIGURES
from tte.web.office.figures.speaking import speech
from tte.web.office.figures.standing import (
    day_asked,
    kept,
    label,
    register_of,
    standing,
    standing_by_kind,
    today_of,
    tongue,
)
from tte.web.office.figures.weeks import specimen_of
from tte.web.office.visits import Pages, Visit

GROUPS: Final[Sequence[tuple[str, Sequence[str]]]] = (
    ("akta", ("akta_pembilang", "akta_pembilang_per", "akta_penyebut", "akta_penyebut_per")),
    ("backlog", ("suket", "prr")),
    ("ktp", ("ktp_rekam", "ktp_wajib")),
    ("kia", ("kia_punya", "kia_anak")),
    ("ikd", ("ikd_aktif", "ikd_wajib")),
)
_LATELY: Final = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: what is typed, what is wrong with it, and what was last said of an earlier day."""

    name: str
    label: str
    value: str
    wrong: Sequence[str]
    lately: tuple[int, date] | None = None

    @property
    def is_day(self) -> bool:
        return self.name.endswith("_per") or self.name in ("sejak", "selesai")


def declare(pages: Pages) -> None:
    """`/kantor/{office}/angka/isi` and `/angka/dokumen`."""

    @pages.get(FIGURES + "/isi", Action.REPORT_FIGURES)
    def counts(visit: Visit) -> Response:
        day = day_asked(visit, visit.asked("tanggal", 10))
        found = standing(visit, Topic.ANGKA, day.isoformat(), day)
        return _counts(visit, day, found.seq, found.values)

    @pages.post(FIGURES + "/isi", Action.REPORT_FIGURES)
    def keep(visit: Visit) -> Response:
        day = day_asked(visit, visit.typed("tanggal", 10))
        typed = {name: visit.typed(name, 40).strip() for _, names in GROUPS for name in names}
        now = standing(visit, Topic.ANGKA, day.isoformat(), day).seq
        if visit.typed("seen", 18) != str(now):
            return _counts(visit, day, now, typed, changed=True)
        given: dict[str, Raw] = {name: value for name, value in typed.items() if value}
        refused = kept(visit, [{"tanggal": day.isoformat(), **given}])
        if refused:
            return _counts(visit, day, now, typed, problems=problems_of(refused[0].why))
        return visit.go("/angka", said="figures_kept")

    @pages.get(FIGURES + "/dokumen", Action.REPORT_FIGURES)
    def documents(visit: Visit) -> Response:
        day = day_asked(visit, visit.asked("tanggal", 10))
        found = standing_by_kind(visit, day)
        return _documents(visit, day, found, {kind: str(count) for kind, count in found.items()})

    @pages.post(FIGURES + "/dokumen", Action.REPORT_FIGURES)
    def keep_documents(visit: Visit) -> Response:
        day = day_asked(visit, visit.typed("tanggal", 10))
        stands = standing_by_kind(visit, day)
        typed = {kind: visit.typed(f"k.{kind}", 12).strip() for kind in KINDS}
        was = {kind: visit.typed(f"was.{kind}", 12) for kind in KINDS}
        new = [kind for kind in KINDS if typed[kind] and typed[kind] != was[kind]]
        if any(was[kind] != str(stands.get(kind, "")) for kind in new):
            return _documents(visit, day, stands, typed, changed=True)
        if not new:
            return visit.go("/angka")
        refused = kept(visit, [{"tanggal": day.isoformat(), "jenis": kind, "jumlah": typed[kind]} for kind in new])
        if refused:
            wrong = {new[one.row - 1]: problems_of(one.why) for one in refused}
            return _documents(visit, day, standing_by_kind(visit, day), typed, wrong=wrong)
        return visit.go("/angka", said="figures_kept")


def entries(
    visit: Visit, names: Sequence[str], values: Mapping[str, Any], problems: Sequence[Problem] = ()
) -> Sequence[Entry]:
    """Fields with what is typed in them and what is wrong with each."""
    say = tongue(visit)
    return [
        Entry(
            name,
            label(visit, name),
            str(values.get(name, "")),
            [say(one.message) for one in problems if one.field == name],
        )
        for name in names
    ]


def problems_of(why: Exception) -> Sequence[Problem]:
    """What is wrong with a row, field by field."""
    return why.problems if isinstance(why, RecordError) else [Problem("", str(why))]


def _counts(
    visit: Visit,
    day: date,
    seen: int,
    values: Mapping[str, Any],
    *,
    problems: Sequence[Problem] = (),
    changed: bool = False,
) -> Response:
    lately, say = _lately(visit, day), tongue(visit)
    groups = [
        (name, [_with(one, lately.get(one.name)) for one in entries(visit, names, values, problems)])
        for name, names in GROUPS
    ]
    return visit.show(
        "figures/counts.html",
        "figures",
        status=409 if changed else 422 if problems else 200,
        day=day,
        today=today_of(visit),
        seen=seen,
        groups=groups,
        summary=[(one.field, label(visit, one.field), say(one.message)) for one in problems],
        changed=changed,
        **speech(visit),
    )


def _documents(
    visit: Visit,
    day: date,
    stands: Mapping[str, int],
    typed: Mapping[str, str],
    *,
    wrong: Mapping[str, Sequence[Problem]] | None = None,
    changed: bool = False,
) -> Response:
    counted = here(register_of(visit), visit.office, day, day, specimen=specimen_of(visit.service, visit.office)).kinds
    say, wrong = tongue(visit), wrong or {}
    kinds = [
        (kind, title_of(kind), counted.get(kind, 0), stands.get(kind, ""), typed.get(kind, ""),
         [say(one.message) for one in wrong.get(kind, ())])
        for kind in KINDS
    ]  # fmt: skip
    return visit.show(
        "figures/documents.html",
        "figures",
        status=409 if changed else 422 if wrong else 200,
        day=day,
        today=today_of(visit),
        kinds=kinds,
        wrong=len(wrong),
        changed=changed,
        **speech(visit),
    )


def _with(one: Entry, lately: tuple[int, date] | None) -> Entry:
    return Entry(one.name, one.label, one.value, one.wrong, lately)


def _lately(visit: Visit, day: date) -> Mapping[str, tuple[int, date]]:
    """The last count of each name that the office gave before a day."""
    until = day - timedelta(days=1)
    listed = shown(register_of(visit), Topic.ANGKA, offices=[visit.office], first=day - _LATELY, last=until)
    found: dict[str, tuple[int, date]] = {}
    for one in sorted(listed, key=lambda said: said.line.day):
        for name, value in one.values.items():
            if name in FIELDS[Topic.ANGKA] and isinstance(value, int):
                found[name] = value, one.line.day
    return found
