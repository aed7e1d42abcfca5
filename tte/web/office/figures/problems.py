"""Problems of an office: cause, solution, owner, open or solved. Earlier words stay visible beside later ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.responses import Response

from tte.errors import Problem
from tte.figures import Topic
from tte.figures.telling import Shown, shown
from tte.figures.topics import FIELDS
from tte.people import Action
from tte.web.office.figures.days import FIGURES
from tte.web.office.figures.entering import entries, problems_of
from tte.web.office.figures.speaking import speech
from tte.web.office.figures.standing import kept, label, register_of, standing, today_of, tongue
from tte.web.office.lines import names_at
from tte.web.office.visits import Pages, Visit

PROBLEMS: Final = FIGURES + "/masalah"
_NAMES: Final = [name for name in FIELDS[Topic.MASALAH] if name != "kantor"]


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as it stands, and what was said of it before, the newest first: when, by whom, in which words."""

    name: str
    values: Mapping[str, Any]
    days: int
    before: Sequence[tuple[Shown, str]]
    by: str
    shown: Shown

    @property
    def solved(self) -> bool:
        return "selesai" in self.values


def declare(pages: Pages) -> None:
    """`/kantor/{office}/angka/masalah`."""

    @pages.get(PROBLEMS, Action.SEE_FIGURES)
    def problems(visit: Visit) -> Response:
        told = _told(visit)
        return visit.show(
            "figures/problems.html",
            "figures",
            open=sorted((one for one in told if not one.solved), key=lambda one: -one.days),
            solved=sorted((one for one in told if one.solved), key=lambda one: one.values["selesai"], reverse=True),
            may_report=visit.may(Action.REPORT_FIGURES),
            date_of=date.fromisoformat,
            **speech(visit),
        )

    @pages.get(PROBLEMS + "/isi", Action.REPORT_FIGURES)
    def problem(visit: Visit) -> Response:
        name = visit.asked("nomor", 32)
        found = standing(visit, Topic.MASALAH, name)
        if name and not found.seq:
            raise visit.not_there()
        new = {"nomor": _next(visit), "sejak": today_of(visit).isoformat()}
        return _form(visit, found.seq, {"nomor": name, **found.values} if name else new)

    @pages.post(PROBLEMS + "/isi", Action.REPORT_FIGURES)
    def keep(visit: Visit) -> Response:
        typed = {name: visit.typed(name, 200).strip() for name in _NAMES}
        now, seen = standing(visit, Topic.MASALAH, typed["nomor"]).seq, visit.typed("seen", 18)
        if seen != str(now):
            taken = seen == "0" and now > 0
            return _form(visit, 0 if taken else now, typed, changed=not taken, taken=taken)
        refused = kept(visit, [typed])
        if refused:
            return _form(visit, now, typed, problems=problems_of(refused[0].why))
        return visit.go("/angka/masalah", said="figures_kept")


def _told(visit: Visit) -> Sequence[Told]:
    names, today = names_at(visit), today_of(visit)
    listed = shown(register_of(visit), Topic.MASALAH, offices=[visit.office], history=True)
    by_name: dict[str, list[Shown]] = {}
    for one in listed:
        by_name.setdefault(one.line.name, []).append(one)
    return [
        Told(
            name,
            lines[-1].values,
            (today - lines[-1].line.day).days,
            [(one, names.get(one.line.by, one.line.by)) for one in reversed(lines[:-1])],
            names.get(lines[-1].line.by, lines[-1].line.by),
            lines[-1],
        )
        for name, lines in by_name.items()
    ]


def _next(visit: Visit) -> str:
    """A name that no problem of this office has yet."""
    year = today_of(visit).year
    taken = {one.line.name for one in shown(register_of(visit), Topic.MASALAH, offices=[visit.office])}
    place = 1
    while f"M-{year}-{place:02}" in taken:
        place += 1
    return f"M-{year}-{place:02}"


def _form(
    visit: Visit,
    seen: int,
    values: Mapping[str, Any],
    *,
    problems: Sequence[Problem] = (),
    changed: bool = False,
    taken: bool = False,
) -> Response:
    say = tongue(visit)
    return visit.show(
        "figures/problem.html",
        "figures",
        status=409 if changed or taken else 422 if problems else 200,
        entries={one.name: one for one in entries(visit, _NAMES, values, problems)},
        seen=seen,
        summary=[(one.field, label(visit, one.field), say(one.message)) for one in problems],
        changed=changed,
        taken=taken,
        today=today_of(visit),
        **speech(visit),
    )
