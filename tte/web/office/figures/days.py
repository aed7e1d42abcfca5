"""What an office says of its days, with every correction beside what it corrected; and what `tte` counted itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from starlette.responses import Response

from tte.errors import NoSuchThing
from tte.figures import Topic
from tte.figures.friday import Part, Scope, latest_friday, week_of
from tte.figures.here import here
from tte.figures.kinds import title_of
from tte.figures.telling import Shown, shown, shown_csv
from tte.figures.topics import PAIRS
from tte.people import Action
from tte.web.office.figures.speaking import speech
from tte.web.office.figures.standing import day_asked, register_of, today_of
from tte.web.office.figures.weeks import specimen_of, week_shown
from tte.web.office.lines import names_at
from tte.web.office.visits import OFFICE, Pages, Visit

FIGURES: Final = f"{OFFICE}/angka"
_DAYS: Final = 35


@dataclass(frozen=True, slots=True)
class Said:
    """One line of counts: its day, the coverages it gives, by whom, and whether another has taken its place."""

    one: Shown
    day: date
    parts: Mapping[str, Part]
    by: str

    def count(self, name: str) -> int | None:
        return self.one.values.get(name)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Documents of a day that were signed elsewhere: each kind with its count, and what was said before."""

    day: date
    kinds: Sequence[tuple[str, int, Sequence[int]]]

    @property
    def total(self) -> int:
        return sum(count for _, count, _ in self.kinds)


def declare(pages: Pages) -> None:
    """`/kantor/{office}/angka`."""

    @pages.get(FIGURES, Action.SEE_FIGURES)
    def days(visit: Visit) -> Response:
        today, last = today_of(visit), day_asked(visit, visit.asked("sampai", 10))
        first, friday = last - timedelta(days=_DAYS - 1), week_of(today)
        register, names = register_of(visit), names_at(visit)
        counts = shown(register, Topic.ANGKA, offices=[visit.office], first=first, last=last, history=True)
        elsewhere = shown(register, Topic.DOKUMEN, offices=[visit.office], first=first, last=last, history=True)
        specimen = specimen_of(visit.service, visit.office)
        report = week_shown(visit, Scope.OFFICE, visit.office, friday)
        return visit.show(
            "figures/days.html",
            "figures",
            lines=[_said(one, names) for one in sorted(counts, key=_newest_first)],
            elsewhere=_elsewhere(elsewhere),
            here=here(register, visit.office, friday - timedelta(days=6), friday, specimen=specimen),
            today=here(register, visit.office, today, today, specimen=specimen).kinds,
            **speech(visit),
            report=report,
            office=report.offices[0],
            open=sum(one.solved is None for one in report.troubles),
            may_report=visit.may(Action.REPORT_FIGURES),
            first=first,
            last=last,
            earlier=first - timedelta(days=1),
            newest=last == today,
            friday=latest_friday(today),
        )

    @pages.get(FIGURES + "/unduh/{topic}.csv", Action.SEE_FIGURES)
    def download(visit: Visit) -> Response:
        wanted = str(visit.request.path_params["topic"])
        if wanted not in [*Topic]:
            raise NoSuchThing("there is no topic of this name")
        topic = Topic(wanted)
        listed = shown(register_of(visit), topic, offices=[visit.office], history=True)
        return csv_file(shown_csv(topic, listed, history=True), f"{topic}-{visit.office}.csv")


def csv_file(text: str, name: str) -> Response:
    """CSV as a file, with the mark by which spreadsheets know UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + text, headers=headers, media_type="text/csv; charset=utf-8")


def _newest_first(one: Shown) -> tuple[int, int]:
    return -one.line.day.toordinal(), -one.line.seq


def _said(one: Shown, names: Mapping[str, str]) -> Said:
    values = one.values
    parts = {
        name: Part(values[part], values[whole], _day(values.get(f"{part}_per")), _day(values.get(f"{whole}_per")))
        for name, (part, whole) in PAIRS.items()
        if values.get(whole)
    }
    return Said(one, one.line.day, parts, names.get(one.line.by, one.line.by))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _elsewhere(lines: Sequence[Shown]) -> Sequence[Elsewhere]:
    days: dict[date, dict[str, list[int]]] = {}
    for one in lines:
        days.setdefault(one.line.day, {}).setdefault(str(one.values["jenis"]), []).append(int(one.values["jumlah"]))
    return [
        Elsewhere(day, [(title_of(kind), said[-1], said[:-1]) for kind, said in sorted(kinds.items())])
        for day, kinds in sorted(days.items(), reverse=True)
    ]
